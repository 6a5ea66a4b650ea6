"""What control events mean. Runs on the control lane: one event at a time, each to its end.

The order of callback and event is part of the promise: for most events the callback comes first, so that a subscriber
who sees the event knows that the callback is done; for `Error` and `Disconnected` the event comes first, because there
the callback is the reaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import trio

from trio_live import events, wire_events
from trio_live._tasks import within
from trio_live._typing import Seconds
from trio_live.control._calls import BackgroundToolTracker, CallHooks, ToolRunner
from trio_live.control._clocks import Clocks
from trio_live.control._conversation import Conversation
from trio_live.control._opening import open_conversation
from trio_live.control._requested_transitions import WishMade
from trio_live.control._turn import TurnPipeline
from trio_live.control._words import Said
from trio_live.lanes import HOOKS, EventCallbacks
from trio_live.lanes._internal import Barrier, CallbackFailed, Dispatcher, Lifetime, RawWriter, TimerTick
from trio_live.session._internal import IN_PROGRESS, SessionProtocol

DEFAULT_TIME_LEFT: Seconds = 60.0
"""What a GoAway without a time means."""


class ControlPlane:
    """The `EventHandler` of a session.

    Args:
        conversation: what is remembered between events.
        dispatcher: calls user code.
        writer: the raw writer, for callbacks and hooks.
        user_writer: the user's; it may hold context back, which must not be lost at the end.
        turn: closes turns.
        tools: runs function calls.
        hooks: tells of calls that were cancelled.
        clocks: what runs beside the lane.
        background_tools: the functions that run in the background.
        callbacks: the user's.
        protocol: knows the model and the running turn.
        barrier: lets the fast lane pass, once an interruption was handled.
        lifetime: told how far the beginning has come.
        publish: publishes a live event.
        report: told which callback failed, and how.
        catch_up: lets the clocks see what was routed so far.
    """

    def __init__(
        self,
        conversation: Conversation,
        dispatcher: Dispatcher,
        writer: RawWriter,
        user_writer: RawWriter,
        *,
        turn: TurnPipeline,
        tools: ToolRunner,
        hooks: CallHooks,
        clocks: Clocks,
        background_tools: BackgroundToolTracker,
        callbacks: EventCallbacks,
        protocol: SessionProtocol,
        barrier: Barrier,
        lifetime: Lifetime,
        publish: Callable[[events.LiveEvent], None],
        report: Callable[[str, Exception], None],
        catch_up: Callable[[], None],
    ) -> None:
        self.conversation = self._talk = conversation
        self.writer = self._writer = writer
        self.user_writer = user_writer
        self._dispatcher = dispatcher
        self._turn = turn
        self._tools = tools
        self._hooks = hooks
        self._clocks = clocks
        self.background_tools = background_tools
        self._callbacks = callbacks
        self._protocol = protocol
        self._barrier = barrier
        self._lifetime = lifetime
        self._publish = publish
        self._report = report
        self._catch_up = catch_up

    # -- beside the lane ----------------------------------------------------------------------------------------

    def observe(self, routed: Sequence[tuple[wire_events.SessionEvent, Seconds]]) -> None:
        """Shows the clocks what never reaches the control lane: sound, above all."""
        self._clocks.observe(routed)

    async def keep_time(self) -> None:
        """What happens because nothing happens, once the conversation has begun."""
        await self._clocks.run(self._lifetime.begun)

    # -- on the lane --------------------------------------------------------------------------------------------

    async def handle(self, event: wire_events.SessionEvent, epoch: int) -> None:
        """One control event, to its end."""
        if self._tools.waiting:
            await self._tools.wait_begun()
        if isinstance(event, Said):
            self._put_aside(event)
            return
        match event:
            case wire_events.TurnComplete(tally=tally):
                self._tools.turn_ended()
                await self._turn.complete(tally)
                return
            case TimerTick():
                await self._tick()
                return
            case WishMade():
                await self._turn.fulfil()
                return
            case wire_events.ToolCall(calls):
                self._tools.begin(calls)
            case wire_events.ToolCallCancelled():
                await self._hooks.tell_cancelled()
            case wire_events.Interrupted(phantom):
                await self._interrupted(epoch, phantom=phantom)
            case wire_events.GenerationComplete():
                mode = self._callbacks.on_generation_complete_mode
                await self._dispatcher.run("on_generation_complete", self._callbacks.on_generation_complete, mode=mode)
            case _:
                await self._news_of_the_link(event)
        if not isinstance(event, CallbackFailed):
            self._detect(event)

    def _put_aside(self, fragment: Said) -> None:
        """Keep a piece of the running turn; patterns look at it."""
        self._turn.words.take(fragment)
        if self._talk.patterns is not None and not self._talk.patterns.is_empty:
            self._detect(fragment)

    async def _news_of_the_link(self, event: wire_events.SessionEvent) -> None:
        callbacks, run = self._callbacks, self._dispatcher.run
        publish = self._publish
        match event:
            case wire_events.GoAway(time_left):
                left = DEFAULT_TIME_LEFT if time_left is None else time_left
                await run("on_go_away", callbacks.on_go_away, left, mode=callbacks.on_go_away_mode)
                publish(events.GoAway(left))
            case wire_events.Connected():
                await self._open()
                await run("on_connected", callbacks.on_connected, self._writer, mode=callbacks.on_connected_mode)
                await self._lifetime.handed_out.wait()  # whoever subscribes at once, before waiting, is told
                publish(events.Connected())
            case wire_events.InteractionStatus(status):
                self._status(status)
            case wire_events.SessionResumeUpdate(handle, resumable, index):
                mode = callbacks.on_resumption_update_mode
                await run("on_resumption_update", callbacks.on_resumption_update, handle, resumable, mode=mode)
                publish(events.ResumptionUpdate(handle, resumable, index))
            case wire_events.Error(message):
                publish(events.Error(message))
                await run("on_error", callbacks.on_error, message, mode=callbacks.on_error_mode)

    async def _open(self) -> None:
        await open_conversation(
            self._talk,
            self._turn.window(),
            self._writer,
            dispatcher=self._dispatcher,
            abilities=self._protocol.abilities,
            begun=self._lifetime.begun,
        )

    def _status(self, status: str) -> None:
        """The model says whether it goes on by itself."""
        if status == IN_PROGRESS:
            self._talk.buffer.push_pause()
            if self._talk.soft_turn is not None:
                self._talk.soft_turn.on_model_response()
        self._publish(events.InteractionStatus(status))

    async def farewell(self) -> None:
        """Context that still waited for the user's next words is sent after all, without a prompt."""
        await self.user_writer.flush_context()

    async def finish(self, reason: str | None) -> None:
        """The session is over: the event, then ``on_disconnected``."""
        self._publish(events.Disconnected(reason))
        callbacks = self._callbacks
        await self._dispatcher.run(
            "on_disconnected", callbacks.on_disconnected, reason, mode=callbacks.on_disconnected_mode
        )

    async def _interrupted(self, epoch: int, *, phantom: bool) -> None:
        await self._hooks.tell_cancelled()
        if not phantom:  # a phantom cuts nothing off: only sound of an earlier turn can still be playing
            self._talk.buffer.mark_interrupted()
            self._talk.buffer.truncate_current_model_turn()
        try:
            await within(
                HOOKS["on_interrupted"].deadline, self._dispatcher.run, "on_interrupted", self._callbacks.on_interrupted
            )
        except TimeoutError as slow:
            self._report("on_interrupted", slow)
        finally:
            self._barrier.let_pass(epoch)
        self._publish(events.Interrupted())

    async def _tick(self) -> None:
        now = trio.current_time()
        self._talk.tick_is_waiting = False
        if self._talk.patterns is not None:
            self._turn.start(self._talk.patterns.tick(self._talk.state, now))
        if self._talk.soft_turn is not None:
            self._catch_up()  # it may have been answered meanwhile
            if self._talk.soft_turn.check(now):
                await self._turn.complete(self._protocol.turns.tally(), soft=True)

    def _detect(self, event: wire_events.SessionEvent) -> None:
        """Temporal patterns see every event of this lane, in order."""
        patterns = self._talk.patterns
        if patterns is not None and not patterns.is_empty:
            self._turn.start(patterns.check_all(self._talk.state, event, trio.current_time()))
