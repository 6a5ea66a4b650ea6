"""What telemetry/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.telemetry._cost import CostLedger, Limit, cost_of
from trio_live.telemetry._latency import HISTOGRAM_BOUNDS_MS, RECENT_SAMPLES, LatencySamples
from trio_live.telemetry._quiet import SPELL_SECONDS, is_quiet
from trio_live.telemetry._timer import LONGEST_ANSWER_SECONDS, SAME_EDGE_SECONDS, TurnTimer
from trio_live.telemetry._tracing import NO_TRACING, Answering, Tracing

__all__ = [
    "HISTOGRAM_BOUNDS_MS",
    "LONGEST_ANSWER_SECONDS",
    "NO_TRACING",
    "RECENT_SAMPLES",
    "SAME_EDGE_SECONDS",
    "SPELL_SECONDS",
    "Answering",
    "CostLedger",
    "LatencySamples",
    "Limit",
    "Tracing",
    "TurnTimer",
    "cost_of",
    "is_quiet",
]
