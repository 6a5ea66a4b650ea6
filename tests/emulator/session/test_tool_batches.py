from __future__ import annotations

from typing import Any

import pytest
from trio.testing import MockClock

from tests.emulator.callers import VERTEX_MODEL, Notebook, calling, calling_persona, has, kinds, persona, spoken, tools
from trio_live.emulator import Emulation
from trio_live.wire import FunctionResponse, Platform, Tool, ToolResponse

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
TWO_TOOLS = """
[[rule]]
heard = { any = true }
call = [{ tool = "a" }, { tool = "b" }]
then = "{a} and {b}."
"""


def blocking(*names: str) -> list[Tool]:
    return tools(*names, behavior="BLOCKING")


async def test_a_blocking_call_keeps_the_model_silent_until_it_is_answered(autojump_clock: MockClock) -> None:
    async with calling_persona(ONE_TOOL) as caller:
        await caller.setup(tools=blocking("weather"))
        await caller.say("weather?")
        (call,) = await caller.called()
        assert (call.name, call.args) == ("weather", {"city": "London"})
        assert spoken(caller.received) == "Let me look."
        assert await caller.silent_for(100)
        await caller.answer(call, "foggy")
        assert spoken(await caller.turn()) == "It is foggy."
        assert kinds(caller.received).count("turn_complete") == 1


async def test_an_error_is_answered_as_such(autojump_clock: MockClock) -> None:
    async with calling_persona(ONE_TOOL) as caller:
        await caller.setup(tools=blocking("weather"))
        await caller.say("weather?")
        (call,) = await caller.called()
        await caller.answer(call, {"error": "too dark"})
        assert spoken(await caller.turn()) == "I cannot see: too dark."


async def test_parallel_calls_may_be_answered_one_by_one_in_any_order(autojump_clock: MockClock) -> None:
    async with calling_persona(TWO_TOOLS) as caller:
        await caller.setup(tools=blocking("a", "b"))
        await caller.say("go")
        a, b = await caller.called()
        await caller.answer(b, "second")
        assert await caller.silent_for(60)
        await caller.answer(a, "first")
        assert spoken(await caller.turn()) == "first and second."


async def test_calls_have_ids_of_their_own(autojump_clock: MockClock) -> None:
    async with calling_persona(TWO_TOOLS) as caller:
        await caller.setup(tools=blocking("a", "b"))
        await caller.say("go")
        a, b = await caller.called()
        assert a.id != b.id
        assert str(a.id).startswith("fc_")


async def test_answers_nobody_waits_for_are_noted_and_dropped(autojump_clock: MockClock) -> None:
    notebook = Notebook()
    async with calling(Emulation(persona(ONE_TOOL), on_log=notebook)) as caller:
        await caller.setup(tools=blocking("weather"))
        await caller.say("weather?")
        (call,) = await caller.called()
        await caller.answer(call, "late", id="nobody")
        assert await caller.silent_for(60)
        await caller.answer(call, "foggy")
        assert spoken(await caller.turn()) == "It is foggy."
    assert notebook.mentions("nobody waits for the answer of weather with id nobody")


async def test_vertex_takes_answers_without_an_id(autojump_clock: MockClock) -> None:
    async with calling(Emulation(persona(TWO_TOOLS)), Platform.VERTEX) as caller:
        await caller.setup(VERTEX_MODEL, tools=tools("a", "b"))
        await caller.say("go")
        await caller.called()
        answers = [FunctionResponse(name=name, response={"output": name}) for name in ("b", "a")]
        await caller.send(tool_response=ToolResponse(function_responses=answers))
        await caller.turn()
        assert spoken(await caller.turn()) == "a and b."


# -- calls the model does not wait for


TWINS = """
[[rule]]
heard = { any = true }
call = [{ tool = "a", as = "one" }, { tool = "a", as = "two" }]
then = "{one} and {two}."
"""


@pytest.mark.parametrize("absent", [None, ""], ids=repr)
async def test_answers_without_an_id_go_to_the_open_calls_of_their_name_in_turn(
    autojump_clock: MockClock, absent: str | None
) -> None:
    """The rule is the client's, ``pair_answers``. A rule of its own took an empty id for an id, and waited for ever."""
    async with calling(Emulation(persona(TWINS)), Platform.VERTEX) as caller:
        await caller.setup(VERTEX_MODEL, tools=tools("a"))
        await caller.say("go")
        await caller.called()
        answers = [FunctionResponse(id=absent, name="a", response={"output": value}) for value in ("x", "y")]
        await caller.send(tool_response=ToolResponse(function_responses=answers))
        await caller.turn()
        assert spoken(await caller.turn()) == "x and y."


async def asked_aside(caller: Any) -> Any:
    await caller.setup(tools=tools("weather", behavior="NON_BLOCKING"))
    await caller.say("weather?")
    (call,) = await caller.called()
    return call


async def test_a_non_blocking_call_lets_the_turn_end(autojump_clock: MockClock) -> None:
    async with calling_persona(ONE_TOOL) as caller:
        call = await asked_aside(caller)
        assert kinds(await caller.turn())[-2:] == ["generation_complete", "turn_complete"]
        assert await caller.silent_for(60)
        await caller.answer(call, "foggy")
        assert spoken(await caller.turn()) == "It is foggy."


async def test_a_non_blocking_call_survives_new_input(autojump_clock: MockClock) -> None:
    async with calling_persona(ONE_TOOL) as caller:
        call = await asked_aside(caller)
        await caller.turn()
        assert await caller.ask("hello") == "You said hello."
        await caller.answer(call, "foggy")
        assert spoken(await caller.turn()) == "It is foggy."
        assert "tool_call_cancellation" not in kinds(caller.received)


@pytest.mark.parametrize("scheduling", [None, "WHEN_IDLE"])
async def test_an_answer_waits_for_the_model_to_be_idle(autojump_clock: MockClock, scheduling: str | None) -> None:
    async with calling_persona(ONE_TOOL) as caller:
        call = await asked_aside(caller)
        await caller.turn()
        await caller.say("hello")
        await caller.until(has("model_turn"))
        await caller.answer(call, "foggy", scheduling=scheduling)
        assert kinds(await caller.turn())[-2:] == ["generation_complete", "turn_complete"]
        assert spoken(await caller.turn()) == "It is foggy."


async def test_an_answer_may_interrupt(autojump_clock: MockClock) -> None:
    async with calling_persona(ONE_TOOL) as caller:
        call = await asked_aside(caller)
        await caller.turn()
        await caller.say("hello")
        await caller.until(has("model_turn"))
        await caller.answer(call, "foggy", scheduling="INTERRUPT")
        assert kinds(await caller.turn())[-2:] == ["interrupted", "turn_complete"]
        assert spoken(await caller.turn()) == "It is foggy."


async def test_a_silent_answer_is_remembered_only(autojump_clock: MockClock) -> None:
    script = ONE_TOOL.replace("You said {heard}.", "I know it is {weather}.")
    async with calling_persona(script) as caller:
        call = await asked_aside(caller)
        await caller.turn()
        await caller.answer(call, "foggy", scheduling="SILENT")
        assert await caller.silent_for(60)
        assert await caller.ask("so?") == "I know it is foggy."


async def test_a_streamed_answer_counts_when_it_ends(autojump_clock: MockClock) -> None:
    async with calling_persona(ONE_TOOL) as caller:
        call = await asked_aside(caller)
        await caller.turn()
        await caller.answer(call, "getting dark", will_continue=True)
        await caller.answer(call, "foggy", will_continue=True)
        assert await caller.silent_for(60)
        await caller.answer(call, {}, will_continue=False)
        assert spoken(await caller.turn()) == "It is foggy."
