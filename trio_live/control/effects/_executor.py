"""Doing what rules want done. `PERFORM` says how; nothing is decided here but whether a prompt may still be sent.

A prompt is the one effect that the world can overtake: between the rule that wanted it and the instant in which it is
written the user may have begun to speak. So it is made in that very instant (`Outbound.submit_made`), and looks again; and
where it has to wait for a slow network even then, it is taken back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Final

import trio

from trio_live._tasks import within
from trio_live.control._speaking import PendingContext
from trio_live.errors import EffectTimeout, SessionClosed
from trio_live.events import LiveEvent
from trio_live.events._internal import ActivityEnd, ActivityStart, Command, Steer
from trio_live.lanes._internal import RawWriter
from trio_live.reactive import (
    CancelDeferredPrompt,
    EffectMode,
    Emit,
    LiveEffect,
    Noop,
    PromptModel,
    Reaction,
    SendContext,
    SignalUserActivityEnd,
    SignalUserActivityStart,
    UpdateInstruction,
)
from trio_live.telemetry._internal import NO_TRACING


class LiveEffectExecutor:
    """Does what rules want done in one session.

    Args:
        writer: the raw writer.
        pending: what waits, and whether a prompt is armed; ``None`` where nothing waits: then prompts are not deferred.
        publish: publishes a live event.
        beside: runs a function in a task of the session.
        report: told which rule's concurrent effect failed, and how.
        floor_is_free: whether nobody speaks and nothing is heard at this instant.
        epoch: how many prompts speech has cancelled so far.
        marks_activity: whether the two marks are made here; elsewhere a policy makes them.
        doing: is told of each effect; see `Tracing.doing`.
    """

    def __init__(
        self,
        writer: RawWriter,
        pending: PendingContext | None,
        publish: Callable[[LiveEvent], None],
        *,
        beside: Callable[..., None],
        report: Callable[[str, Exception], None],
        floor_is_free: Callable[[], bool] = lambda: True,
        epoch: Callable[[], int] = lambda: 0,
        marks_activity: Callable[[], bool] = lambda: True,
        doing: Callable[[str, str], AbstractContextManager[object]] = NO_TRACING.doing,
    ) -> None:
        self._writer = writer
        self._pending = pending
        self._publish = publish
        self._beside = beside
        self._report = report
        self._floor_is_free = floor_is_free
        self._epoch = epoch
        self._marks_activity = marks_activity
        self._doing = doing
        self._last_prompt: Steer | None = None

    async def perform(self, reactions: Iterable[Reaction]) -> None:
        """Do what these reactions want, in order: what blocks is finished before the next begins.

        Raises:
            EffectTimeout: an effect that blocks took too long; those after it were not begun.
            SessionClosed: the session is over, and so on with whatever an effect raises.

        Cancellation: the effect in progress has done its work or not begun it; those after it are not begun.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        for reaction in reactions:
            if reaction.policy.mode is EffectMode.CONCURRENT:
                self._beside(self._perform_aside, reaction)
            else:
                await self._perform(reaction)
        await trio.lowlevel.cancel_shielded_checkpoint()

    async def perform_reporting(self, reactions: Iterable[Reaction]) -> None:
        """As `perform`, where nobody could be told: a failure of one of the reactions is reported under its rule's name.

        Cancellation: as there.
        """
        for reaction in reactions:
            if not await self._is_performed(reaction):
                return

    async def _perform_aside(self, reaction: Reaction) -> None:
        await self._is_performed(reaction)

    async def _is_performed(self, reaction: Reaction) -> bool:
        """Do one thing; tell whether the next may be done."""
        try:
            await self._perform(reaction)
        except SessionClosed:
            return False
        except Exception as error:  # noqa: BLE001  # reported
            self._report(f"rule({reaction.source!r})", error)
            return False
        return True

    async def _perform(self, reaction: Reaction) -> None:
        effect, limit = reaction.effect, reaction.policy.timeout
        try:
            with self._doing("effect", f"{reaction.source}: {type(effect).__name__}"):
                await within(limit, PERFORM[type(effect)], self, effect)
        except TimeoutError as slow:
            if limit is None:
                raise
            raise EffectTimeout(reaction.source, type(effect).__name__, limit) from slow

    # -- one by one ---------------------------------------------------------------------------------------------

    async def do_nothing(self, _: Noop) -> None:
        """A checkpoint, as every effect is."""
        await trio.lowlevel.checkpoint()

    async def send_context(self, effect: SendContext) -> None:
        """Tell the model the effect's turns, without asking for an answer."""
        await self._writer.submit_all([Steer(facts=effect.turns)] if effect.turns else [])

    async def prompt_model(self, _: PromptModel) -> None:
        """What waits, and then the prompt; nothing at all if it may not be sent in the instant of sending."""
        pending, wanted_in = self._pending, self._epoch()
        if pending is None or not pending.has_prompt():
            await trio.lowlevel.checkpoint()
            return

        def queued() -> tuple[Command, ...]:
            if not self._floor_is_free() or self._epoch() != wanted_in or not pending.take_prompt():
                return ()
            self._last_prompt = Steer(facts=pending.drain_context(), prompt=True)
            return (self._last_prompt,)

        await self._writer.submit_made(queued)

    async def cancel_prompt(self, _: CancelDeferredPrompt) -> None:
        """Disarm the prompt, and take back one that was released and has not been written yet."""
        if self._pending is not None:
            self._pending.clear_prompt()
        if (prompt := self._last_prompt) is not None:  # it may wait for a slow network; its context goes on
            self._last_prompt = None
            self._writer.take_back(prompt, Steer(facts=prompt.facts) if prompt.facts else None)

    async def mark_start(self, _: SignalUserActivityStart) -> None:
        """Tell a server that does not listen for itself that the user begins."""
        if self._marks_activity():
            await self._writer.mark_activity(ActivityStart())

    async def mark_end(self, _: SignalUserActivityEnd) -> None:
        """Tell a server that does not listen for itself that the user has ended."""
        if self._marks_activity():
            await self._writer.mark_activity(ActivityEnd())

    async def update_instruction(self, effect: UpdateInstruction) -> None:
        """Replace the instruction by the effect's text."""
        await self._writer.update_instruction(effect.text)

    async def emit(self, effect: Emit) -> None:
        """Publish an event of the program, which the effect holds."""
        self._publish(effect.event)


PERFORM: Final[dict[type[LiveEffect], Callable[[LiveEffectExecutor, Any], Awaitable[None]]]] = {
    Noop: LiveEffectExecutor.do_nothing,
    SendContext: LiveEffectExecutor.send_context,
    PromptModel: LiveEffectExecutor.prompt_model,
    CancelDeferredPrompt: LiveEffectExecutor.cancel_prompt,
    SignalUserActivityStart: LiveEffectExecutor.mark_start,
    SignalUserActivityEnd: LiveEffectExecutor.mark_end,
    UpdateInstruction: LiveEffectExecutor.update_instruction,
    Emit: LiveEffectExecutor.emit,
}
"""How each effect is done."""
