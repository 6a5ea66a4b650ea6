"""Counters of a session: how much came, how long answers took, what was lost. Pure, floor 3; the clock is injected."""

from __future__ import annotations

from trio_live.telemetry._latency import (
    HISTOGRAM_BOUNDS_MS,
    RECENT_SAMPLES,
    HistogramBucket,
    LatencyDistribution,
    LatencySamples,
)
from trio_live.telemetry._metrics import SessionTelemetry
from trio_live.telemetry._timer import LONGEST_ANSWER_SECONDS, SAME_EDGE_SECONDS, TurnTimer
from trio_live.telemetry._tokens import TokenCounts

__all__ = [
    "HISTOGRAM_BOUNDS_MS",
    "LONGEST_ANSWER_SECONDS",
    "RECENT_SAMPLES",
    "SAME_EDGE_SECONDS",
    "HistogramBucket",
    "LatencyDistribution",
    "LatencySamples",
    "SessionTelemetry",
    "TokenCounts",
    "TurnTimer",
]
