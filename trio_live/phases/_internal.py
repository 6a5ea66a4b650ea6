"""What phases/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.phases._advisory import ToolAdvisory, ToolSplit, advise_tools, split_calls
from trio_live.phases._declaring import declare_tools, declared_names
from trio_live.phases._definition import (
    ACTIVE_TOOLS_KEY,
    AGENT_KEY,
    DECLARED_TOOLS_KEY,
    LAST_HEARD_KEY,
    NAVIGATION_KEY,
    OWN_KEYS,
    PHASE_KEY,
    PHASE_NEEDS_KEY,
    PHASE_REQUIRES_KEY,
    TURN_COUNT_KEY,
    USER_HAS_SPOKEN_KEY,
    ModifierPage,
    PhaseFindings,
    RendersState,
    as_instruction,
    as_phase,
    count_turn,
    merge_defaults,
    navigation_context,
    prepares,
    presented_and_acknowledged,
    publish_active_tools,
    publish_agent,
    publish_declared_tools,
    validate_phases,
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
from trio_live.phases._evaluation import evaluate_transitions
from trio_live.phases._explaining import Explanation, Verdict, Way, explain
from trio_live.phases._history import HISTORY_LIMIT
from trio_live.phases._initial import InitialSetup, plan_setup
from trio_live.phases._ledger import InstructionLedger
from trio_live.phases._reporting import ErrorReporter
from trio_live.phases._standing import StandingContext
from trio_live.phases._steering import STEERING, SteeringRule
from trio_live.phases._steps import ENTRY_WITHIN, HOOK_WITHIN, HookCall, Steps
from trio_live.phases._words import to_words

__all__ = [
    "ACTIVE_TOOLS_KEY",
    "AGENT_KEY",
    "DECLARED_TOOLS_KEY",
    "ENTRY_WITHIN",
    "HISTORY_LIMIT",
    "HOOK_WITHIN",
    "LAST_HEARD_KEY",
    "NAVIGATION_KEY",
    "OWN_KEYS",
    "PHASE_KEY",
    "PHASE_NEEDS_KEY",
    "PHASE_REQUIRES_KEY",
    "STEERING",
    "TURN_COUNT_KEY",
    "USER_HAS_SPOKEN_KEY",
    "ErrorReporter",
    "Explanation",
    "HookCall",
    "InitialSetup",
    "InstructionLedger",
    "ModifierPage",
    "PhaseFindings",
    "RendersState",
    "StandingContext",
    "SteeringRule",
    "Steps",
    "ToolAdvisory",
    "ToolSplit",
    "TurnDelivery",
    "TurnSayings",
    "TurnWrites",
    "Verdict",
    "Way",
    "advise_tools",
    "as_instruction",
    "as_phase",
    "compose_turn",
    "count_turn",
    "declare_tools",
    "declared_names",
    "evaluate_transitions",
    "explain",
    "join_results",
    "merge_defaults",
    "navigation_context",
    "plan_setup",
    "plan_writes",
    "prepares",
    "presented_and_acknowledged",
    "publish_active_tools",
    "publish_agent",
    "publish_declared_tools",
    "resolve_instruction",
    "split_calls",
    "to_words",
    "validate_phases",
]
