"""The fast lane: synchronous callbacks inline, then the event. Budget: one millisecond a callback.

One wake-up handles everything that is queued. Audio passes the interruption barrier; everything else goes straight on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import trio

from trio_live import events
from trio_live import wire_events as wire
from trio_live.lanes._barrier import Barrier
from trio_live.lanes._callbacks import EventCallbacks
from trio_live.lanes._dispatch import ErrorDesk
from trio_live.lanes._fanout import Fanout
from trio_live.lanes._queues import next_burst
from trio_live.lanes._router import Stamped
from trio_live.session import EPOCH_BOUND

Handler = Callable[[Any], None]


class FastLane:
    """One session's fast lane.

    Args:
        queue: stamped events, from the router.
        callbacks: the user's callbacks.
        fanout: readers of live events.
        barrier: the interruption epoch.
        desk: where errors of callbacks go.
        on_stale: counts one audio frame that an interruption made stale, by its class.
    """

    def __init__(
        self,
        queue: trio.MemoryReceiveChannel[Stamped],
        *,
        callbacks: EventCallbacks,
        fanout: Fanout[events.LiveEvent],
        barrier: Barrier,
        desk: ErrorDesk,
        on_stale: Callable[[str], None],
    ) -> None:
        self._queue = queue
        self._callbacks = callbacks
        self._fanout = fanout
        self._barrier = barrier
        self._desk = desk
        self._on_stale = on_stale
        self._handlers: dict[type[wire.SessionEvent], Handler] = {
            wire.AudioData: self._audio,
            wire.Media: self._media,
            wire.TextDelta: self._text,
            wire.TextComplete: self._text_complete,
            wire.InputTranscription: self._heard,
            wire.OutputTranscription: self._said,
            wire.Thought: self._thought,
            wire.VoiceActivityStart: self._speech_began,
            wire.VoiceActivityEnd: self._speech_ended,
            wire.PhaseChanged: self._phase,
        }

    async def run(self) -> None:
        """Handle events until the router closes the queue."""
        handlers, barrier = self._handlers, self._barrier
        try:
            while True:
                burst = await next_burst(self._queue)
                for epoch, event in burst:
                    kind = type(event)
                    if (
                        kind not in EPOCH_BOUND
                        or epoch == barrier.passed == barrier.current
                        or await self._may_pass(epoch)
                    ):
                        handlers[kind](event)
                    else:
                        self._on_stale(kind.__name__)
                barrier.tell(len(burst))
        except trio.EndOfChannel:
            pass
        finally:
            barrier.let_go()

    async def _may_pass(self, epoch: int) -> bool:
        if epoch < self._barrier.current:
            return False
        return await self._barrier.wait_passed(epoch)

    def _call(self, name: str, callback: Callable[..., None] | None, *args: object) -> None:
        if callback is not None:
            try:
                callback(*args)
            except Exception as error:  # noqa: BLE001  # user code; reported
                self._desk.report(name, error)

    def _publish(self, kind: Callable[..., events.LiveEvent], *args: object) -> None:
        if self._fanout.readers:
            self._fanout.publish(kind(*args))

    def _audio(self, event: wire.AudioData) -> None:
        # Written out: this is the one that runs twenty-five times a second for every session.
        callback = self._callbacks.on_audio
        if callback is not None:
            try:
                callback(event.data)
            except Exception as error:  # noqa: BLE001  # user code; reported
                self._desk.report("on_audio", error)
        if self._fanout.readers:
            self._fanout.publish(events.Audio(event.data))

    def _media(self, event: wire.Media) -> None:
        self._publish(events.Media, event.mime_type, event.data)

    def _text(self, event: wire.TextDelta) -> None:
        self._call("on_text", self._callbacks.on_text, event.text)
        self._publish(events.TextDelta, event.text)

    def _text_complete(self, event: wire.TextComplete) -> None:
        self._call("on_text_complete", self._callbacks.on_text_complete, event.text)
        self._publish(events.TextComplete, event.text)

    def _heard(self, event: wire.InputTranscription) -> None:
        self._call("on_input_transcript", self._callbacks.on_input_transcript, event.text, False)
        self._publish(events.InputTranscript, event.text, False)

    def _said(self, event: wire.OutputTranscription) -> None:
        self._call("on_output_transcript", self._callbacks.on_output_transcript, event.text, False)
        self._publish(events.OutputTranscript, event.text, False)

    def _thought(self, event: wire.Thought) -> None:
        self._call("on_thought", self._callbacks.on_thought, event.text)
        self._publish(events.Thought, event.text)

    def _speech_began(self, _: wire.VoiceActivityStart) -> None:
        self._call("on_vad_start", self._callbacks.on_vad_start)
        self._publish(events.VadStart)

    def _speech_ended(self, _: wire.VoiceActivityEnd) -> None:
        self._call("on_vad_end", self._callbacks.on_vad_end)
        self._publish(events.VadEnd)

    def _phase(self, event: wire.PhaseChanged) -> None:
        self._call("on_phase", self._callbacks.on_phase, event.phase)
