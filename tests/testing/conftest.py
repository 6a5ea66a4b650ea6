"""The plug-in's fixtures, whether or not it is installed for pytest to find."""

from __future__ import annotations

from trio_live.testing.plugin import (
    emulator,
    emulator_options,
    emulator_persona,
    live_session,
    scripted,
    virtual_clock,
)

__all__ = ["emulator", "emulator_options", "emulator_persona", "live_session", "scripted", "virtual_clock"]
