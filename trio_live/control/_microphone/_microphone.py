"""The user's microphone, as this side hears it: edges and turns are told in order, around the sound that they are about.

::

    send_audio ──▶ TurnListener (pure) ──▶ [… interruption · speech began · mark · what came before · sound · speech ended …]
                                                │              │           │            │
                                             epoch n+1      the rules   the wire     the wire

Most sound says nothing, and goes straight on: no lock, nothing awaited besides. While something is told, what comes next
waits its turn, whoever sends it, so that no two tasks can interleave an edge and its sound.

Who decides that the model is interrupted? The server, unless `Live.client_interruption_authority` says that this side
does. Then the model is silenced here first and the server told afterwards, so no network stands between the user's words
and the silence.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

import trio

from trio_live import events
from trio_live.control._speaking import Timings
from trio_live.control._voice import MICROPHONE, PROGRAM, VoiceRuntime
from trio_live.events._internal import ActivityEnd, ActivityStart
from trio_live.lanes._internal import SendsSound
from trio_live.voice import Again, BackendVadSnapshot, CommitSignal, Heard, Reported, TurnListener, VadEvent


class Microphone:
    """Hears what a session is sent of its user.

    Args:
        listener: finds edges and turns.
        voice: is told of them.
        timings: what is waited for.
        send: sends sound, where what was heard before is to be heard again and none comes with it.
        publish: publishes a live event.
        interrupt: silences the model here and now; ``None`` leaves that to the server.
    """

    def __init__(
        self,
        listener: TurnListener,
        voice: VoiceRuntime,
        timings: Timings,
        *,
        send: SendsSound,
        publish: Callable[[events.LiveEvent], None],
        interrupt: Callable[[], Awaitable[None]] | None,
    ) -> None:
        self.listener = listener
        self._voice = voice
        self._timings = timings
        self._send = send
        self._publish = publish
        self._interrupt = interrupt
        self._turn = trio.Lock()
        self._untold: deque[Heard] = deque()
        self._volume = 1.0
        voice.reacting.policy_marks = listener.policy is not None

    async def hear(self, sound: bytes, send: SendsSound) -> None:
        """Listen to sound, and send it.

        Raises:
            SessionClosed: the session is over.

        Cancellation: what was not sent is not sent; what was not told of it is told before the next sound.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        if self._turn.locked():
            async with self._turn:
                await self._tell(self._listen(sound), send)
            return
        heard = self._listen(sound)
        if len(heard) == 1 and not self._untold:
            await send(sound)
            return
        self._turn.acquire_nowait()
        try:
            await self._tell(heard, send)
        finally:
            self._turn.release()

    async def report(self, *, starts: bool) -> None:
        """The program hears the user begin or stop, in what was heard so far. For turns it counts as if heard here.

        Cancellation: as in `hear`.
        """
        edge = VadEvent.SPEECH_START if starts else VadEvent.SPEECH_END
        async with self._turn:
            await self._tell(self.listener.report(edge, self._voice.model_is_audible), self._send)

    async def stop(self) -> None:
        """The microphone is off: what the user has begun is over.

        Cancellation: as in `hear`.
        """
        async with self._turn:
            await self._tell(self.listener.stop(), self._send)

    def snapshot(self) -> BackendVadSnapshot:
        """The detector at this moment."""
        return self.listener.detector.snapshot()

    def silenced(self) -> None:
        """The model was interrupted: there is nothing to be quieter than."""
        if self.listener.policy is not None:
            self.listener.policy.silenced()
        self._set_volume(1.0)

    def _listen(self, sound: bytes) -> list[Heard]:
        timing, policy = self._timings.now, self.listener.policy
        if policy is not None:
            policy.least_hold_ms = (timing and timing.end_of_speech_ms) or 0.0
        return self.listener.hear(sound, self._voice.model_is_audible)

    async def _tell(self, heard: list[Heard], send: SendsSound) -> None:
        untold = self._untold
        untold += heard
        try:
            while untold:
                await self._tell_one(untold[0], send)
                untold.popleft()
        finally:
            self._untold = deque(each for each in untold if not isinstance(each, bytes | Again))

    async def _tell_one(self, heard: Heard, send: SendsSound) -> None:
        match heard:
            case bytes():
                await send(heard)
            case Again(data):
                await send(data, again=True)
            case VadEvent():
                await self._tell_edge(heard, MICROPHONE)
            case Reported(edge):
                await self._tell_edge(edge, PROGRAM)
            case CommitSignal():
                await self._follow(heard)

    async def _tell_edge(self, edge: VadEvent, who: str) -> None:
        starts = edge is VadEvent.SPEECH_START
        await (self._voice.user_speech_started(who) if starts else self._voice.user_speech_ended(who))

    async def _follow(self, signal: CommitSignal) -> None:
        match signal:
            case CommitSignal.DUCK:
                policy = self.listener.policy
                self._set_volume(1.0 if policy is None else policy.config.duck_volume)
            case CommitSignal.RESTORE:
                self._set_volume(1.0)
            case CommitSignal.ACTIVITY_END:
                self._set_volume(1.0)
                await self._voice.writer.mark_activity(ActivityEnd())
            case CommitSignal.ACTIVITY_START:
                await self._voice.writer.mark_activity(ActivityStart())
            case CommitSignal.INTERRUPTION_START:
                if self._interrupt is not None:
                    await self._interrupt()  # when that is settled, `silenced` is called
                await self._voice.writer.mark_activity(ActivityStart())

    def _set_volume(self, volume: float) -> None:
        if volume != self._volume:
            self._volume = volume
            self._publish(events.PlaybackVolume(volume))
