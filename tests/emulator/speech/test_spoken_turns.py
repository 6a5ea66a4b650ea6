"""What becomes of speech, with a recogniser that says what stands in a list."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import (
    OLD_MODEL,
    TRANSCRIBED,
    Caller,
    Notebook,
    calling_persona,
    has,
    heard,
    kinds,
    spoken,
)
from tests.emulator.recognisers import ScriptedRecogniser, install
from trio_live.emulator._engines import NOISE, Recognition
from trio_live.wire import (
    AudioTranscriptionConfig,
    AutomaticActivityDetection,
    GenerationConfig,
    RealtimeInputConfig,
    ServerMessage,
)

RULES = """
utterances = ["What does it cost?", "When do you open?"]
[[rule]]
heard = { keywords = ["open"] }
say = "At nine."
[[rule]]
heard = { keywords = ["cost"] }
say = "Sixty dollars."
[[default]]
say = "You said {heard}."
"""
MANUAL = RealtimeInputConfig(automatic_activity_detection=AutomaticActivityDetection(disabled=True))
PATIENT = RealtimeInputConfig(activity_handling="NO_INTERRUPTION")
LONG = "One two three four five six seven eight nine ten."


@asynccontextmanager
async def hearing(rules: str = RULES, **choices: Any) -> AsyncGenerator[Caller, None]:
    async with calling_persona(rules, hearing="scripted", **choices) as caller:
        yield caller


def guesses(messages: list[ServerMessage]) -> list[str]:
    contents = [message.server_content for message in messages if message.server_content]
    return [c.interim_input_transcription.text or "" for c in contents if c.interim_input_transcription]


def pieces(messages: list[ServerMessage]) -> list[str]:
    contents = [message.server_content for message in messages if message.server_content]
    return [c.input_transcription.text or "" for c in contents if c.input_transcription]


async def test_what_was_said_is_answered_whatever_the_list_says(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, "when do you open", "what does it cost", "when do you open")
    async with hearing() as caller:
        await caller.setup(input_audio_transcription=TRANSCRIBED)
        for question, answer in (
            ("when do you open", "At nine."),
            ("what does it cost", "Sixty dollars."),
            ("when do you open", "At nine."),
        ):
            await caller.speak()
            turn = await caller.turn()
            assert (heard(turn), spoken(turn)) == (question, answer)


async def test_the_words_so_far_are_told_while_somebody_speaks(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, "one two three four five")
    async with hearing() as caller:
        await caller.setup(input_audio_transcription=TRANSCRIBED)
        await caller.speak(LONG)
        turn = await caller.turn()
        assert guesses(turn)[:2] == ["one", "one two"]
        assert guesses(turn)[-1] == "one two three four five"
        assert pieces(turn) == ["one two three four five"]


async def test_older_models_tell_words_to_append(autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "one two three four five")
    async with hearing() as caller:
        await caller.setup(OLD_MODEL, input_audio_transcription=TRANSCRIBED)
        await caller.speak(LONG)
        turn = await caller.turn()
        assert guesses(turn) == []
        assert len(pieces(turn)) > 2
        assert "".join(pieces(turn)) == "one two three four five"


async def test_nobody_is_told_who_did_not_ask(autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "when do you open")
    async with hearing() as caller:
        await caller.setup()
        await caller.speak(LONG)
        turn = await caller.turn()
        assert (guesses(turn), pieces(turn), spoken(turn)) == ([], [], "At nine.")


@pytest.mark.parametrize(
    "unclear", [Recognition("when do you open", 0.3), Recognition("", 0.9)], ids=["unsure", "empty"]
)
async def test_what_is_not_understood_is_noise(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, unclear: Recognition
) -> None:
    install(monkeypatch, unclear)
    async with hearing() as caller:
        await caller.setup(input_audio_transcription=TRANSCRIBED)
        await caller.speak()
        turn = await caller.turn()
        assert (heard(turn), spoken(turn)) == (NOISE, f"You said {NOISE}.")


@pytest.mark.parametrize(
    ("rules", "choices"),
    [("least_confidence = 0.2\n" + RULES, {}), (RULES, {"least_confidence": 0.2}), ("least_confidence = 0.9\n" + RULES, {"least_confidence": 0.2})],
    ids=["persona", "option", "option before persona"],
)  # fmt: skip
async def test_how_sure_it_must_be_can_be_said(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, rules: str, choices: dict[str, Any]
) -> None:
    install(monkeypatch, Recognition("when do you open", 0.3))
    async with hearing(rules, **choices) as caller:
        await caller.setup()
        await caller.speak()
        assert spoken(await caller.turn()) == "At nine."


async def test_somebody_who_goes_on_is_answered_once(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, "when do", "you open")
    async with hearing(first_word_after=2.0) as caller:
        await caller.setup(input_audio_transcription=TRANSCRIBED)
        await caller.speak()
        await caller.speak()
        turn = await caller.turn()
        assert (pieces(turn), spoken(turn)) == (["when do", " you open"], "At nine.")
        assert await caller.silent_for(60)


async def test_noise_beside_words_is_passed_over(autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "", "when do you open", "")
    async with hearing(first_word_after=4.0) as caller:
        await caller.setup()
        for _ in range(3):
            await caller.speak()
        assert spoken(await caller.turn()) == "At nine."


async def test_speech_interrupts_as_ever(autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "a long story", "what does it cost")
    async with hearing() as caller:
        await caller.setup()
        await caller.speak()
        await caller.until(has("model_turn"))
        await caller.speak()
        assert kinds(await caller.turn())[-2:] == ["interrupted", "turn_complete"]
        assert spoken(await caller.turn()) == "Sixty dollars."


async def test_what_was_said_over_an_answer_is_answered_after_it(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, "a story", "when do you open", "what does it cost")
    async with hearing() as caller:
        await caller.setup(realtime_input_config=PATIENT)
        for _ in range(3):
            await caller.speak()
        answers = [spoken(await caller.turn()) for _ in range(3)]
        assert answers == ["You said a story.", "At nine.", "Sixty dollars."]


async def test_the_client_may_mark_speech_itself(autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch) -> None:
    recogniser = install(monkeypatch, "when do you open", "passed over", "what does it cost")
    async with hearing() as caller:
        await caller.setup(realtime_input_config=MANUAL)
        await caller.activity(start=True)
        await caller.hear_audio(bytes(32_000))
        await caller.activity(start=False)
        assert spoken(await caller.turn()) == "At nine."
        assert len(recogniser.begun[0].heard) == 32_000
        await caller.activity(start=True)
        await caller.realtime(text="and what does it cost?")
        await caller.activity(start=False)
        assert spoken(await caller.turn()) == "Sixty dollars."
        await caller.activity(start=True)
        await caller.hear_audio(bytes(32_000))
        await caller.activity(start=False)
        assert spoken(await caller.turn()) == "Sixty dollars."


async def test_words_of_the_state_are_listened_for_and_those_of_the_client(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = '[[rule]]\nheard = { keywords = ["monday"] }\nin = "day"\nsay = "Fine."\n[[rule]]\nheard = { keywords = ["book"] }\nsay = "When?"\ngoto = "day"'
    recogniser = install(monkeypatch, "book", "monday")
    async with hearing(rules) as caller:
        await caller.setup(input_audio_transcription=AudioTranscriptionConfig(custom_vocabulary=["Lighthouse Lane"]))
        for _ in range(2):
            await caller.speak()
            await caller.turn()
    phrases = [expected.phrases for expected in recogniser.expected]
    assert phrases == [("lighthouse lane", "book"), ("lighthouse lane", "monday", "book")]
    assert recogniser.expected[0].names == ("Lighthouse Lane",)


async def test_a_model_that_writes_down_what_it_hears(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, "one two three four")
    async with hearing(strict=False) as caller:
        await caller.setup(
            "models/gemini-3.5-transcribe-live",
            generation_config=GenerationConfig(response_modalities=["TEXT"]),
            input_audio_transcription=TRANSCRIBED,
            output_audio_transcription=None,
        )
        await caller.speak(LONG)
        await caller.until(has("generation_complete"))
        assert pieces(caller.received) == ["one two three four"]
        assert guesses(caller.received)[:2] == ["one", "one two"]


async def test_the_log_tells_what_was_made_out(autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, Recognition("when do you open", 0.72))
    log = Notebook()
    from tests.emulator.callers import calling, persona
    from trio_live.emulator import Emulation

    async with calling(Emulation(persona(RULES), hearing="scripted", on_log=log)) as caller:
        await caller.setup()
        await caller.speak()
        await caller.turn()
    assert log.mentions("recognises 'when do you open', sure to 72%")


async def test_a_client_that_leaves_in_mid_sentence_leaves_nothing_behind(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    recogniser: ScriptedRecogniser = install(monkeypatch, "never finished")
    with trio.fail_after(30):
        async with hearing() as caller:
            await caller.setup()
            await caller.speak(silence=0.0)
    assert len(recogniser.begun) == 1
