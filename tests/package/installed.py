"""A program of a user who has installed nothing but the wheel: ``python -I tests/package/installed.py``.

It holds a call with an emulator over a real socket. With ``-I`` Python does not look into the folder where it is
started, so that what is imported is what was installed.
"""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import trio

import trio_live
from trio_live import Live, events
from trio_live.emulator import open_emulator


async def main() -> None:
    """Ask, and print what is answered."""
    live = Live.builder().model("gemini-3.8-live").transcription()
    with trio.fail_after(30):
        async with (
            open_emulator(pace=None, realtime_playback=False) as emulator,
            live.connect_google_ai("any", base_url=emulator.url) as session,
            session.events() as stream,
        ):
            await session.send_text("What is the capital of France?")
            async for event in stream:
                match event:
                    case events.OutputTranscript(text=text, is_final=True):
                        print(text)
                        if "Paris" not in text:
                            sys.exit("that is not the capital of France")
                    case events.TurnComplete():
                        break


home = Path(trio_live.__file__)
if not home.is_relative_to(sys.prefix):
    sys.exit(f"{home} is not what was installed into {sys.prefix}")
if trio_live.__version__ != metadata.version("trio-live"):
    sys.exit(f"the package says {trio_live.__version__}, its metadata {metadata.version('trio-live')}")
trio.run(main)
print(f"trio-live {trio_live.__version__} on Python {sys.version.split()[0]}, from {home.parent}")
