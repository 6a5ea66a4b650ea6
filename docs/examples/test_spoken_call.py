"""A spoken call as a test: somebody speaks, listens, hums and interrupts. No recording, no network, no wait."""

from __future__ import annotations

import pytest
from trio.testing import MockClock

from trio_live import Live
from trio_live.emulator import Persona, parse_persona
from trio_live.testing import hum, open_caller, voice
from trio_live.testing.plugin import LiveSession

LIBRARY = """
name = "library"
utterances = ["What are your hours?", "Stop, please.", "Thank you."]

[[rule]]
heard = { keywords = ["hours"] }
say = "We are open from nine to five on weekdays, from ten to four on Saturdays, and on Sundays we are closed."

[[rule]]
heard = { keywords = ["stop"] }
say = "Of course."
"""
"""`utterances` are the words of what is spoken, one after the other: the emulator hears that somebody speaks, not what."""


@pytest.fixture
def emulator_persona() -> Persona:
    """Who answers."""
    return parse_persona(LIBRARY)


def librarian() -> Live:
    """The agent: it decides by itself who interrupts."""
    return Live.builder().model("gemini-3.8-live").transcription().client_interruption_authority()


@pytest.mark.trio
async def test_an_answer_is_heard(live_session: LiveSession, virtual_clock: MockClock) -> None:
    async with live_session(librarian()) as session, open_caller(session) as caller:
        await caller.say(voice(1.5))  # or a path: await caller.say("hello.wav")
        assert "nine to five" in await caller.answer()


@pytest.mark.trio
async def test_who_speaks_up_is_heard_and_who_only_hums_is_not(
    live_session: LiveSession, virtual_clock: MockClock
) -> None:
    async with live_session(librarian()) as session, open_caller(session) as caller:
        await caller.say(voice(1.5))
        await caller.barge_in(hum(), after_ms=800)
        assert caller.interruptions == 0
        await caller.barge_in(voice(), after_ms=500)
        assert await caller.answer() == "Of course."
        assert caller.interruptions == 1
