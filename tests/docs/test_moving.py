"""The agent on the pages about moving does here what it did there."""

from __future__ import annotations

import sys

import trio

from tests.clients.emulators import PERSONA
from tests.docs.blocks import EXAMPLES
from tests.processes import PLAIN
from trio_live.emulator import load_persona, open_emulator


async def test_it_calls_its_function_and_speaks_of_the_weather() -> None:
    async with open_emulator(load_persona(PERSONA), pace=None, realtime_playback=False) as emulator:
        env = {**PLAIN, "GEMINI_API_KEY": "any", "GOOGLE_GEMINI_BASE_URL": emulator.url}
        with trio.fail_after(30):
            done = await trio.run_process(
                [sys.executable, "-W", "error", str(EXAMPLES / "moved_here.py")], env=env, capture_stdout=True
            )
    assert done.stdout.decode() == "It is foggy."
