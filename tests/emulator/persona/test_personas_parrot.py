from __future__ import annotations

import pytest
from trio.testing import MockClock

from tests.emulator.callers import TRANSCRIBED, calling, heard, spoken
from tests.emulator.persona_calls import talking
from trio_live.emulator import Emulation, bundled_persona

PARROT = bundled_persona("parrot")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Pretty bird!", "Pretty bird!"),
        ("polly wants a cracker", "Cracker for Polly!"),
        ("two plus 3.5", "3.5 plus TWO."),
        ("say nothing", "Nothing."),
        ("...", "Hello! Hello!"),
        ("{heard}", "{heard}"),
    ],
)
async def test_what_comes_back_is_what_was_understood(autojump_clock: MockClock, text: str, answer: str) -> None:
    async with talking(PARROT) as talk:
        assert await talk.ask(text) == answer


async def test_it_repeats_itself_to_a_microphone(autojump_clock: MockClock) -> None:
    async with calling(Emulation(PARROT)) as caller:
        await caller.setup(input_audio_transcription=TRANSCRIBED)
        said = []
        for _ in range(3):
            await caller.speak()
            turn = await caller.turn()
            said.append((heard(turn), spoken(turn)))
        assert said[0] == said[2] == ("Polly wants a cracker.", "Cracker for Polly!")
        assert said[1] == ("Two plus three.", "THREE plus TWO.")
