"""What control events mean: one event at a time, each to its end.

Two tables say it. `AT_ONCE` has those that need no waiting; while the lane has nothing else to do, they are settled in
the task that read the frame. `IN_TURN` has the others, which are for the lane's task.

The order of callback and event is part of the promise: for most events the callback comes first, so that a subscriber
who sees the event knows that the callback is done; for `Error` and `Disconnected` the event comes first, because there
the callback is the reaction.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import trio

from trio_live import events, wire_events
from trio_live._continuation import Continuation
from trio_live._typing import Seconds
from trio_live.control._calls import BackgroundToolTracker, CallHooks, ToolRunner
from trio_live.control._clocks import Clocks
from trio_live.control._conversation import CONTEXT_LOST, Conversation, KeyPressed, WishMade, history_of, set_up_again
from trio_live.control._interrupting import Interruptions
from trio_live.control._keeping import Keeper
from trio_live.control._opening import Scene, open_connection
from trio_live.control._talk_of_calls import CallsAnswered
from trio_live.control._turn import TurnPipeline
from trio_live.control._voice import VoiceRuntime
from trio_live.control._words import Said
from trio_live.lanes import EventCallbacks
from trio_live.lanes._internal import (
    CallbackFailed,
    Dispatcher,
    Lifetime,
    RawWriter,
    TimerTick,
    TypedTurn,
)
from trio_live.session._internal import IN_PROGRESS, SessionProtocol
from trio_live.wire import Content, Setup
from trio_live.wire_events._internal import Passed

if TYPE_CHECKING:
    from trio_live.control._extraction import Extractors

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
        voice: who speaks and who is heard.
        interruptions: handles them.
        hooks: tells of calls that were cancelled.
        clocks: what runs beside the lane.
        keeper: has the conversation saved; ``None`` where nothing is kept.
        extractors: find facts in what was said; ``None`` without any.
        background_tools: the functions that run in the background.
        callbacks: the user's.
        protocol: knows the model and the running turn.
        lifetime: told how far the beginning has come.
        publish: publishes a live event.
        fulfil: does what was asked of the talk.
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
        voice: VoiceRuntime,
        interruptions: Interruptions,
        hooks: CallHooks,
        clocks: Clocks,
        keeper: Keeper | None,
        extractors: Extractors | None,
        background_tools: BackgroundToolTracker,
        callbacks: EventCallbacks,
        protocol: SessionProtocol,
        lifetime: Lifetime,
        publish: Callable[[events.LiveEvent], None],
        fulfil: Callable[[], Awaitable[None]],
    ) -> None:
        self.conversation = conversation
        self.writer = writer
        self.user_writer = user_writer
        self.voice = voice
        self._dispatcher = dispatcher
        self._turn = turn
        self.asking = turn.words.asking
        self._tools = tools
        self._interruptions = interruptions
        self._hooks = hooks
        self._clocks = clocks
        self._keeper = keeper
        self._extractors = extractors
        self.background_tools = background_tools
        self._callbacks = callbacks
        self._protocol = protocol
        self._lifetime = lifetime
        self._publish = publish
        self._fulfil = fulfil

    # -- beside the lane ----------------------------------------------------------------------------------------

    def observe(self, routed: Sequence[tuple[Passed, Seconds]]) -> None:
        """Shows the clocks what never reaches the control lane: sound, above all."""
        self._clocks.observe(routed)

    async def keep_time(self) -> None:
        """What happens because nothing happens, once the conversation has begun; what is to be ready by then; saving."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._clocks.run, self._lifetime.begun)
            if self._extractors is not None:
                nursery.start_soon(self._extractors.warm_up)
            if self._keeper is not None:
                nursery.start_soon(self._keeper.run)

    # -- on the lane --------------------------------------------------------------------------------------------

    def settle(self, event: wire_events.SessionEvent) -> bool:
        """One control event, if it needs no waiting; returns whether it was settled.

        Patterns run conditions of the user's for every event, which must not hold up the pump; and batches of calls
        begin before whatever comes after them.
        """
        if self.conversation.patterns is not None or self._tools.waiting:
            return False
        kind = type(event)
        if kind in AT_ONCE:
            AT_ONCE[kind](self, event)
            return True
        is_heeded = self._callbacks.on_generation_complete is not None or self._extractors is not None
        return kind is wire_events.GenerationComplete and not is_heeded

    async def handle(self, event: wire_events.SessionEvent, epoch: int) -> None:
        """One control event, to its end."""
        if self._tools.waiting:
            await self._tools.wait_begun()
        kind = type(event)
        if kind in AT_ONCE:
            AT_ONCE[kind](self, event)
        else:
            await IN_TURN[kind](self, event, epoch)
        if self.conversation.patterns is not None and kind not in UNSEEN:
            self._turn.start(self.conversation.patterns.check_all(self.conversation.state, event, trio.current_time()))

    # -- what needs no waiting ----------------------------------------------------------------------------------

    def put_aside(self, fragment: Said) -> None:
        """A piece of the running turn."""
        self._turn.words.take(fragment)

    def hear_typed(self, event: TypedTurn) -> None:
        self.voice.user_acted(trio.current_time())
        self._turn.words.take(event)

    def call(self, event: wire_events.ToolCall) -> None:
        self._tools.begin(event.calls)

    def tell_status(self, event: wire_events.InteractionStatus) -> None:
        """The model says whether it goes on by itself."""
        if event.status == IN_PROGRESS:
            self.conversation.buffer.push_pause()
            if self.conversation.soft_turn is not None:
                self.conversation.soft_turn.on_model_response()
        self._publish(events.InteractionStatus(event.status))

    def tell_reconnecting(self, event: wire_events.Reconnecting) -> None:
        self._publish(events.Reconnecting(event.reason, event.attempt, event.delay))

    def tell_undelivered(self, event: wire_events.Undelivered) -> None:
        self._publish(events.Undelivered(event.what, event.text))

    def notice_speech(self, _: wire_events.SessionEvent) -> None:
        """The clocks have it already, and are to see it now: a prompt may wait for silence. Patterns look at it, too."""
        self.voice.catch_up()

    # -- what may have to wait ----------------------------------------------------------------------------------

    async def complete_turn(self, event: wire_events.TurnComplete, _: int) -> None:
        self._tools.turn_ended()
        await self._turn.complete(event.tally, cut=event.cut)

    async def complete_generation(self, _: wire_events.GenerationComplete, __: int) -> None:
        if self._extractors is not None:
            await self._extractors.generation_completed()
        callbacks, mode = self._callbacks, self._callbacks.on_generation_complete_mode
        await self._dispatcher.run("on_generation_complete", callbacks.on_generation_complete, mode=mode)

    async def tell_cancelled(self, _: wire_events.ToolCallCancelled, __: int) -> None:
        self.asking.look_again()
        await self._hooks.tell_cancelled()

    async def go_away(self, event: wire_events.GoAway, _: int) -> None:
        callbacks, left = self._callbacks, DEFAULT_TIME_LEFT if event.time_left is None else event.time_left
        await self._dispatcher.run("on_go_away", callbacks.on_go_away, left, mode=callbacks.on_go_away_mode)
        self._publish(events.GoAway(left))

    async def connect(self, event: wire_events.Connected, _: int) -> None:
        callbacks, how = self._callbacks, event.continuation
        if how is Continuation.LOST:
            await self.tell_error(wire_events.Error(CONTEXT_LOST), 0)
        scene = Scene(
            self.conversation, self._turn.window(), self.writer, self._dispatcher, self._protocol, self._lifetime.begun
        )
        await open_connection(how, scene)
        mode = callbacks.on_connected_mode
        await self._dispatcher.run("on_connected", callbacks.on_connected, self.writer, mode=mode)
        await self._lifetime.handed_out.wait()  # whoever subscribes at once, before waiting, is told
        self._publish(events.Connected(how))
        if how is Continuation.RESUMED:
            await self._dispatcher.run("on_resumed", callbacks.on_resumed, mode=callbacks.on_resumed_mode)

    async def tell_resumption(self, event: wire_events.SessionResumeUpdate, _: int) -> None:
        if self._keeper is not None:
            self._keeper.note_handle(event)
        callbacks, told = self._callbacks, (event.handle, event.resumable)
        mode = callbacks.on_resumption_update_mode
        await self._dispatcher.run("on_resumption_update", callbacks.on_resumption_update, *told, mode=mode)
        self._publish(events.ResumptionUpdate(*told, event.last_consumed_index))

    async def tell_error(self, event: wire_events.Error, _: int) -> None:
        callbacks = self._callbacks
        self._publish(events.Error(event.message))
        await self._dispatcher.run("on_error", callbacks.on_error, event.message, mode=callbacks.on_error_mode)

    async def press(self, event: KeyPressed, _: int) -> None:
        self.voice.user_acted(trio.current_time())
        callbacks = self._callbacks
        await self._dispatcher.run("on_dtmf", callbacks.on_dtmf, event.digit, mode=callbacks.on_dtmf_mode)
        self._publish(events.Dtmf(event.digit))

    async def find_out(self, _: CallsAnswered, __: int) -> None:
        if self._extractors is not None:
            await self._extractors.calls_answered()
            self.conversation.recompute()  # computed values follow from what was found

    async def fulfil_wish(self, _: WishMade, __: int) -> None:
        await self._fulfil()

    def begin_again(self, setup: Setup) -> None:
        """The setup of another connection is about to be sent."""
        set_up_again(self.conversation, setup)

    def history(self) -> Sequence[Content]:
        """The talk so far, as a server can be told of it."""
        return history_of(self.conversation)

    async def farewell(self) -> None:
        """Context that still waited for the user's next words is sent after all, without a prompt."""
        await self.user_writer.flush_context()

    async def finish(self, reason: str | None) -> None:
        """The session is over: the event, then ``on_disconnected``, then the last snapshot, whatever became of that."""
        self._publish(events.Disconnected(reason))
        callbacks = self._callbacks
        try:
            await self._dispatcher.run(
                "on_disconnected", callbacks.on_disconnected, reason, mode=callbacks.on_disconnected_mode
            )
        finally:
            if self._keeper is not None:
                await self._keeper.finish()

    async def interrupt(self, event: wire_events.Interrupted, epoch: int) -> None:
        self.voice.catch_up()  # the floor may be free now
        await self._interruptions.handle(event, epoch)
        self.voice.silenced()

    async def tick(self, _: TimerTick, __: int) -> None:
        talk, now = self.conversation, trio.current_time()
        talk.tick_is_waiting = False
        if talk.patterns is not None:
            self._turn.start(talk.patterns.tick(talk.state, now))
        if talk.soft_turn is not None:
            self.voice.catch_up()  # it may have been answered meanwhile
            if talk.soft_turn.check(now):
                await self._turn.complete(self._protocol.turns.tally(), soft=True)
                await self.voice.soft_turn_completed()


AT_ONCE: Final[dict[type[wire_events.SessionEvent], Callable[[ControlPlane, Any], None]]] = {
    wire_events.InputTranscription: ControlPlane.put_aside,
    wire_events.OutputTranscription: ControlPlane.put_aside,
    wire_events.TextDelta: ControlPlane.put_aside,
    TypedTurn: ControlPlane.hear_typed,
    wire_events.ToolCall: ControlPlane.call,
    wire_events.InteractionStatus: ControlPlane.tell_status,
    wire_events.Reconnecting: ControlPlane.tell_reconnecting,
    wire_events.Undelivered: ControlPlane.tell_undelivered,
    wire_events.VoiceActivityStart: ControlPlane.notice_speech,
    wire_events.VoiceActivityEnd: ControlPlane.notice_speech,
}
"""What needs no waiting."""

IN_TURN: Final[dict[type[wire_events.SessionEvent], Callable[[ControlPlane, Any, int], Awaitable[None]]]] = {
    wire_events.TurnComplete: ControlPlane.complete_turn,
    wire_events.GenerationComplete: ControlPlane.complete_generation,
    wire_events.Interrupted: ControlPlane.interrupt,
    wire_events.ToolCallCancelled: ControlPlane.tell_cancelled,
    wire_events.GoAway: ControlPlane.go_away,
    wire_events.Connected: ControlPlane.connect,
    wire_events.SessionResumeUpdate: ControlPlane.tell_resumption,
    wire_events.Error: ControlPlane.tell_error,
    CallbackFailed: ControlPlane.tell_error,
    TimerTick: ControlPlane.tick,
    WishMade: ControlPlane.fulfil_wish,
    KeyPressed: ControlPlane.press,
    CallsAnswered: ControlPlane.find_out,
}
"""What may have to wait. With the table above: every event of the control lane, the server's and our own."""

UNSEEN: Final = frozenset({wire_events.TurnComplete, TimerTick, WishMade, KeyPressed, CallsAnswered, CallbackFailed})
"""What patterns do not see here: the first they see among the steps of the turn's end, and the others are our own."""
