"""Asks a session's own rules about what they cannot be told by an edge: live events, changes of State, time.

Runs only where there are such rules. One thing after the other, so a slow effect of one event delays the next; what
comes meanwhile waits like for any other reader of `events()`, and the oldest of it is lost and counted when it is too much.
"""

from __future__ import annotations

import trio

from trio_live.control._voice._runtime import VoiceRuntime
from trio_live.events import LiveEvent
from trio_live.lanes._internal import Fanout
from trio_live.state import State


class RulesFeed:
    """Feeds the rules of one session.

    Args:
        voice: asks them.
        events: the live events.
        state: whose changes are told.
    """

    def __init__(self, voice: VoiceRuntime, events: Fanout[LiveEvent], state: State) -> None:
        self._voice = voice
        self._events = events
        self._state = state
        self._cursor = state.mutation_cursor()
        self._turn = trio.Lock()
        from trio_live.reactive._internal import TICK_SECONDS  # here, because only a session with rules opens that room

        self._every = TICK_SECONDS

    async def run(self) -> None:
        """Feed the rules until the session's events end.

        Cancellation: the effect in progress is cancelled.
        """
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._tick)
            async with self._events.subscribe() as stream:
                async for event in stream:
                    await self._tell(event)
            nursery.cancel_scope.cancel()

    async def _tell(self, event: LiveEvent) -> None:
        from trio_live.reactive import Happened

        async with self._turn:
            await self._tell_changes()
            if not self._voice.reacting.was_emitted(event):
                await self._voice.consider(Happened(event))

    async def _tick(self) -> None:
        from trio_live.reactive import TimerTick

        while True:
            await trio.sleep(self._every)
            async with self._turn:
                await self._tell_changes()
                await self._voice.consider(TimerTick(trio.current_time()))

    async def _tell_changes(self) -> None:
        from trio_live.reactive import StateChanged

        if mutations := self._state.mutations_since(self._cursor):
            self._cursor = mutations[-1].sequence
            await self._voice.consider(StateChanged(tuple(mutations)))
