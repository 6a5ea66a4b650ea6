"""What control events mean. Runs on the control lane: one event at a time, each to its end.

The order of callback and event is part of the promise: for most events the callback comes first, so that a subscriber
who sees the event knows that the callback is done; for `Error` and `Disconnected` the event comes first, because there
the callback is the reaction.
"""

from __future__ import annotations

from collections.abc import Sequence

import trio

from trio_live import events, wire_events
from trio_live._tasks import within
from trio_live._typing import Seconds
from trio_live.control._calls import (
    AnswerSender,
    BackgroundCalls,
    BackgroundToolTracker,
    CallHooks,
    ToolCaller,
    ToolRunner,
)
from trio_live.control._conversation import Conversation
from trio_live.control._deferred import DeferredWriter
from trio_live.control._greeting import watch_greeting
from trio_live.control._opening import open_conversation
from trio_live.control._playback import PlaybackEstimate, release_when_played
from trio_live.control._requested_transitions import WishMade
from trio_live.control._talk_of_calls import TalkOfCalls
from trio_live.control._timers import end_quiet_turns, keep_time
from trio_live.control._turn import TurnPipeline
from trio_live.control._words import Said
from trio_live.lanes import HOOKS
from trio_live.lanes._internal import CallbackFailed, Dispatcher, RawWriter, Runtime, TimerTick
from trio_live.session._internal import IN_PROGRESS

DEFAULT_TIME_LEFT: Seconds = 60.0
"""What a GoAway without a time means."""

_SIGNS_OF_LIFE = (
    wire_events.AudioData,
    wire_events.TextDelta,
    wire_events.OutputTranscription,
    wire_events.ToolCall,
    wire_events.GenerationComplete,
    wire_events.TurnComplete,
)
"""What the telemetry lane sees when the model answers after all. That lane also sees the end of speech, so what comes
after it there came after it on the wire; the control lane may be ahead."""


class ControlPlane:
    """The `EventHandler` of a session.

    Args:
        runtime: the session.
        dispatcher: calls user code.
        conversation: what is remembered between events.
        writer: the raw writer, for callbacks, hooks and answers.
        user_writer: the user's; it may hold context back, which must not be lost at the end.
    """

    def __init__(
        self,
        runtime: Runtime,
        dispatcher: Dispatcher,
        conversation: Conversation,
        writer: RawWriter,
        user_writer: RawWriter,
    ) -> None:
        self._runtime = runtime
        self._callbacks = runtime.plan.callbacks
        self._dispatcher = dispatcher
        self._talk = conversation
        self._writer = writer
        self.conversation = conversation
        self.writer = writer
        self.user_writer = user_writer
        self._playback = PlaybackEstimate()
        self._turn = TurnPipeline(runtime, dispatcher, conversation, writer)
        self._hooks = CallHooks(
            self._callbacks,
            dispatcher,
            runtime.protocol.calls,
            runtime.state,
            publish=runtime.events.publish,
            report=runtime.desk.report,
        )
        self.background_tools = BackgroundToolTracker(runtime.calls, dispatcher.beside)
        self._tools = self._tool_runner()

    def _tool_runner(self) -> ToolRunner:
        runtime, ledger = self._runtime, self._runtime.protocol.calls
        talk = TalkOfCalls(
            self._talk,
            runtime.protocol,
            runtime.router,
            note=runtime.note,
            start=self._turn.start,
            report=runtime.desk.report,
        )
        sender = AnswerSender(ledger, self._talk.buffer, runtime.events.publish, runtime.outbound)
        tools = ToolCaller(
            self._talk.dispatcher,
            runtime.calls,
            ledger,
            runtime.state,
            sender=sender,
            talk=talk,
            report=runtime.desk.report,
        )
        background = BackgroundCalls(
            ledger, self.background_tools, hooks=self._hooks, tools=tools, sender=sender, talk=talk
        )
        return ToolRunner(
            ledger,
            runtime.calls,
            hooks=self._hooks,
            tools=tools,
            background=background,
            sender=sender,
            talk=talk,
            beside=self._dispatcher.beside,
        )

    # -- beside the lane ----------------------------------------------------------------------------------------

    def observe(self, routed: Sequence[tuple[wire_events.SessionEvent, Seconds]]) -> None:
        """Feeds the clocks of playback, greeting and soft turns with what never reaches the control lane: audio, above all."""
        if self._talk.greeting is not None:
            self._talk.greeting.observe(routed)
        if self._talk.pending is not None:
            for event, now in routed:
                self._playback.observe(event, now)
        soft = self._talk.soft_turn
        if soft is None:
            return
        for event, now in routed:
            if isinstance(event, _SIGNS_OF_LIFE):
                soft.on_model_response()
            elif isinstance(event, wire_events.VoiceActivityEnd):
                soft.on_vad_end(now)
            elif isinstance(event, wire_events.VoiceActivityStart):
                soft.on_vad_start()

    async def keep_time(self) -> None:
        """What happens because nothing happens, once the conversation has begun: ticks, the greeting, deferred prompts."""
        await self._runtime.begun.wait()
        pending, writer = self._talk.pending, self.user_writer
        async with trio.open_nursery() as nursery:
            nursery.start_soon(keep_time, self._talk, self._runtime.router)
            nursery.start_soon(end_quiet_turns, self._runtime)
            if self._talk.greeting is not None:
                nursery.start_soon(watch_greeting, self._runtime, self._talk.greeting, self._writer)
            if pending is not None and isinstance(writer, DeferredWriter):
                nursery.start_soon(release_when_played, self._runtime, pending, self._playback, writer)

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
            case TimerTick() | WishMade():
                await (self._tick() if isinstance(event, TimerTick) else self._turn.fulfil())
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
        publish = self._runtime.events.publish
        match event:
            case wire_events.GoAway(time_left):
                left = DEFAULT_TIME_LEFT if time_left is None else time_left
                await run("on_go_away", callbacks.on_go_away, left, mode=callbacks.on_go_away_mode)
                publish(events.GoAway(left))
            case wire_events.Connected():
                await open_conversation(self._runtime, self._dispatcher, self._talk, self._turn.window(), self._writer)
                await run("on_connected", callbacks.on_connected, self._writer, mode=callbacks.on_connected_mode)
                await self._runtime.handed_out.wait()  # whoever subscribes at once, before waiting, is told
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

    def _status(self, status: str) -> None:
        """The model says whether it goes on by itself."""
        if status == IN_PROGRESS:
            self._talk.buffer.push_pause()
            if self._talk.soft_turn is not None:
                self._talk.soft_turn.on_model_response()
        self._runtime.events.publish(events.InteractionStatus(status))

    async def farewell(self) -> None:
        """Context that still waited for the user's next words is sent after all, without a prompt."""
        await self.user_writer.flush_context()

    async def finish(self, reason: str | None) -> None:
        """The session is over: the event, then ``on_disconnected``."""
        self._runtime.events.publish(events.Disconnected(reason))
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
            self._runtime.desk.report("on_interrupted", slow)
        finally:
            self._runtime.barrier.let_pass(epoch)
        self._runtime.events.publish(events.Interrupted())

    async def _tick(self) -> None:
        now = trio.current_time()
        self._talk.tick_is_waiting = False
        if self._talk.patterns is not None:
            self._turn.start(self._talk.patterns.tick(self._runtime.state, now))
        if self._talk.soft_turn is not None:
            self._runtime.observe()  # it may have been answered meanwhile
            if self._talk.soft_turn.check(now):
                await self._turn.complete(self._runtime.protocol.turns.tally(), soft=True)

    def _detect(self, event: wire_events.SessionEvent) -> None:
        """Temporal patterns see every event of this lane, in order."""
        patterns = self._talk.patterns
        if patterns is not None and not patterns.is_empty:
            self._turn.start(patterns.check_all(self._runtime.state, event, trio.current_time()))
