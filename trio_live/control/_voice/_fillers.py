"""Tells the program that its user waits for the model's first word, once for each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import trio

from trio_live import events
from trio_live._typing import Seconds
from trio_live.control._speaking import Timings
from trio_live.control._voice._runtime import VoiceRuntime

RESOLUTION: Final[Seconds] = 0.05
"""How late it may be told."""


async def announce_fillers(voice: VoiceRuntime, timings: Timings, publish: Callable[[events.LiveEvent], None]) -> None:
    """Watch for waiting users until cancelled.

    Cancellation: nothing more is told.
    """
    told_of: Seconds | None = None
    while True:
        await trio.sleep(RESOLUTION)
        timing, since = timings.now, voice.awaited_since()
        if timing is None or timing.filler_after_ms is None or since is None or since == told_of:
            continue
        waited_ms = 1000 * (trio.current_time() - since)
        if waited_ms >= timing.filler_after_ms:
            told_of = since
            publish(events.FillerDue(round(waited_ms)))
