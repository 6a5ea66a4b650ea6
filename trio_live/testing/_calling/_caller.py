"""A caller on the line of a session: speaks at the pace of speech, listens, and interrupts at the moment that is wanted.

Nothing here knows whether time is virtual. With a mock clock a call of an hour takes seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import trio

from trio_live import events
from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live.audio import Speakers, open_paced_device
from trio_live.lanes import LiveEventStream
from trio_live.live import LiveHandle
from trio_live.testing._calling._sounds import Sound, hum, pcm_of

WITHIN: Final[Seconds] = 30.0
"""So long a caller waits for an answer."""
LOOK: Final[Seconds] = 0.01
"""How exactly the moment of an interruption is met."""


class NoAnswer(AssertionError):  # noqa: N818  # named for what happened, as the errors of the house are
    """The model did not do what the caller waited for."""


class Mouth:
    """What goes into a microphone, and what is heard beside it: the source and the sink of a device."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._is_said = trio.Event()
        self.said = bytearray()
        self.heard = bytearray()

    async def say(self, pcm: bytes) -> None:
        """Speak, and wait until it has been said. Cancellation: what has not been said yet is not said."""
        self._waiting += pcm
        self._is_said = trio.Event()
        try:
            while self._waiting:
                await self._is_said.wait()
        finally:
            self._waiting.clear()
        await trio.lowlevel.checkpoint()

    def source(self, samples: int) -> bytes:
        """So many samples of what is said, or fewer."""
        piece = bytes(self._waiting[: 2 * samples])
        del self._waiting[: 2 * samples]
        if not self._waiting:
            self._is_said.set()
        return piece

    def sink(self, said: bytes, played: bytes) -> None:
        """What was said and played in step."""
        self.said += said
        self.heard += played


class Caller:
    """Somebody on the line; `open_caller` makes one.

    Args:
        session: the line.
        speakers: play what the model says.
        mouth: speaks, and remembers.
    """

    def __init__(self, session: LiveHandle, speakers: Speakers, mouth: Mouth) -> None:
        self._session = session
        self._speakers = speakers
        self._mouth = mouth
        self._changed = trio.lowlevel.ParkingLot()
        self._answers: deque[str] = deque()
        self._words = ""
        self._was_interrupted = False
        self.interruptions = 0
        """How often the model was cut off."""

    @property
    def said(self) -> bytes:
        """All that went into the microphone: PCM16 LE mono 16 kHz, silence included."""
        return bytes(self._mouth.said)

    @property
    def heard(self) -> bytes:
        """All that was heard: PCM16 LE mono 24 kHz, silence included, as long as `said`."""
        return bytes(self._mouth.heard)

    # -- speaking -----------------------------------------------------------------------------------------------

    async def say(self, sound: Sound) -> None:
        """Speak, and wait until it has been said. The microphone then hears silence, so the server notices the end.

        Args:
            sound: PCM16 LE mono 16 kHz, or the path of a WAV file.

        Raises:
            ConfigError: it is no sound.

        Cancellation: what has not been said yet is not said.
        """
        await self._mouth.say(pcm_of(sound))

    async def hum(self, seconds: Seconds = 0.3) -> None:
        """Say "mm-hm", as listeners do who do not mean to interrupt. See `say`.

        Args:
            seconds: how long.
        """
        await self.say(hum(seconds))

    async def barge_in(self, sound: Sound, *, after_ms: float) -> None:
        """Speak over the model, when it has been heard for so long. See `say`.

        Args:
            sound: what is said.
            after_ms: milliseconds that were heard of this answer, or of the next one if the model is silent.

        Raises:
            NoAnswer: the model said nothing, or was done before.

        Cancellation: what has not been said yet is not said.
        """
        speakers = self._speakers
        with trio.move_on_after(WITHIN) as patience:
            await speakers.wait_playing()
        if patience.cancelled_caught:
            raise NoAnswer(f"the model said nothing within {WITHIN:g} s, so nobody could speak over it")
        begun = speakers.played
        while (heard := speakers.played - begun) < after_ms / 1000:
            if not speakers.waiting:
                raise NoAnswer(f"the model was heard for {heard * 1000:.0f} ms, and was done before {after_ms:g} ms")
            await trio.sleep(LOOK)
        await self.say(sound)

    async def type(self, text: str) -> None:
        """Type a line, as `LiveHandle.send_text` does."""
        await self._session.send_text(text)

    async def wait(self, seconds: Seconds) -> None:
        """Say nothing for so long; the microphone hears silence. Cancellation: harmless."""
        await trio.sleep(seconds)

    # -- listening ----------------------------------------------------------------------------------------------

    async def answer(self, within: Seconds = WITHIN) -> str:
        """Wait until the model has answered, and until the answer was heard to its end.

        Answers are taken one after the other; one that was interrupted is none.

        Args:
            within: how long it may take until the answer is complete.

        Returns:
            Its words, as far as transcripts tell them.

        Raises:
            NoAnswer: none came in time.

        Cancellation: harmless; the answer can be taken later.
        """
        with trio.move_on_after(within) as patience:
            await trio.lowlevel.checkpoint()
            while not self._answers:
                await self._changed.park()
        if patience.cancelled_caught:
            raise NoAnswer(f"the model has not answered within {within:g} s; the last words heard: {self._words!r}")
        await self._speakers.wait_quiet()
        return self._answers.popleft()

    async def listen(self, stream: LiveEventStream[events.LiveEvent]) -> None:
        """Hear what comes by the stream, until nothing more does. `open_caller` runs it."""
        async for event in stream:
            self._hear(event)

    def _hear(self, event: events.LiveEvent) -> None:
        match event:
            case events.Audio(data):
                self._speakers.play(data)
            case events.Interrupted():
                self._speakers.flush()
                self.interruptions += 1
                self._was_interrupted = True
            case events.OutputTranscript(text, is_final=False) | events.TextDelta(text):
                self._words += text
            case events.TurnComplete():
                if self._words and not self._was_interrupted:
                    self._answers.append(self._words.strip())
                    self._changed.unpark_all()
                self._words, self._was_interrupted = "", False
            case _:
                pass


@asynccontextmanager
async def open_caller(session: LiveHandle, *, scale: float = 1.0) -> AsyncGenerator[Caller, None]:
    """Put a caller on the line of a session.

    The microphone is on as long as the block lasts: every 20 ms it sends 20 ms, silence while nobody speaks. The model is
    heard at the pace of speech, and the session is told how much of it was; an interruption silences it.

    Args:
        session: an open one. An agent that plays its sound itself needs no caller who hears, and may be given this one
            all the same.
        scale: how many seconds of sound pass in one second; for an emulator with the same ``time_scale``.

    Raises:
        SessionClosed: the session ended while the caller was on the line.
    """
    mouth = Mouth()
    async with (
        open_paced_device(mouth.source, mouth.sink, scale=scale) as device,
        session.events() as stream,
        open_service_nursery("the caller hangs up") as nursery,
    ):
        caller = Caller(session, device.speakers, mouth)
        nursery.start_soon(caller.listen, stream)
        nursery.start_soon(device.talk, session)
        yield caller
