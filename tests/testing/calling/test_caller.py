"""The caller that everybody writes, against the emulator, on virtual time."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.sessions import dialling
from tests.peer import audio, builder, call, settled, turn_complete
from trio_live import Live, SessionClosed
from trio_live.emulator import Emulation, open_emulator, parse_persona
from trio_live.testing import NoAnswer, hum, open_caller, voice

PERSONA = """
name = "desk"
utterances = ["A story, please.", "Stop.", "Thank you."]
[[rule]]
heard = { keywords = ["story"] }
say = "Once upon a time there was a mill by a river, and in the mill there lived a miller who had three sons, and a cat."
[[rule]]
heard = { keywords = ["stop"] }
say = "As you like."
[[default]]
say = "You said {heard}."
"""


def emulation() -> Emulation:
    return Emulation(parse_persona(PERSONA), raise_errors=True)


def agent() -> Live:
    return Live.builder().model("gemini-3.8-live").transcription()


async def test_what_is_said_is_answered_and_heard(autojump_clock: MockClock) -> None:
    async with dialling(agent(), emulation()) as session, open_caller(session) as caller:
        before = trio.current_time()
        await caller.say(voice(1.5))
        assert 1.4 < trio.current_time() - before < 1.6, "at the pace of speech"
        answer = await caller.answer()
        assert answer.startswith("Once upon a time")
        assert trio.current_time() - before > 5, "the answer was heard to its end"
        assert session.playback.played > 5
        assert any(caller.heard)
        assert len(caller.said) / 32_000 == pytest.approx(len(caller.heard) / 48_000)
        assert caller.interruptions == 0


async def test_who_speaks_over_the_model_interrupts_it_at_the_moment_that_is_wanted(autojump_clock: MockClock) -> None:
    async with dialling(agent(), emulation()) as session, open_caller(session) as caller:
        await caller.say(voice(1.2))
        await caller.barge_in(voice(0.8), after_ms=900)
        assert await caller.answer() == "As you like."
        assert caller.interruptions == 1
        (first, _) = [turn.model for turn in session.transcript if turn.model]
        assert "Once upon" in first
        assert "cat" not in first, "of what was interrupted the record keeps what was heard"


async def test_a_hum_does_not_interrupt_where_the_session_weighs_it(autojump_clock: MockClock) -> None:
    async with (
        dialling(agent().client_interruption_authority(), emulation()) as session,
        open_caller(session) as caller,
    ):
        await caller.say(voice(1.2))
        await caller.barge_in(hum(0.25), after_ms=900)
        assert (await caller.answer()).endswith("and a cat.")
        assert caller.interruptions == 0


async def test_a_line_is_typed(autojump_clock: MockClock) -> None:
    async with dialling(agent(), emulation()) as session, open_caller(session) as caller:
        await caller.type("hello")
        assert await caller.answer() == "You said hello."
        await caller.wait(10)
        assert len(caller.said) > 320_000


async def test_answers_are_taken_one_after_the_other(autojump_clock: MockClock) -> None:
    async with dialling(agent(), emulation()) as session, open_caller(session) as caller:
        await caller.type("one")
        await caller.wait(15)
        await caller.type("two")
        await caller.wait(15)
        assert [await caller.answer(), await caller.answer()] == ["You said one.", "You said two."]


async def test_a_model_that_does_not_answer_is_told(autojump_clock: MockClock) -> None:
    async with call(builder().transcription()) as (session, _), open_caller(session) as caller:
        with pytest.raises(NoAnswer, match=r"has not answered within 5 s"):
            await caller.answer(within=5)
        with pytest.raises(NoAnswer, match=r"said nothing within 30 s"):
            await caller.barge_in(voice(), after_ms=100)


async def test_who_wants_to_interrupt_too_late_is_told(autojump_clock: MockClock) -> None:
    async with call(builder().transcription()) as (session, peer), open_caller(session) as caller:
        await peer.send(audio(bytes(24_000)), turn_complete())
        with pytest.raises(NoAnswer, match=r"was heard for \d+ ms, and was done before 2000 ms"):
            await caller.barge_in(voice(), after_ms=2000)


async def test_cancelled_what_has_not_been_said_is_not_said(autojump_clock: MockClock) -> None:
    async with call(builder()) as (session, _), open_caller(session) as caller:
        with trio.move_on_after(0.5):
            await caller.say(voice(2))
        said = len(bytes(caller.said).rstrip(b"\0"))
        await caller.wait(2)
        assert len(bytes(caller.said).rstrip(b"\0")) == said
        await caller.say(b"")


async def test_a_session_that_ends_ends_the_call(autojump_clock: MockClock) -> None:
    async with call(builder()) as (session, _):
        with pytest.raises(SessionClosed):  # noqa: PT012  # it comes out of the block
            async with open_caller(session) as caller:
                await settled()
                await session.disconnect()
                await caller.wait(5)


async def test_over_a_socket_in_scaled_time() -> None:
    async with (
        open_emulator(parse_persona(PERSONA), time_scale=10) as emulator,
        agent().connect_google_ai("any", base_url=emulator.url) as session,
        open_caller(session, scale=10) as caller,
    ):
        with trio.fail_after(60):
            await caller.say(voice(1.2))
            assert "three sons" in await caller.answer()
