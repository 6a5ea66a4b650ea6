"""Asks a user who says nothing, once for each silence, and never into anybody's words.

A silence is the user's. It counts from the last that anybody was heard, and what the model says because it was told to
ask begins no new one: otherwise it would ask for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import trio

from trio_live import events
from trio_live._typing import Seconds
from trio_live.control._speaking import Timings
from trio_live.control._voice._runtime import VoiceRuntime
from trio_live.errors import SessionClosed
from trio_live.events._internal import Command, SendText

RESOLUTION: Final[Seconds] = 0.1
"""How late a silence may be noticed."""


async def reprompt(voice: VoiceRuntime, timings: Timings, publish: Callable[[events.LiveEvent], None]) -> None:
    """Watch for silence until cancelled, or the session is over.

    Cancellation: nothing more is asked.
    """
    asked_in: Seconds | None = None
    with suppress(SessionClosed):
        while True:
            await trio.sleep(RESOLUTION)
            timing, now = timings.now, trio.current_time()
            if timing is None or timing.reprompt_after_ms is None or voice.user_acted_at == asked_in:
                continue
            silence_ms = 1000 * (now - voice.silent_since())
            if silence_ms < timing.reprompt_after_ms or not voice.floor_is_free():
                continue
            if await _ask(voice, timing.reprompt):
                asked_in = voice.user_acted_at
                publish(events.Reprompted(round(silence_ms)))


async def _ask(voice: VoiceRuntime, text: str) -> bool:
    """Tell the model, unless somebody is heard in the instant of sending; returns whether it was told."""
    told = False

    def queued() -> tuple[Command, ...]:
        nonlocal told
        told = voice.floor_is_free()
        facts = voice.pending.drain_context() if told and voice.pending is not None else ()
        return (SendText(text, facts),) if told else ()

    await voice.writer.submit_made(queued)
    return told
