"""What control events mean. Runs on the control lane: one event at a time, each to its end.

The order of callback and event is part of the promise: for most events the callback comes first, so that a subscriber
who sees the event knows that the callback is done; for `Error` and `Disconnected` the event comes first, because there
the callback is the reaction.
"""

from __future__ import annotations

import trio

from trio_live import events
from trio_live import wire_events as wire
from trio_live._typing import Seconds
from trio_live.control._tool_runner import ToolRunner
from trio_live.control._turn import TurnPipeline
from trio_live.events import SessionWriter
from trio_live.lanes import Dispatcher, Runtime, TypedTurn

INTERRUPTED_WITHIN: Seconds = 5.0
"""``on_interrupted`` may take this long: the next turn's audio waits for it, and behind that, in time, the socket."""
DEFAULT_TIME_LEFT: Seconds = 60.0
"""What a GoAway without a time means."""


class ControlPlane:
    """The `EventHandler` of a session.

    Args:
        runtime: the session.
        dispatcher: calls user code.
        writer: the raw writer, for callbacks and answers.
    """

    def __init__(self, runtime: Runtime, dispatcher: Dispatcher, writer: SessionWriter) -> None:
        self._runtime = runtime
        self._callbacks = runtime.plan.callbacks
        self._dispatcher = dispatcher
        self._writer = writer
        self._tools = ToolRunner(runtime, dispatcher, writer)
        self._turn = TurnPipeline(runtime, dispatcher, writer)

    async def handle(self, event: wire.SessionEvent, epoch: int) -> None:
        """One control event, to its end."""
        callbacks, run = self._callbacks, self._dispatcher.run
        publish = self._runtime.events.publish
        match event:
            case wire.InputTranscription(text) | TypedTurn(text):
                self._turn.heard(text)
            case wire.OutputTranscription(text):
                self._turn.said(text)
            case wire.TurnComplete():
                await self._turn.complete()
            case wire.ToolCall(calls):
                await self._tools.run(calls, epoch)
            case wire.ToolCallCancelled(ids):
                await self._tools.cancelled(ids)
            case wire.Interrupted():
                await self._interrupted(epoch)
            case wire.GenerationComplete():
                mode = callbacks.on_generation_complete_mode
                await run("on_generation_complete", callbacks.on_generation_complete, mode=mode)
            case wire.GoAway(time_left):
                left = DEFAULT_TIME_LEFT if time_left is None else time_left
                await run("on_go_away", callbacks.on_go_away, left, mode=callbacks.on_go_away_mode)
                publish(events.GoAway(left))
            case wire.Connected():
                await run("on_connected", callbacks.on_connected, self._writer, mode=callbacks.on_connected_mode)
                publish(events.Connected())
            case wire.Error(message):
                publish(events.Error(message))
                await run("on_error", callbacks.on_error, message, mode=callbacks.on_error_mode)

    async def finish(self, reason: str | None) -> None:
        """The session is over: the event, then ``on_disconnected``."""
        self._runtime.events.publish(events.Disconnected(reason))
        callbacks = self._callbacks
        await self._dispatcher.run(
            "on_disconnected", callbacks.on_disconnected, reason, mode=callbacks.on_disconnected_mode
        )

    async def _interrupted(self, epoch: int) -> None:
        self._turn.interrupted()
        try:
            with trio.move_on_after(INTERRUPTED_WITHIN) as patience:
                await self._dispatcher.run("on_interrupted", self._callbacks.on_interrupted)
            if patience.cancelled_caught:
                slow = TimeoutError(f"it took longer than {INTERRUPTED_WITHIN:g} s and was cancelled")
                self._runtime.desk.report("on_interrupted", slow)
        finally:
            self._runtime.barrier.let_pass(epoch)
        self._runtime.events.publish(events.Interrupted())
