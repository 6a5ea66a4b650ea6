"""A session's reactor with its executor, loaded when they are first needed; and what is done for nobody who waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from trio_live.control._speaking import PendingContext
from trio_live.events import LiveEvent
from trio_live.lanes import QUEUES, Overflow
from trio_live.lanes._internal import RawWriter
from trio_live.telemetry._internal import NO_TRACING

if TYPE_CHECKING:
    from trio_live.control.effects import LiveEffectExecutor
    from trio_live.reactive import LiveReactor, Reaction, ReactorRule

LATE: Final = "reactions to the server's reports"
"""Under which reactions are counted that were dropped because those before them still run."""


class Reacting:
    """The rules of one session, and what does their will.

    Args:
        writer: the raw writer.
        pending: what waits, and the prompt; ``None`` where nothing waits.
        rules: beside those of every session.
        floor_is_free: whether a prompt may be sent at this instant.
        publish: publishes a live event.
        beside: runs a function in a task of the session.
        report: told which rule failed, and how.
        count_drop: counts reactions that were dropped.
    """

    def __init__(
        self,
        writer: RawWriter,
        pending: PendingContext | None,
        rules: Sequence[ReactorRule],
        *,
        floor_is_free: Callable[[], bool],
        publish: Callable[[LiveEvent], None],
        beside: Callable[..., None],
        report: Callable[[str, Exception], None],
        count_drop: Callable[[str], None],
    ) -> None:
        self.rules = tuple(rules)
        self.policy_marks = False
        """Whether a policy marks the user's activity, instead of the rules."""
        self._writer = writer
        self._pending = pending
        self._floor_is_free = floor_is_free
        self._publish = publish
        self._beside = beside
        self._report = report
        self._count_drop = count_drop
        self._machinery: tuple[LiveReactor, LiveEffectExecutor] | None = None
        self.doing = NO_TRACING.doing
        """Is told of each effect: `Tracing.doing`."""
        self._late: deque[list[Reaction]] = deque()
        self._is_performing = False
        self._emitted: deque[LiveEvent] = deque(maxlen=QUEUES["reactions"].capacity)
        self._capacity = QUEUES["reactions"].room_that(Overflow.DROP_NEWEST)

    @property
    def reactor(self) -> LiveReactor:
        """The rules, over what is believed."""
        return self.load()[0]

    @property
    def executor(self) -> LiveEffectExecutor:
        """Does what they want."""
        return self.load()[1]

    def load(self) -> tuple[LiveReactor, LiveEffectExecutor]:
        """Open their rooms: before the call where something declared will need them, since no event is to wait for it."""
        if self._machinery is None:
            from trio_live.control.effects import LiveEffectExecutor
            from trio_live.reactive import LiveReactor

            reactor = LiveReactor.voice_defaults(report=self._report)
            for rule in self.rules:
                reactor.add(rule)
            executor = LiveEffectExecutor(
                self._writer,
                self._pending,
                self._emit,
                beside=self._beside,
                report=self._report,
                floor_is_free=self._floor_is_free,
                epoch=lambda: reactor.voice_state.prompt_epoch,
                marks_activity=lambda: not self.policy_marks,
                doing=self.doing,
            )
            self._machinery = (reactor, executor)
        return self._machinery

    def _emit(self, event: LiveEvent) -> None:
        if self.rules:
            self._emitted.append(event)
        self._publish(event)

    def was_emitted(self, event: LiveEvent) -> bool:
        """Whether a rule has published this very event; answers once for each."""
        for number, emitted in enumerate(self._emitted):
            if emitted is event:
                del self._emitted[number]
                return True
        return False

    def perform_later(self, reactions: list[Reaction]) -> None:
        """Have reactions done in a task beside the lanes, after those that wait already."""
        if not reactions:
            return
        if len(self._late) >= self._capacity:
            self._count_drop(LATE)
            return
        self._late.append(reactions)
        if not self._is_performing:
            self._is_performing = True
            self._beside(self._perform_late)

    @property
    def depth(self) -> int:
        """Reactions that wait for others to be done."""
        return len(self._late)

    async def _perform_late(self) -> None:
        try:
            while self._late:
                await self.executor.perform_reporting(self._late.popleft())
        finally:
            self._is_performing = False
