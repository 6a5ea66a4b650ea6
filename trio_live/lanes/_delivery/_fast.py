"""The fast lane: synchronous callbacks inline, then the event. Budget: one millisecond a callback.

A task's wake-up costs far more than most callbacks do. So the router calls a handler itself, in the task that read the
frame, as long as nothing is queued and the event may pass the interruption barrier. The lane's own task takes over
when there is a backlog, and the router takes it back once everything queued has been told; the barrier counts both, so
no event overtakes another one::

    router    h(1) h(2) ── interrupted ── queue(3) queue(4)              queue(5)      h(6)
    lane's task                           waits at the barrier … h(3) h(4)       h(5)

One wake-up of the task handles everything that is queued. Audio passes the barrier; everything else goes straight on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import trio

from trio_live import events, wire_events
from trio_live._callables import answered_nothing
from trio_live.lanes._callbacks import BUDGET, CallbackBudget, ErrorDesk, EventCallbacks
from trio_live.lanes._flow import Barrier, ByteBudget, Fanout, next_burst
from trio_live.session._internal import EPOCH_BOUND

Stamped: TypeAlias = tuple[int, wire_events.SessionEvent, int]
"""The interruption epoch in which an event was routed, the event, and its bytes; see `weigh`."""

FastHandlers: TypeAlias = Mapping[type[wire_events.SessionEvent], Callable[[Any], None]]
"""What to do with an event of the fast lane, by its class."""

NOTHING_AT_ONCE: Final[FastHandlers] = {}


class FastCalls:
    """The callbacks of the fast lane, each followed by its event.

    Args:
        callbacks: the user's callbacks.
        fanout: readers of live events.
        desk: where errors of callbacks go.
        budget: where slow ones are counted.
    """

    def __init__(
        self, callbacks: EventCallbacks, fanout: Fanout[events.LiveEvent], desk: ErrorDesk, budget: CallbackBudget
    ) -> None:
        self._callbacks = callbacks
        self._budget = budget
        self._stopwatch = budget.stopwatch
        self._on_audio: Callable[[bytes], object] | None = callbacks.on_audio
        self._fanout = fanout
        self._desk = desk
        self.handlers: FastHandlers = {
            wire_events.AudioData: self._audio,
            wire_events.Media: self._media,
            wire_events.TextDelta: self._text,
            wire_events.TextComplete: self._text_complete,
            wire_events.InputTranscription: self._heard,
            wire_events.OutputTranscription: self._said,
            wire_events.InterimInputTranscription: self._guessed,
            wire_events.Thought: self._thought,
            wire_events.Grounding: self._grounding,
            wire_events.VoiceActivityStart: self._speech_began,
            wire_events.VoiceActivityEnd: self._speech_ended,
            wire_events.PhaseChanged: self._phase,
        }
        """None of them raises, and none waits."""

    def _call(self, name: str, callback: Callable[..., object] | None, *args: object) -> None:
        if callback is not None:
            began = self._stopwatch()
            try:
                answer = callback(*args)
                if (took := self._stopwatch() - began) > BUDGET:
                    self._budget.check(name, took)
                if answer is not None:
                    answered_nothing(answer)
            except Exception as error:  # noqa: BLE001  # user code; reported
                self._desk.report(name, error)

    def _publish(self, kind: Callable[..., events.LiveEvent], *args: object) -> None:
        if self._fanout.readers:
            self._fanout.publish(kind(*args))

    def _audio(self, event: wire_events.AudioData) -> None:
        # Written out: this is the one that runs twenty-five times a second for every session.
        sound = event.data
        if self._on_audio is not None:
            began = self._stopwatch()
            try:
                answer = self._on_audio(sound)
                if (took := self._stopwatch() - began) > BUDGET:
                    self._budget.check("on_audio", took)
                if answer is not None:
                    answered_nothing(answer)
            except Exception as error:  # noqa: BLE001  # user code; reported
                self._desk.report("on_audio", error)
        if self._fanout.readers:
            self._fanout.publish(events.Audio(sound), len(sound))

    def _media(self, event: wire_events.Media) -> None:
        self._call("on_media", self._callbacks.on_media, event.mime_type, event.data)
        self._publish(events.Media, event.mime_type, event.data)

    def _text(self, event: wire_events.TextDelta) -> None:
        self._call("on_text", self._callbacks.on_text, event.text)
        self._publish(events.TextDelta, event.text)

    def _text_complete(self, event: wire_events.TextComplete) -> None:
        self._call("on_text_complete", self._callbacks.on_text_complete, event.text)
        self._publish(events.TextComplete, event.text)

    def _heard(self, event: wire_events.InputTranscription) -> None:
        self._call("on_input_transcript", self._callbacks.on_input_transcript, event.text, False)
        self._publish(events.InputTranscript, event.text, False, events.Stability.STABLE, event.turn, event.sequence)

    def _said(self, event: wire_events.OutputTranscription) -> None:
        self._call("on_output_transcript", self._callbacks.on_output_transcript, event.text, False)
        self._publish(events.OutputTranscript, event.text, False, events.Stability.STABLE, event.turn, event.sequence)

    def _guessed(self, event: wire_events.InterimInputTranscription) -> None:
        # No callback: its pieces are joined by whoever receives them, and a guess would stand among them for good.
        self._publish(events.InputTranscript, event.text, False, events.Stability.PARTIAL, event.turn)

    def _grounding(self, event: wire_events.Grounding) -> None:
        self._call("on_grounding", self._callbacks.on_grounding, event.grounding, event.url_context)
        self._publish(events.Grounding, event.grounding, event.url_context)

    def _thought(self, event: wire_events.Thought) -> None:
        self._call("on_thought", self._callbacks.on_thought, event.text)
        self._publish(events.Thought, event.text)

    def _speech_began(self, _: wire_events.VoiceActivityStart) -> None:
        self._call("on_vad_start", self._callbacks.on_vad_start)
        self._publish(events.VadStart)

    def _speech_ended(self, _: wire_events.VoiceActivityEnd) -> None:
        self._call("on_vad_end", self._callbacks.on_vad_end)
        self._publish(events.VadEnd)

    def _phase(self, event: wire_events.PhaseChanged) -> None:
        self._call("on_phase", self._callbacks.on_phase, event.phase)


class FastLane:
    """The fast lane's task: handles what the router could not handle at once.

    Args:
        queue: stamped events, from the router.
        room: the bytes that wait in the queue; given back when they are told.
        handlers: what to do with them.
        barrier: the interruption epoch, and how far this lane has come.
        on_stale: counts one audio frame that an interruption made stale, by its class.
    """

    def __init__(
        self,
        queue: trio.MemoryReceiveChannel[Stamped],
        room: ByteBudget,
        handlers: FastHandlers,
        barrier: Barrier,
        on_stale: Callable[[str], None],
    ) -> None:
        self._queue = queue
        self._room = room
        self._handlers = handlers
        self._barrier = barrier
        self._on_stale = on_stale

    async def run(self) -> None:
        """Handle events until the router closes the queue."""
        handlers, barrier = self._handlers, self._barrier
        try:
            while True:
                burst = await next_burst(self._queue)
                for epoch, event, size in burst:
                    kind = type(event)
                    if (
                        kind not in EPOCH_BOUND
                        or epoch == barrier.passed == barrier.current
                        or await self._may_pass(epoch)
                    ):
                        handlers[kind](event)
                    else:
                        self._on_stale(kind.__name__)
                    self._room.release(size)
                barrier.tell(len(burst))
        except trio.EndOfChannel:
            pass
        finally:
            barrier.let_go()

    async def _may_pass(self, epoch: int) -> bool:
        if epoch < self._barrier.current:
            return False
        return await self._barrier.wait_passed(epoch)
