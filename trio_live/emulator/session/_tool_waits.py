"""Waiting for the answers of functions, for as long as a persona waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import trio

from trio_live._typing import Seconds
from trio_live.emulator.persona import Ask


class Awaited(Protocol):
    """Calls that were made together."""

    @property
    def ask(self) -> Ask:
        """What was asked."""
        ...

    @property
    def asked_at(self) -> Seconds:
        """When it was asked."""
        ...

    @property
    def complete(self) -> trio.Event:
        """Set when every call has its answer."""
        ...


def acts_while_waiting(ask: Ask) -> bool:
    """Whether anything happens while the answers are being waited for."""
    return ask.reply.on_wait is not None or ask.reply.on_missing is not None


async def wait_answers(batch: Awaited, time_scale: float, talk: Callable[[], Awaitable[None]]) -> None:
    """Wait until all answers are there, or the persona gives up; ``batch.complete`` tells which. Always a checkpoint.

    Args:
        batch: the calls.
        time_scale: how many seconds of conversation pass in one second.
        talk: says what the persona has to say meanwhile.
    """
    talk_after, limit = batch.ask.reply.on_wait, batch.ask.reply.on_missing

    async def complete_after(seconds: Seconds) -> bool:
        with trio.move_on_at(batch.asked_at + seconds / time_scale):
            await batch.complete.wait()
        return batch.complete.is_set()

    if talk_after is not None and not await complete_after(talk_after.after):
        await talk()
    if limit is None:
        await batch.complete.wait()
    else:
        await complete_after(limit.after)
