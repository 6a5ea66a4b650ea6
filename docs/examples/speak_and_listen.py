"""Say one recorded sentence; keep the spoken answer as a WAV file."""

from __future__ import annotations

import wave
from importlib import resources
from pathlib import Path

import trio

from trio_live import Live, LiveHandle, events

FRAME_SECONDS = 0.02
FRAME_BYTES = 640
"""PCM16 at 16 kHz: two bytes a sample, 320 samples in 20 ms."""
SILENCE = bytes(FRAME_BYTES)


def recording(name: str) -> bytes:
    """One of the caller's sentences that come with trio-live: PCM16 LE mono 16 kHz."""
    file = resources.files("trio_live.cli") / "calls" / name
    with file.open("rb") as raw, wave.open(raw) as sentence:
        pcm: bytes = sentence.readframes(sentence.getnframes())
        return pcm


async def say(session: LiveHandle, pcm: bytes) -> None:
    """Send sound as a microphone would, and a second of silence after it: that is how the end of speech is heard."""
    frames = [pcm[start : start + FRAME_BYTES] for start in range(0, len(pcm), FRAME_BYTES)]
    for frame in [*frames, *[SILENCE] * 50]:
        await session.send_audio(frame)
        await trio.sleep(FRAME_SECONDS)


def write_wav(path: Path, pcm: bytes) -> None:
    """Keep the model's sound: PCM16 LE mono 24 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(24_000)
        file.writeframes(pcm)


async def main() -> None:
    answer = bytearray()
    heard = answered = ""
    live = Live.builder().model("gemini-3.8-live").transcription().on_audio(answer.extend)
    async with live.connect_from_env() as session, session.events() as stream:
        await say(session, recording("hello.wav"))
        async for event in stream:
            match event:
                case events.InputTranscript(text, is_final=True):
                    heard = text
                case events.OutputTranscript(text, is_final=True):
                    answered = text
                case events.TurnComplete():
                    break
    print(f"caller: {heard}")
    print(f"  desk: {answered}")
    write_wav(Path("answer.wav"), bytes(answer))
    print(f"answer.wav: {len(answer) / 48_000:.1f} s of speech")


if __name__ == "__main__":
    trio.run(main)
