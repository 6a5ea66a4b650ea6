"""The personas that come with trio-live, in conversation."""

from __future__ import annotations

from typing import Any

import pytest
from trio.testing import MockClock

from tests.emulator.callers import TRANSCRIBED, audio, calling, has, heard, kinds, spoken, tools
from trio_live.emulator import Emulation, bundled_persona, load_voice_bank
from trio_live.emulator._persona._decisions import Memory, Say, answer, fresh_memory

FRONT_DESK = bundled_persona("front_desk")
SLOTS = {"slots": ["half past one", "a quarter past two", "half past three", "four o'clock"]}


async def test_the_front_desk_books_an_appointment_over_the_phone(autojump_clock: MockClock) -> None:
    async with calling(Emulation(FRONT_DESK, raise_errors=True)) as caller:
        await caller.setup(input_audio_transcription=TRANSCRIBED, tools=tools("find_slots", "book_appointment"))

        await caller.speak()
        turn = await caller.turn()
        assert heard(turn).startswith("Hello, this is Maria Lopez.")
        assert spoken(turn) == "Hello Maria Lopez, of course. Which day would suit you for Doctor Chen?"

        await caller.speak()
        (find,) = await caller.called()
        assert (find.name, find.args) == ("find_slots", {"doctor": "Chen", "day": "Thursday"})
        await caller.answer(find, SLOTS)
        await caller.until(has("model_turn"))

        await caller.speak()
        assert kinds(await caller.turn())[-2:] == ["interrupted", "turn_complete"]
        assert spoken(await caller.turn()) == "Of course, take your time."

        await caller.speak()
        (book,) = await caller.called()
        assert (book.name, book.args) == (
            "book_appointment",
            {"patient": "Maria Lopez", "doctor": "Chen", "day": "Thursday", "time": "15:30"},
        )
        await caller.answer(book, {"confirmation_number": "4711"})
        assert "Your confirmation number is 4711." in spoken(await caller.turn())

        await caller.speak()
        turn = await caller.turn()
        assert heard(turn) == "That's all, thank you. Goodbye."
        assert "Goodbye" in spoken(turn)


async def test_the_front_desk_can_be_interrupted_for_a_long_time(autojump_clock: MockClock) -> None:
    async with calling(Emulation(FRONT_DESK)) as caller:
        await caller.setup()
        await caller.ask("I'd like to see Doctor Chen")
        await caller.say("On Thursday?")
        assert len(audio(await caller.turn())) > 15 * 48_000


async def test_every_recording_of_the_front_desk_is_heard_in_its_call(autojump_clock: MockClock) -> None:
    assert FRONT_DESK.voice is not None
    unheard = dict(load_voice_bank(FRONT_DESK.voice).recordings)
    async with calling(Emulation(FRONT_DESK, pace=None, realtime_playback=False)) as caller:
        await caller.setup(tools=tools("find_slots", "book_appointment"))
        await caller.say(turn_complete=True)
        await caller.turn()
        for utterance in (*FRONT_DESK.utterances[:3], "", *FRONT_DESK.utterances[3:]):
            await caller.say(utterance)
            message = await caller.until(lambda m: has("tool_call")(m) or has("turn_complete")(m))
            if message.tool_call is not None:
                (call,) = message.tool_call.function_calls or []
                await caller.answer(call, SLOTS if call.name == "find_slots" else {"confirmation_number": "4711"})
                await caller.turn()
        everything = audio(caller.received)
    assert [line for line, pcm in unheard.items() if pcm not in everything] == []


def chat(*texts: str, declared: tuple[str, ...] = ()) -> tuple[str, Memory]:
    """Type some lines; the last answer, and what is remembered."""
    memory, words = fresh_memory(FRONT_DESK), ""
    for text in texts:
        decision = answer(FRONT_DESK, memory, text, declared)
        memory = decision.memory
        words = " ".join(line for action in decision.actions if isinstance(action, Say) for line in action.lines)
    return words, memory


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Good morning, Harbour Clinic"),
        ("Hello!", "Hello, this is Harbour Clinic"),
        ("Say a short greeting.", "Hello, this is Harbour Clinic"),
        ("Hi, my name is Bob", "Hello Bob"),
        ("What are your opening hours?", "We are open Monday to Friday"),
        ("When do you close?", "We are open"),
        ("How much is a consultation?", "sixty dollars"),
        ("Where are you?", "12 Harbour Street"),
        ("What is the capital of France?", "Paris"),
        ("Are you a robot?", "front desk of Harbour Clinic"),
        ("Thanks!", "welcome"),
        ("bye", "Goodbye"),
        ("I need an appointment", "Which day"),
        ("Could I see Dr. Wong?", "Doctor Wong"),
        ("Hello, this is Maria Lopez. I'd like to book an appointment with Doctor Chen.", "Hello Maria Lopez"),
        ("The weather is nice", "I can book an appointment"),
        ("(speech)", "I can book an appointment"),
    ],
)
def test_the_front_desk_has_a_sensible_answer(text: str, words: str) -> None:
    said, _ = chat(text)
    assert words in said
    assert "{" not in said


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("three thirty is fine", "at three thirty"),
        ("14:15 please", "at two fifteen"),
        ("half past one", "half past one"),
    ],
)
def test_the_front_desk_books_without_functions_too(time: str, words: str) -> None:
    slots, _ = chat("an appointment with Doctor Chen", "Thursday")
    assert "half past one" in slots
    booked, memory = chat("my name is Ann", "an appointment with Doctor Chen", "Thursday", time)
    assert words in booked
    assert "Ann" in booked
    assert "{" not in booked
    assert memory.state == "done"


def test_the_front_desk_offers_a_second_appointment() -> None:
    said, memory = chat("an appointment", "Friday", "15:30", "another appointment, please")
    assert "Which day" in said
    assert memory.state == "day"


def values(memory: Memory) -> dict[str, Any]:
    return dict(memory.values)


def test_the_front_desk_remembers_who_calls() -> None:
    _, memory = chat("Hello, this is Maria Lopez. I'd like to book an appointment with Doctor Chen.")
    assert (values(memory)["patient"], values(memory)["doctor"]) == ("Maria Lopez", "Chen")
