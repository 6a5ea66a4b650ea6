"""Context that waits for the user's next words.

An isolated frame in the middle of a silence has made models interrupt themselves, or answer nothing. So context may be
told to wait: it then leaves right before the user's next audio, text or picture, in one step with it.

What the user does releases context only. A prompt ("speak now") stays armed until the floor is free: released by the
user's own speech, it would make the model talk over them. Who releases it are the rules of the reactor.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import attrs
import trio

from trio_live._typing import Seconds
from trio_live.errors import SessionClosed
from trio_live.events._internal import Command, SendText, Steer
from trio_live.lanes._internal import Hush, RawWriter, WriterParts
from trio_live.phases._internal import InstructionLedger
from trio_live.wire import Content


class PendingContext:
    """An ordered buffer of content turns, and one armed prompt. No operation has a checkpoint: each is atomic."""

    def __init__(self) -> None:
        self._turns: list[Content] = []
        self._prompt = False
        self._changed = trio.lowlevel.ParkingLot()
        self.armed_at: Seconds = 0.0
        """When the prompt was armed last."""

    async def wait_prompt(self) -> None:
        """Wait until the prompt is armed.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while not self._prompt:
            await self._changed.park()

    def extend(self, turns: Iterable[Content]) -> None:
        """Queue turns, in order."""
        self._turns.extend(turns)

    def set_prompt(self) -> None:
        """Arm the prompt."""
        self._prompt = True
        self.armed_at = trio.current_time()
        self._changed.unpark_all()

    def clear_prompt(self) -> None:
        """Disarm the prompt; the context stays."""
        self._prompt = False

    def has_prompt(self) -> bool:
        """Whether a prompt is armed."""
        return self._prompt

    def take_prompt(self) -> bool:
        """Whether a prompt was armed; it no longer is."""
        was_armed, self._prompt = self._prompt, False
        return was_armed

    def drain_context(self) -> tuple[Content, ...]:
        """Take the turns; the prompt stays as it is."""
        turns, self._turns = tuple(self._turns), []
        return turns

    def drain(self) -> tuple[tuple[Content, ...], bool]:
        """Take the turns and the prompt."""
        return self.drain_context(), self.take_prompt()

    def has_context(self) -> bool:
        """Whether turns wait."""
        return bool(self._turns)

    def is_empty(self) -> bool:
        """Whether nothing waits and no prompt is armed."""
        return not self._turns and not self._prompt


class DeferredWriter(RawWriter):
    """A writer whose user content takes the pending context along, in one step that nothing can come between."""

    def __init__(
        self,
        parts: WriterParts,
        ledger: InstructionLedger,
        pending: PendingContext,
        hushes: Hush | None = None,
    ) -> None:
        super().__init__(parts, ledger, hushes)
        self._pending = pending

    async def _submit_user(self, command: Command) -> None:
        def queued() -> tuple[Command, ...]:
            if isinstance(command, SendText):
                return (attrs.evolve(command, facts=self._pending.drain_context()),)
            return (*self._context(), command)

        await self._outbound.submit_made(queued)

    async def flush_context(self) -> None:
        """Send what waits, without a prompt; for the end of a session, where nothing may be lost.

        Cancellation: what was not sent waits again.
        """
        if not self._pending.has_context():
            await trio.lowlevel.checkpoint()
            return
        with suppress(SessionClosed):
            await self._outbound.submit_made(self._context)

    def _context(self) -> tuple[Command, ...]:
        """Take the pending turns, as the one frame they leave in; none for none."""
        turns = self._pending.drain_context()
        return (Steer(facts=turns),) if turns else ()
