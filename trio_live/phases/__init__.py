"""Where the talk stands: phases, the machine that moves among them, and what each move says to the model."""

from __future__ import annotations

from trio_live.phases._advisory import ToolAdvisory, ToolSplit, advise_tools, split_calls, unavailable
from trio_live.phases._builder import PhaseBuilder
from trio_live.phases._declaring import declare_tools, declared_names
from trio_live.phases._defaults import (
    DefaultsFunction,
    ModifierPage,
    PhaseDefaults,
    RendersState,
    merge_defaults,
    navigation_context,
)
from trio_live.phases._delivery import (
    TurnDelivery,
    TurnSayings,
    TurnWrites,
    compose_turn,
    join_results,
    plan_writes,
    resolve_instruction,
)
from trio_live.phases._evaluation import Blocked, Ready, TransitionEvaluation, evaluate_transitions
from trio_live.phases._explaining import Explanation, Verdict, Way, explain
from trio_live.phases._guards import (
    LAST_HEARD_KEY,
    USER_HAS_SPOKEN_KEY,
    after_turns,
    presented_and_acknowledged,
    user_has_spoken,
)
from trio_live.phases._history import (
    HISTORY_LIMIT,
    Guard,
    PhaseTransition,
    Programmatic,
    TransitionResult,
    TransitionTrigger,
)
from trio_live.phases._initial import InitialSetup, plan_setup
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
from trio_live.phases._keys import (
    ACTIVE_TOOLS_KEY,
    DECLARED_TOOLS_KEY,
    NAVIGATION_KEY,
    PHASE_KEY,
    PHASE_NEEDS_KEY,
    PHASE_REQUIRES_KEY,
    TURN_COUNT_KEY,
    is_presented,
    presented_key,
    publish_active_tools,
    publish_declared_tools,
)
from trio_live.phases._ledger import InstructionLedger
from trio_live.phases._machine import PhaseMachine
from trio_live.phases._phase import EnterContext, Phase, PhaseHook, PhasePreparation, Transition
from trio_live.phases._pictures import to_graphviz, to_mermaid
from trio_live.phases._reporting import ErrorReporter
from trio_live.phases._spec import PhaseSpec, as_phase, leads_to, prepares
from trio_live.phases._standing import StandingContext
from trio_live.phases._steering import STEERING, ContextDelivery, SteeringMode, SteeringRule
from trio_live.phases._steps import HookCall, Steps
from trio_live.phases._validation import PhaseFindings, validate_phases
from trio_live.phases._words import to_words

__all__ = [
    "ACTIVE_TOOLS_KEY",
    "DECLARED_TOOLS_KEY",
    "HISTORY_LIMIT",
    "LAST_HEARD_KEY",
    "NAVIGATION_KEY",
    "PHASE_KEY",
    "PHASE_NEEDS_KEY",
    "PHASE_REQUIRES_KEY",
    "STEERING",
    "TURN_COUNT_KEY",
    "USER_HAS_SPOKEN_KEY",
    "Blocked",
    "Conditional",
    "ContextDelivery",
    "CustomAppend",
    "DefaultsFunction",
    "Dynamic",
    "DynamicText",
    "EnterContext",
    "ErrorReporter",
    "Explanation",
    "Guard",
    "HookCall",
    "InitialSetup",
    "InstructionLedger",
    "InstructionModifier",
    "ModifierPage",
    "Phase",
    "PhaseBuilder",
    "PhaseDefaults",
    "PhaseFindings",
    "PhaseHook",
    "PhaseInstruction",
    "PhaseMachine",
    "PhasePreparation",
    "PhaseSpec",
    "PhaseTransition",
    "Programmatic",
    "Ready",
    "RendersState",
    "StandingContext",
    "StateAppend",
    "StatePredicate",
    "Static",
    "SteeringMode",
    "SteeringRule",
    "Steps",
    "ToolAdvisory",
    "ToolSplit",
    "Transition",
    "TransitionEvaluation",
    "TransitionResult",
    "TransitionTrigger",
    "TurnDelivery",
    "TurnSayings",
    "TurnWrites",
    "Verdict",
    "Way",
    "advise_tools",
    "after_turns",
    "as_phase",
    "compose_turn",
    "declare_tools",
    "declared_names",
    "evaluate_transitions",
    "explain",
    "is_presented",
    "join_results",
    "leads_to",
    "merge_defaults",
    "navigation_context",
    "plan_setup",
    "plan_writes",
    "prepares",
    "presented_and_acknowledged",
    "presented_key",
    "publish_active_tools",
    "publish_declared_tools",
    "resolve_instruction",
    "split_calls",
    "to_graphviz",
    "to_mermaid",
    "to_words",
    "unavailable",
    "user_has_spoken",
    "validate_phases",
]
