"""An interpreter: what is said in one language is heard in another, with captions of both.

What it shows: a voice session without a conversation. The translating model answers nothing and completes no turn; two
seconds of silence end one here. Sound comes from a microphone and goes to speakers, or from one file into another.

Run it against the emulator, with a recording; then with a key, a headset and nothing else:

    trio-live emulator --port 8080 --persona docs/examples/agents/translator.toml
    export GOOGLE_GEMINI_BASE_URL=ws://127.0.0.1:8080 GEMINI_API_KEY=any
    python docs/examples/agents/translator.py pl hello.wav polish.wav
    GEMINI_API_KEY=… python docs/examples/agents/translator.py pl
"""

from __future__ import annotations

import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import trio

from trio_live import Live, LiveEvent, LiveEventStream, events
from trio_live.audio import AudioDevice, open_device, open_wav_device


def interpreter(language: str, device: AudioDevice) -> Live:
    """From any language into this one."""
    return (
        Live.builder()
        .model("gemini-3.5-live-translate-preview")
        .translation(language)
        .transcription()
        .on_audio(device.speakers.play)
        .on_interrupted(device.speakers.interrupted)
    )


def open_sound(said: Path | None, heard: Path | None) -> AbstractAsyncContextManager[AudioDevice]:
    """Files where there are some, and otherwise microphone and speakers."""
    return open_device() if said is None else open_wav_device(said, heard)


async def caption(stream: LiveEventStream[LiveEvent], *, sentences: int | None) -> None:
    """Print both languages, sentence by sentence; of a file there is only so much."""
    original = translated = ""
    spoken = 0
    async for event in stream:
        match event:
            case events.InputTranscript(text, is_final=True):
                original = text
            case events.OutputTranscript(text, is_final=True):
                translated = text
            case events.TurnComplete() if translated:
                print(f"{original}\n    {translated}")
                original = translated = ""
                spoken += 1
                if spoken == sentences:
                    return


async def main(language: str, *files: str) -> None:
    said, heard = map(Path, files) if files else (None, None)
    async with (
        open_sound(said, heard) as device,
        interpreter(language, device).connect_from_env() as session,
        session.events() as stream,
        trio.open_nursery() as nursery,
    ):
        nursery.start_soon(device.talk, session)
        await caption(stream, sentences=None if said is None else 1)
        await device.speakers.wait_quiet()
        nursery.cancel_scope.cancel()


if __name__ == "__main__":
    language, *files = sys.argv[1:] or ["pl"]
    trio.run(main, language, *files)
