"""A caller interrupts twice: with a "mm-hm", which changes nothing, and with a sentence, which silences the model."""

from __future__ import annotations

import wave
from importlib import resources

import trio

from trio_live import Live, LiveHandle, events
from trio_live.voice import RESPONSIVE_COMMIT

FRAME_SECONDS = 0.02
FRAME_BYTES = 640
"""PCM16 at 16 kHz: two bytes a sample, 320 samples in 20 ms."""


class Player:
    """What stands between the session and your loudspeaker."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    async def flush(self) -> None:
        """The model was interrupted: what was not played is thrown away."""
        print(f"[silence: {len(self.waiting) // 48_000} s of the answer are never heard]")
        self.waiting.clear()


def recording(name: str) -> bytes:
    """One of the caller's sentences that come with trio-live: PCM16 LE mono 16 kHz."""
    file = resources.files("trio_live.cli") / "calls" / name
    with file.open("rb") as raw, wave.open(raw) as sentence:
        pcm: bytes = sentence.readframes(sentence.getnframes())
        return pcm


async def say(session: LiveHandle, pcm: bytes, then_silent: float) -> None:
    """Send sound as a microphone would, which goes on when nobody speaks."""
    sound = pcm + bytes(int(32_000 * then_silent))
    for start in range(0, len(sound), FRAME_BYTES):
        await session.send_audio(sound[start : start + FRAME_BYTES])
        await trio.sleep(FRAME_SECONDS)


async def watch(session: LiveHandle) -> None:
    async with session.events() as stream:
        async for event in stream:
            match event:
                case events.PlaybackVolume(volume):
                    print(f"[volume {volume:g}]")
                case events.Interrupted():
                    print("[interrupted]")


async def main() -> None:
    player = Player()
    live = (
        Live.builder()
        .model("gemini-3.8-live")
        .client_interruption_authority()
        .turn_commit(RESPONSIVE_COMMIT)
        .on_audio(player.waiting.extend)
        .on_interrupted(player.flush)
    )
    sentence = recording("three_thirty.wav")
    async with live.connect_from_env() as session, trio.open_nursery() as nursery:
        nursery.start_soon(watch, session)
        await session.send_text("What does a consultation cost?")
        await say(session, b"", 1)
        print("caller: mm-hm")
        await say(session, sentence[: len(sentence) // 4], 1)
        print("caller: a whole sentence")
        await say(session, sentence, 2)
        print(f"[the user is {'speaking' if session.voice_state.user_speaking else 'silent'}]")
        nursery.cancel_scope.cancel()


if __name__ == "__main__":
    trio.run(main)
