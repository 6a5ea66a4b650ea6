"""Pieces of agents as values that are put together: tools, prompts, middleware, guards, contexts, transformations."""

from __future__ import annotations

from trio_live.compose._context import C
from trio_live.compose._deciding import P, PromptComposite, PromptSection, S, StateTransform
from trio_live.compose._guards import G, GGuard
from trio_live.compose._layers import (
    Audit,
    AuditEntry,
    Cache,
    CircuitBreaker,
    Cost,
    Latency,
    Layer,
    Metrics,
    MiddlewareComposite,
    Retry,
    Span,
    ToolLatency,
    Trace,
)
from trio_live.compose._middleware import M
from trio_live.compose._policy import ContextPolicy
from trio_live.compose._tools import T, ToolComposite

__all__ = [
    "Audit",
    "AuditEntry",
    "C",
    "Cache",
    "CircuitBreaker",
    "ContextPolicy",
    "Cost",
    "G",
    "GGuard",
    "Latency",
    "Layer",
    "M",
    "Metrics",
    "MiddlewareComposite",
    "P",
    "PromptComposite",
    "PromptSection",
    "Retry",
    "S",
    "Span",
    "StateTransform",
    "T",
    "ToolComposite",
    "ToolLatency",
    "Trace",
]
