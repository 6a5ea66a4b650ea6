"""Where the talk stands: phases, the machine that moves among them, and what each move says to the model."""

from __future__ import annotations

from trio_live.phases._advisory import unavailable
from trio_live.phases._builder import PhaseBuilder
from trio_live.phases._defaults import DefaultsFunction, PhaseDefaults
from trio_live.phases._evaluation import Blocked, Ready, TransitionEvaluation
from trio_live.phases._guards import after_turns, user_has_spoken
from trio_live.phases._history import Guard, PhaseTransition, Programmatic, TransitionResult, TransitionTrigger
from trio_live.phases._instruction import (
    Conditional,
    CustomAppend,
    Dynamic,
    DynamicText,
    InstructionModifier,
    PhaseInstruction,
    StateAppend,
    StatePredicate,
    Static,
)
from trio_live.phases._keys import is_presented, presented_key
from trio_live.phases._machine import PhaseMachine
from trio_live.phases._phase import EnterContext, Phase, PhaseHook, PhasePreparation, Transition
from trio_live.phases._pictures import to_graphviz, to_mermaid
from trio_live.phases._spec import PhaseSpec, leads_to
from trio_live.phases._steering import ContextDelivery, SteeringMode

__all__ = [
    "Blocked",
    "Conditional",
    "ContextDelivery",
    "CustomAppend",
    "DefaultsFunction",
    "Dynamic",
    "DynamicText",
    "EnterContext",
    "Guard",
    "InstructionModifier",
    "Phase",
    "PhaseBuilder",
    "PhaseDefaults",
    "PhaseHook",
    "PhaseInstruction",
    "PhaseMachine",
    "PhasePreparation",
    "PhaseSpec",
    "PhaseTransition",
    "Programmatic",
    "Ready",
    "StateAppend",
    "StatePredicate",
    "Static",
    "SteeringMode",
    "Transition",
    "TransitionEvaluation",
    "TransitionResult",
    "TransitionTrigger",
    "after_turns",
    "is_presented",
    "leads_to",
    "presented_key",
    "to_graphviz",
    "to_mermaid",
    "unavailable",
    "user_has_spoken",
]
