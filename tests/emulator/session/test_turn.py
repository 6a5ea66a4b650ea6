from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import (
    OLD_MODEL,
    VERTEX_MODEL,
    Caller,
    audio,
    calling,
    calling_persona,
    has,
    kinds,
    parts,
    persona,
    spoken,
    tools,
)
from trio_live.emulator import Emulation
from trio_live.emulator._audio import babble
from trio_live.voice._internal import duration_seconds
from trio_live.wire import GenerationConfig, Platform, ThinkingConfig, Tool

LINE = "This is an answer that takes a few seconds to be heard by anybody who listens."
LONG = f'[[default]]\nsay = "{LINE}"'
LENGTH = duration_seconds(babble(LINE), 24_000)


def instants(caller: Caller, name: str) -> list[float]:
    return [at for at, message in zip(caller.times, caller.received, strict=True) if has(name)(message)]


async def test_speech_comes_in_parts_of_forty_milliseconds(autojump_clock: MockClock) -> None:
    async with calling_persona(LONG) as caller:
        await caller.setup()
        await caller.say("hello")
        blobs = [part.inline_data for message in await caller.turn() for part in parts(message)]
        sizes = [len(blob.data) for blob in blobs if blob is not None]
        assert set(sizes[:-1]) == {1920}
        assert sizes[-1] <= 1920


async def test_speech_is_sent_faster_than_it_is_heard(autojump_clock: MockClock) -> None:
    async with calling_persona(LONG, pace=2.0, head_start=0.4, first_word_after=0.0) as caller:
        await caller.setup()
        await caller.say("hello")
        await caller.turn()
        (generated,) = instants(caller, "generation_complete")
        assert generated == pytest.approx((LENGTH - 0.4) / 2, abs=0.1)


async def test_the_turn_ends_when_a_listener_has_heard_it_all(autojump_clock: MockClock) -> None:
    async with calling_persona(LONG, first_word_after=0.5) as caller:
        await caller.setup()
        await caller.say("hello")
        await caller.turn()
        assert trio.current_time() == pytest.approx(0.5 + LENGTH)


async def test_without_playback_the_turn_ends_with_the_generation(autojump_clock: MockClock) -> None:
    async with calling_persona(LONG, realtime_playback=False) as caller:
        await caller.setup()
        await caller.say("hello")
        await caller.turn()
        assert instants(caller, "generation_complete") == instants(caller, "turn_complete")


@pytest.mark.parametrize("pace", [None, 0])
async def test_without_a_pace_everything_is_sent_at_once(autojump_clock: MockClock, pace: float | None) -> None:
    async with calling_persona(LONG, pace=pace, realtime_playback=False, first_word_after=0.0) as caller:
        await caller.setup()
        await caller.say("hello")
        await caller.turn()
        assert trio.current_time() == 0.0


async def test_time_can_be_scaled(autojump_clock: MockClock) -> None:
    async with calling_persona(LONG, first_word_after=0.5, time_scale=10.0) as caller:
        await caller.setup()
        await caller.say("hello")
        await caller.turn()
        assert trio.current_time() == pytest.approx((0.5 + LENGTH) / 10)


async def test_a_reply_may_hesitate(autojump_clock: MockClock) -> None:
    async with calling_persona('[[default]]\ndelay = 3.0\nsay = "Hm."', first_word_after=0.5) as caller:
        await caller.setup()
        await caller.say("hello")
        await caller.until(has("model_turn"))
        assert trio.current_time() == pytest.approx(3.5)


async def test_an_interrupted_turn_costs_what_was_sent(autojump_clock: MockClock) -> None:
    async with calling_persona(LONG) as caller:
        await caller.setup()
        await caller.say("hello")
        await caller.until(has("model_turn"))
        await trio.sleep(0.5)
        await caller.say("stop", turn_complete=True)
        usage = (await caller.turn())[-1].usage_metadata
        assert usage is not None
        sent = duration_seconds(audio(caller.received), 24_000)
        assert usage.response_token_count == pytest.approx(sent * 25, abs=2)
        assert sent < LENGTH


async def test_words_run_ahead_of_their_audio_and_end_before_it_does(autojump_clock: MockClock) -> None:
    async with calling_persona(LONG) as caller:
        await caller.setup(OLD_MODEL)
        await caller.say("hello")
        turn = await caller.turn()
        assert kinds(turn)[:2] == ["model_turn", "output_transcription"], "a thought, and then words"
        assert kinds(turn)[-3] == "model_turn"
        assert kinds(turn).count("output_transcription") > 3


ONE_TOOL = """
[[rule]]
heard = { keywords = ["weather"] }
say = "Let me look."
call = { tool = "weather", args = { city = "London" } }
then = "It is {weather}."
on_error = "I cannot see: {weather.error}."
without_tool = "Who knows."
[[default]]
say = "You said {heard}."
"""


def blocking(*names: str) -> list[Tool]:
    return tools(*names, behavior="BLOCKING")


async def test_a_chain_of_calls_is_one_turn(autojump_clock: MockClock) -> None:
    script = """
    [[rule]]
    heard = { any = true }
    call = { tool = "find" }
    [rule.then]
    call = { tool = "book", args = { slot = "{find.slot}" } }
    then = "Booked: {book}."
    """
    async with calling_persona(script) as caller:
        await caller.setup(tools=blocking("find", "book"))
        await caller.say("go")
        (find,) = await caller.called()
        await caller.answer(find, {"slot": 7})
        (book,) = await caller.called()
        assert book.args == {"slot": 7}
        await caller.answer(book, "yes")
        assert spoken(await caller.turn()) == "Booked: yes."


async def test_vertex_closes_the_calling_turn_and_opens_another(autojump_clock: MockClock) -> None:
    async with calling(Emulation(persona(ONE_TOOL)), Platform.VERTEX) as caller:
        await caller.setup(VERTEX_MODEL, tools=tools("weather"))
        await caller.say("weather?")
        (call,) = await caller.called()
        await caller.answer(call, "foggy")
        first, second = await caller.turn(), await caller.turn()
        assert spoken(first) == ""
        assert spoken(second) == "It is foggy."
        assert second[-1].usage_metadata is not None


@pytest.mark.parametrize("field", ["parameters", "parameters_json_schema"])
async def test_extended_thinking_announces_calls_of_functions_that_came_with_full_json_schema(
    field: str, autojump_clock: MockClock
) -> None:
    level = GenerationConfig(response_modalities=["AUDIO"], thinking_config=ThinkingConfig(thinking_level="LOW"))
    async with calling_persona(ONE_TOOL) as caller:
        declared = tools("weather", **{field: {"type": "object"}})
        await caller.setup("models/gemini-3.8-live-extended-thinking", tools=declared, generation_config=level)
        await caller.say("weather?")
        await caller.called()
        announced = spoken(caller.received)
        assert ("I will call weather now." in announced) is (field == "parameters_json_schema")
