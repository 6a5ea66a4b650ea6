"""Doing what rules want done."""

from trio_live.control.effects._executor import PERFORM, LiveEffectExecutor

__all__ = ["PERFORM", "LiveEffectExecutor"]
