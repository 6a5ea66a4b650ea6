"""Where the talk stands: phases, the machine that moves among them, and what each move says to the model."""

from __future__ import annotations

from trio_live._context_delivery import ContextDelivery
from trio_live.phases._advisory import unavailable
from trio_live.phases._definition import (
    Conditional,
    CustomAppend,
    DefaultsFunction,
    Dynamic,
    DynamicText,
    EnterContext,
    InstructionModifier,
    Phase,
    PhaseBuilder,
    PhaseDefaults,
    PhaseHook,
    PhaseInstruction,
    PhasePreparation,
    PhaseSpec,
    StateAppend,
    StatePredicate,
    Static,
    ToolGuard,
    Transition,
    after_turns,
    is_presented,
    leads_to,
    presented_key,
    to_graphviz,
    to_mermaid,
    user_has_spoken,
)
from trio_live.phases._evaluation import Blocked, Ready, TransitionEvaluation
from trio_live.phases._history import Guard, PhaseTransition, Programmatic, TransitionResult, TransitionTrigger
from trio_live.phases._machine import PhaseMachine
from trio_live.phases._steering import SteeringMode

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
    "ToolGuard",
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
