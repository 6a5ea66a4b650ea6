"""Pieces of agents that are put together with ``+``."""

from __future__ import annotations

from trio_live.compose._tools import T, ToolComposite

__all__ = ["T", "ToolComposite"]
