"""The telemetry lane: counts what passed by. It never touches the conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

import trio

from trio_live import wire_events as wire
from trio_live.lanes._callbacks import UsageCallback
from trio_live.lanes._dispatch import ErrorDesk
from trio_live.lanes._queues import next_burst
from trio_live.telemetry import SessionTelemetry


class TelemetryLane:
    """One session's telemetry lane.

    Args:
        queue: events, from the router.
        telemetry: the counters.
        on_usage: the user's callback for token counts.
        desk: where its errors go.
        observers: see every event after the counters; for the session's signals.
    """

    def __init__(
        self,
        queue: trio.MemoryReceiveChannel[wire.SessionEvent],
        telemetry: SessionTelemetry,
        on_usage: UsageCallback | None,
        desk: ErrorDesk,
        observers: Sequence[Callable[[wire.SessionEvent], None]] = (),
    ) -> None:
        self._queue = queue
        self._telemetry = telemetry
        self._on_usage = on_usage
        self._desk = desk
        self._observers = observers

    async def run(self) -> None:
        """Count until the router closes the queue."""
        observers = self._observers
        with suppress(trio.EndOfChannel):
            while True:
                for event in await next_burst(self._queue):
                    self._count(event)
                    for observe in observers:
                        observe(event)

    def _count(self, event: wire.SessionEvent) -> None:
        telemetry = self._telemetry
        match event:
            case wire.AudioData(data):
                telemetry.audio_out(len(data))
            case wire.TextDelta():
                telemetry.text_out()
            case wire.VoiceActivityStart():
                telemetry.vad_start()
            case wire.VoiceActivityEnd():
                telemetry.vad_end()
            case wire.ToolCall():
                telemetry.tool_called()
            case wire.Error(skipped_frame=True):
                telemetry.undecodable_frame()
            case wire.Interrupted():
                telemetry.interrupted()
            case wire.TurnComplete():
                telemetry.turn_complete()
            case wire.Usage(usage):
                telemetry.usage(usage)
                self._tell_usage(usage)

    def _tell_usage(self, usage: object) -> None:
        if self._on_usage is not None:
            try:
                self._on_usage(usage)  # type: ignore[arg-type]  # it came out of a Usage event
            except Exception as error:  # noqa: BLE001  # user code; reported
                self._desk.report("on_usage", error)
