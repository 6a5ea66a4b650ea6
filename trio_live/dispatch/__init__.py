"""Tools at work: called by name, in time, beside everything else."""

from __future__ import annotations

from trio_live.dispatch._agents import BackgroundAgentDispatcher, TextAgent
from trio_live.dispatch._dispatcher import THREADS, TIMEOUT, ToolDispatcher

__all__ = ["THREADS", "TIMEOUT", "BackgroundAgentDispatcher", "TextAgent", "ToolDispatcher"]
