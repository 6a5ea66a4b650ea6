from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import OLD_MODEL, calling, has, spoken, tools
from tests.emulator.persona_calls import talking
from trio_live import Live, events
from trio_live.emulator import Emulation, bundled_persona

HOTLINE = bundled_persona("weather_hotline")
WAITING = Live.builder().model(OLD_MODEL)
"""An agent whose model is silent until its functions have answered."""
CLOUDY = {"sky": "cloudy", "degrees": 12}
SLOW = "The station in Oslo is a little slow today."


def station(seconds: float) -> Any:
    """A station that takes so long."""

    async def get_weather(args: Mapping[str, Any]) -> Any:
        await trio.sleep(seconds)
        if args["city"] == "Atlantis":
            raise LookupError("it is under water")
        return CLOUDY

    return {"get_weather": get_weather}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "In Oslo it is cloudy at 12 degrees."),
        (3, SLOW + " In Oslo it is cloudy at 12 degrees."),
        (7, SLOW + " At last! In Oslo it is cloudy at 12 degrees."),
    ],
)
async def test_it_matters_how_long_the_station_takes(autojump_clock: MockClock, seconds: float, said: str) -> None:
    async with talking(HOTLINE, live=WAITING, functions=station(seconds)) as talk:
        assert await talk.ask("What is the weather in Oslo?") == said


async def test_a_station_that_never_answers_is_given_up_and_its_call_cancelled(autojump_clock: MockClock) -> None:
    async with talking(HOTLINE, live=WAITING, functions=station(3600)) as talk:
        await talk.session.send_text("What is the weather in Oslo?")
        await talk.until(events.ToolCancelled)
        assert trio.current_time() == pytest.approx(10.2, abs=0.1)
        assert (await talk.answer()).endswith("The station in Oslo does not answer. Please try again later.")


async def test_a_station_that_fails_is_out_of_order(autojump_clock: MockClock) -> None:
    async with talking(HOTLINE, live=WAITING, functions=station(0)) as talk:
        assert "out of order: it is under water" in await talk.ask("What is it like in Atlantis?")
        assert "In Oslo it is cloudy" in await talk.ask("And in Oslo?")


async def test_two_cities_are_asked_for_at_once_under_names_of_their_own(autojump_clock: MockClock) -> None:
    async with talking(HOTLINE, live=WAITING, functions=station(1)) as talk:
        assert "In Oslo it is cloudy, in Bergen cloudy." in await talk.ask("The weather in Oslo and Bergen?")


async def test_of_two_stations_the_missing_one_is_named(autojump_clock: MockClock) -> None:
    async with calling(Emulation(HOTLINE)) as caller:
        await caller.setup(OLD_MODEL, tools=tools("get_weather"))
        await caller.say("The weather in Oslo and Bergen?")
        here, there = await caller.called()
        await caller.answer(there, CLOUDY)
        message = await caller.until(has("tool_call_cancellation"))
        assert message.tool_call_cancellation is not None
        assert message.tool_call_cancellation.ids == [here.id]
        assert spoken(await caller.turn()).startswith("I have waited for here in vain.")


async def test_an_answer_that_was_given_up_is_still_told(autojump_clock: MockClock) -> None:
    async with calling(Emulation(HOTLINE)) as caller:
        await caller.setup(OLD_MODEL, tools=tools("get_weather"))
        await caller.say("The weather in Oslo?")
        (call,) = await caller.called()
        await caller.turn()
        await caller.answer(call, CLOUDY)
        assert spoken(await caller.turn()) == "The get_weather for Oslo has come in after all. Ask me again!"


async def test_answers_nobody_asked_for_are_told_apart_from_those_that_come_twice(autojump_clock: MockClock) -> None:
    async with calling(Emulation(HOTLINE)) as caller:
        await caller.setup(OLD_MODEL, tools=tools("get_weather"))
        await caller.say("The weather in Oslo?")
        (call,) = await caller.called()
        await caller.answer(call, CLOUDY)
        await caller.turn()
        await caller.answer(call, CLOUDY, id="made-up")
        assert spoken(await caller.turn()) == "Something has come in as made-up, and I never asked for it."
        await caller.answer(call, CLOUDY)
        assert await caller.ask("What came twice?") == "What came twice was get_weather."


async def test_functions_nobody_waits_for_are_given_up_as_well(autojump_clock: MockClock) -> None:
    async with calling(Emulation(HOTLINE)) as caller:
        await caller.setup(tools=tools("get_weather", behavior="NON_BLOCKING"))
        await caller.say("The weather in Oslo?")
        await caller.turn()
        assert spoken(await caller.turn()) == SLOW
        assert "does not answer" in spoken(await caller.turn())
