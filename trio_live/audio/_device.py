"""A microphone and speakers together, and the devices that need no hardware: paced by a task instead of a driver."""

from __future__ import annotations

import wave
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import attrs
import trio

from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live.audio._ends import FRAME, INPUT_RATE, Microphone, Speakers
from trio_live.audio._resampler import Resampler
from trio_live.errors import ConfigError
from trio_live.wire import AUDIO_OUTPUT_RATE

REPORT_EVERY: Final[Seconds] = 0.1
"""How often a session is told how much was played."""

Source: TypeAlias = Callable[[int], bytes]
"""Gives so many samples of what is said into a microphone: PCM16 mono 16 kHz. Fewer are filled up with silence."""

Sink: TypeAlias = Callable[[bytes, bytes], None]
"""Takes 20 ms of a call as they were heard at the device: what was said (16 kHz), what was played (24 kHz)."""


class VoiceSession(Protocol):
    """What a device needs of a session; `LiveHandle` has it."""

    async def send_audio(self, data: bytes, /) -> None:
        """Sound of the user; ``data`` is PCM16 mono 16 kHz, of any length."""

    def playback_progress(self, _played_ms: float, /) -> None:
        """So much was played: ``_played_ms`` milliseconds since the last interruption, or since the beginning."""

    async def playback_drained(self) -> None:
        """Everything was played."""


@attrs.frozen(eq=False)
class AudioDevice:
    """A microphone and speakers.

    Give ``on_audio`` `Speakers.play` and ``on_interrupted`` `Speakers.interrupted`, and run `talk` beside the session.
    """

    microphone: Microphone
    speakers: Speakers
    scale: float = 1.0
    """How many seconds of sound pass in one second."""

    async def talk(self, session: VoiceSession) -> None:
        """Send what the microphone hears, and tell the session what the speakers have played; until cancelled.

        Raises:
            SessionClosed: the session is over.

        Cancellation: nothing more is sent, and nothing more reported.
        """
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._send, session)
            nursery.start_soon(self._report, session)

    async def _send(self, session: VoiceSession) -> None:
        while True:
            await session.send_audio(await self.microphone.receive())

    async def _report(self, session: VoiceSession) -> None:
        while True:
            await self.speakers.wait_playing()
            while self.speakers.waiting:
                session.playback_progress(self.speakers.played * 1000)
                with trio.move_on_after(REPORT_EVERY / self.scale):
                    await self.speakers.wait_quiet()
            await session.playback_drained()


@asynccontextmanager
async def open_paced_device(source: Source, sink: Sink, *, scale: float = 1.0) -> AsyncGenerator[AudioDevice, None]:
    """A device without hardware: every 20 ms it takes 20 ms of sound from ``source``, and gives 20 ms to ``sink``.

    Args:
        source: what is said into the microphone.
        sink: told what was said and played, in step.
        scale: how many seconds of sound pass in one second.
    """
    device = AudioDevice(Microphone(), Speakers(), scale)
    async with open_service_nursery("the device is closed") as nursery:
        nursery.start_soon(_pace, device, source, sink, scale)
        yield device


async def _pace(device: AudioDevice, source: Source, sink: Sink, scale: float) -> None:
    """Keep the pace, by the clock and not by the length of each sleep; after a delay, catch up."""
    said_samples, played_samples = round(INPUT_RATE * FRAME), round(AUDIO_OUTPUT_RATE * FRAME)
    due = trio.current_time()
    while True:
        said = source(said_samples)[: 2 * said_samples].ljust(2 * said_samples, b"\0")
        device.microphone.push(said)
        sink(said, device.speakers.pull(played_samples))
        due += FRAME / scale
        await trio.sleep_until(due)


@asynccontextmanager
async def open_null_device(*, scale: float = 1.0) -> AsyncGenerator[AudioDevice, None]:
    """Silence in, and what is played is heard by nobody, at ``scale`` times the pace of real time."""
    async with open_paced_device(lambda _: b"", lambda _said, _played: None, scale=scale) as device:
        yield device


@asynccontextmanager
async def open_wav_device(
    said: Path, played: Path | None = None, *, scale: float = 1.0
) -> AsyncGenerator[AudioDevice, None]:
    """A WAV file is said into the microphone, then silence; what is played is written into another one.

    Args:
        said: mono or stereo PCM16 of any rate.
        played: gets what is played: mono, 24 kHz, silence included. Written when the device is closed.
        scale: how many seconds of sound pass in one second.

    Raises:
        ConfigError: ``said`` is no such file, or has a rate that takes soxr, which is missing.
    """
    pcm, heard = memoryview(read_wav(said)), bytearray()
    at = 0

    def source(samples: int) -> bytes:
        nonlocal at
        begin, at = at, at + 2 * samples
        return bytes(pcm[begin:at])

    try:
        async with open_paced_device(source, lambda _said, sound: heard.extend(sound), scale=scale) as device:
            yield device
    finally:
        if played is not None:
            write_wav(played, bytes(heard), AUDIO_OUTPUT_RATE)


def read_wav(path: Path, rate: int = INPUT_RATE) -> bytes:
    """The sound of a WAV file as PCM16 mono.

    Args:
        path: mono or stereo PCM16 of any rate.
        rate: samples per second of what is returned.

    Raises:
        ConfigError: it is no such file, or its rate takes soxr, which is missing.
    """
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, given_rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            pcm = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as problem:
        raise ConfigError(f"{path} cannot be read as WAV: {problem}") from problem
    if width != 2 or channels not in (1, 2):  # noqa: PLR2004
        raise ConfigError(f"{path} has {channels} channels of {8 * width} bits; mono or stereo of 16 bits can be read")
    if channels == 2:  # noqa: PLR2004
        pcm = b"".join(pcm[start : start + 2] for start in range(0, len(pcm), 4))  # the left one
    if given_rate == rate:
        return pcm
    resampler = Resampler(given_rate, rate)
    return resampler.process(pcm) + resampler.finish()


def write_wav(path: Path, pcm: bytes, rate: int, channels: int = 1) -> None:
    """Write PCM16 into a WAV file: ``rate`` samples a second for each of the ``channels``, interleaved."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
