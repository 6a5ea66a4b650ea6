"""Layers of middleware: those that limit, those that keep a record, those that are made of functions."""

from __future__ import annotations

from trio_live.compose._layers import _hooks as hooks
from trio_live.compose._layers import _limits as limits
from trio_live.compose._layers import _records as records
from trio_live.compose._layers._layer import Layer, MiddlewareComposite
from trio_live.compose._layers._limits import Cache, CircuitBreaker, Retry
from trio_live.compose._layers._records import Audit, AuditEntry, Cost, Latency, Metrics, Span, ToolLatency, Trace

__all__ = [
    "Audit",
    "AuditEntry",
    "Cache",
    "CircuitBreaker",
    "Cost",
    "Latency",
    "Layer",
    "Metrics",
    "MiddlewareComposite",
    "Retry",
    "Span",
    "ToolLatency",
    "Trace",
    "hooks",
    "limits",
    "records",
]
