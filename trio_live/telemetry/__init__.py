"""Counters of a session: how much came, how long answers took, what was lost. Pure; the clock is injected."""

from __future__ import annotations

from trio_live.telemetry._cost import CostOptions
from trio_live.telemetry._latency import HistogramBucket, LatencyDistribution
from trio_live.telemetry._metrics import SessionTelemetry
from trio_live.telemetry._prices import PRICES, PriceRow, TokenPrices, prices_for
from trio_live.telemetry._tokens import TokenCounts

__all__ = [
    "PRICES",
    "CostOptions",
    "HistogramBucket",
    "LatencyDistribution",
    "PriceRow",
    "SessionTelemetry",
    "TokenCounts",
    "TokenPrices",
    "prices_for",
]
