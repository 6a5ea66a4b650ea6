"""``trio-live chat --voice``: a spoken conversation, through a headset or from a WAV file."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import attrs
import trio
from rich.console import Console

from trio_live import Live, LiveHandle, events
from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live.audio import AudioDevice, open_device, open_wav_device, read_wav
from trio_live.cli._chat import show_all
from trio_live.cli._talking import Chat, TalkScreen

ANSWER_WITHIN: Final[Seconds] = 10.0
"""So long after a file has been said its answer may be in coming."""
BREATH: Final[Seconds] = 1.0
"""A model that has been quiet for so long has finished."""


@attrs.frozen(kw_only=True)
class SoundOf:
    """Where the sound of a conversation comes from, and where it goes."""

    said: Path | None = None
    played: Path | None = None
    input_device: str | None = None
    output_device: str | None = None
    time_scale: float = 1.0
    """How many seconds of talk pass in one, between a file and the emulator."""

    def open(self) -> AbstractAsyncContextManager[AudioDevice]:
        """The device.

        Raises:
            ConfigError: on entering: there is none, or something is missing.
        """
        if self.said is not None:
            return open_wav_device(self.said, self.played, scale=self.time_scale)
        return open_device(input_device=_chosen(self.input_device), output_device=_chosen(self.output_device))

    @property
    def length(self) -> Seconds | None:
        """How long is spoken; ``None`` for as long as somebody likes."""
        return None if self.said is None else len(read_wav(self.said)) / 32_000


def _chosen(device: str | None) -> int | str | None:
    return int(device) if device is not None and device.isdecimal() else device


async def run_voice_chat(chat: Chat, sound: SoundOf) -> None:
    """Speak until a signal comes, or until a file was said and answered."""
    console, live = Console(), chat.agent()
    length = sound.length
    labels = {speaker: f"{speaker.label}: " for speaker in events.Speaker}
    async with (
        sound.open() as device,
        chat.open(_heard_by(device, live), console, pace=sound.time_scale) as session,
        session.events() as stream,
        open_service_nursery("the conversation is over") as nursery,
    ):
        nursery.start_soon(device.talk, session)
        nursery.start_soon(show_all, stream, TalkScreen(console, labels))
        if length is None:
            console.print("[dim]speak; Ctrl-C ends[/]")
            await session.done()
        else:
            await trio.sleep(length / sound.time_scale)
            await _wait_answered(device, session, sound.time_scale)
    console.print()


def _heard_by(device: AudioDevice, live: Live) -> Live:
    """The agent, played by a device in the place of whatever it plays by itself; it still hears of interruptions."""
    own = live.spec.callbacks.on_interrupted

    async def interrupted() -> None:
        await device.speakers.interrupted()
        if own is not None:
            await own()

    return live.on_audio(device.speakers.play).on_interrupted(interrupted)


async def _wait_answered(device: AudioDevice, session: LiveHandle, scale: float) -> None:
    """Wait until the model has answered and been heard."""
    with trio.move_on_after(ANSWER_WITHIN / scale):
        await device.speakers.wait_playing()
    while device.speakers.waiting or session.voice_state.playback_active:
        await device.speakers.wait_quiet()
        with trio.move_on_after(BREATH / scale):
            await device.speakers.wait_playing()
