"""Facts found by a text model, over real HTTP and a real WebSocket, both the emulator's."""

from __future__ import annotations

import attrs
import pytest
import trio

from tests.llm.server import serving
from tests.llm.streaming import streaming
from trio_live import GoogleAI, Live, State, events
from trio_live.emulator import open_emulator
from trio_live.extraction import LlmExtractor
from trio_live.llm import GeminiLlm


@attrs.frozen
class Wish:
    """What the caller would like."""

    doctor: str | None = None
    day: str | None = None


def knows_both(state: State) -> bool:
    return state.is_known("doctor") and state.is_known("day")


def agent(llm: GeminiLlm) -> Live:
    return (
        Live.builder()
        .extract_turns(Wish, llm, "What does the caller want?")
        .phase("ask")
        .instruction("Find out.")
        .transition("book", knows_both)
        .done()
        .phase("book")
        .instruction("Book.")
        .terminal()
        .done()
        .initial_phase("ask")
    )


async def talk(live: Live, url: str, *lines: str) -> tuple[list[object], list[str | None]]:
    """What was told of facts, and the phase after each line."""
    told: list[object] = []
    phases: list[str | None] = []
    async with live.connect_google_ai("key", base_url=url) as session, session.events() as stream:
        for line in lines:
            await session.send_text(line)
            async for event in stream:
                if isinstance(event, events.Extraction | events.ExtractionError):
                    told.append(event)
                if isinstance(event, events.TurnComplete):
                    break
            phases.append(session.conversation_phase)
        told.append(session.extracted("Wish", Wish))
    return told, phases


async def test_facts_move_the_talk() -> None:
    async with (
        open_emulator(pace=None, realtime_playback=False, first_word_after=0.0) as emulator,
        GeminiLlm("gemini-3.8-flash", GoogleAI("key", base_url=emulator.url)) as llm,
    ):
        told, phases = await talk(agent(llm), emulator.url, "I want to see Doctor Chen", "Any time on Thursday please")
    assert told == [
        events.Extraction("Wish", {"doctor": "Chen", "day": None}),
        events.Extraction("Wish.doctor", "Chen"),
        events.Extraction("Wish", {"doctor": "Chen", "day": "Thursday"}),
        events.Extraction("Wish.doctor", "Chen"),
        events.Extraction("Wish.day", "Thursday"),
        Wish("Chen", "Thursday"),
    ]
    assert phases == ["ask", "book"]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (429, b'{"error": {"message": "slow down"}}', "too many questions: HTTP 429: slow down"),
        (500, b"oops", "the service failed: HTTP 500: oops"),
        (200, b"<html>", "cannot be read"),
        (200, b'{"candidates": [{"content": {"parts": [{"text": "Sure!"}]}}]}', "the answer is no JSON"),
        (200, b'{"candidates": [{"content": {"parts": [{"text": "[1]"}]}}]}', "a list where an object is wanted"),
        (
            200,
            b'{"candidates": [{"content": {"parts": [{"text": "{\\"doctor\\": {}}"}]}}]}',
            "the answer has another shape",
        ),
    ],
)
async def test_a_model_that_fails_is_told_and_the_talk_goes_on(status: int, body: bytes, words: str) -> None:
    async with (
        open_emulator(pace=None, realtime_playback=False, first_word_after=0.0) as emulator,
        serving(lambda _: (status, body)) as broken,
        GeminiLlm("gemini-3.8-flash", GoogleAI("key", base_url=broken.url)) as llm,
    ):
        told, phases = await talk(agent(llm), emulator.url, "I want to see Doctor Chen", "On Thursday please, yes")
    assert phases == ["ask", "ask"]
    errors = [event for event in told if isinstance(event, events.ExtractionError)]
    assert [words in event.error for event in errors] == [True, True]


@pytest.mark.parametrize(
    ("timeout", "own", "words"),
    [(0.2, 10.0, "the service could not be reached: no answer within 0.2 s"), (30.0, 0.2, "0.2 s")],
)
async def test_a_model_that_does_not_answer_is_left_behind_by_whoever_is_less_patient(
    timeout: float,  # noqa: ASYNC109 - of the model
    own: float,
    words: str,
) -> None:
    async with (
        open_emulator(pace=None, realtime_playback=False, first_word_after=0.0) as emulator,
        streaming(60.0) as silent,
        GeminiLlm("gemini-3.8-flash", GoogleAI("key", base_url=silent.url), timeout=timeout) as llm,
    ):
        wish = LlmExtractor.of_type(Wish, llm, "What does the caller want?").with_timeout(own)
        told, _ = await talk(Live.builder().extractor(wish), emulator.url, "I want to see Doctor Chen")
        with trio.fail_after(2):
            await silent.left.wait()
    (error,) = [event for event in told if isinstance(event, events.ExtractionError)]
    assert words in error.error


async def test_the_end_of_the_call_withdraws_the_question_and_tells_nothing() -> None:
    told: list[object] = []

    async def failed(name: str, error: str) -> None:
        told.append(error)

    async with (
        open_emulator(pace=None, realtime_playback=False, first_word_after=0.0) as emulator,
        streaming(60.0) as silent,
        GeminiLlm("gemini-3.8-flash", GoogleAI("key", base_url=silent.url)) as llm,
    ):
        live = agent(llm).on_extraction_error(failed)
        with trio.fail_after(10):
            async with live.connect_google_ai("key", base_url=emulator.url) as session:
                await session.send_text("I want to see Doctor Chen")
                while len(silent.asked) < 2:  # noqa: ASYNC110 - the first is the warm-up
                    await trio.sleep(0.01)
            await silent.left.wait()
    assert told == []
