from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import Notebook, calling, calling_persona, has, kinds, persona, spoken, tools
from trio_live.emulator import Emulation, FaultPlan, Strike
from trio_live.emulator._faults._plan import Point
from trio_live.errors import LinkLost

SCRIPT = """
[[rule]]
heard = { keywords = ["weather"] }
call = { tool = "weather" }
then = "It is {weather}."
[[default]]
say = "You said {heard}."
"""
CUT = (1006, "the connection was cut")


def struck(fault: str, at: str | None = None, **settings: Any) -> FaultPlan:
    strike = Strike(fault=fault, **settings) if at is None else Strike(fault=fault, at=Point(at), **settings)
    return FaultPlan((strike,))


async def test_a_cut_after_the_setup(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("cut", "ready")) as caller:
        await caller.setup()
        assert await caller.closing() == CUT


async def test_a_close_after_the_nth_frame_lets_that_frame_arrive(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("internal", "frame", nth=4)) as caller:
        await caller.setup()
        await caller.say("hello")
        assert (await caller.closing())[0] == 1011
        assert len(caller.frames) == 4


async def test_a_cut_in_the_nth_turn(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("cut", nth=2)) as caller:
        await caller.setup()
        assert await caller.ask("one") == "You said one."
        await caller.say("two")
        assert await caller.closing() == CUT
        assert kinds(caller.received).count("turn_complete") == 1


async def test_a_close_during_a_function_call(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("not_implemented", "tool_call")) as caller:
        await caller.setup(tools=tools("weather"))
        await caller.say("the weather?")
        await caller.called()
        assert (await caller.closing())[0] == 1008


async def test_a_close_at_the_end_of_a_turn(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("unavailable", "turn_end")) as caller:
        await caller.setup()
        assert await caller.ask("one") == "You said one."
        assert (await caller.closing())[0] == 1011


async def test_a_strike_may_come_later_than_its_point(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("cut", "ready", after=30.0), time_scale=10.0) as caller:
        await caller.setup()
        assert await caller.closing() == CUT
        assert trio.current_time() == pytest.approx(3.0)


async def test_what_is_injected_late_does_not_wait_for_the_next_frame(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("unknown_message", "ready", after=5.0)) as caller:
        await caller.setup()
        assert (await caller.next()).unknown
        assert trio.current_time() == pytest.approx(5.0)


async def test_only_the_named_connection_is_struck(autojump_clock: MockClock) -> None:
    emulation = Emulation(persona(SCRIPT), faults=struck("cut", "ready", connection=1))
    async with calling(emulation) as caller:
        await caller.setup()
        assert await caller.closing() == CUT
    async with calling(emulation) as caller:
        await caller.setup()
        assert await caller.ask("hello") == "You said hello."


async def test_a_stall_ends_by_itself(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("stall", seconds=40.0)) as caller:
        await caller.setup()
        assert await caller.ask("hello") == "You said hello."
        assert trio.current_time() > 40


async def test_a_slow_writer_is_slow(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("slow_writer", seconds=1.0), pace=None) as caller:
        await caller.setup()
        await caller.ask("hello")
        assert trio.current_time() > len(caller.frames) - 1


async def test_a_slow_reader_is_slow(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("slow_reader", seconds=30.0)) as caller:
        await caller.setup()
        await caller.ask("one")
        await caller.say("hello")
        start = trio.current_time()
        await caller.turn()
        assert trio.current_time() - start > 20


async def test_a_half_open_connection_says_nothing_and_stays(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("half_open", "ready")) as caller:
        await caller.setup()
        await caller.say("hello")
        assert await caller.silent_for(100_000)


async def test_a_setup_without_an_answer_ends_with_the_patience_of_the_server(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("no_setup_complete")) as caller:
        with pytest.raises(LinkLost, match="1008: The operation was aborted"):
            await caller.setup()
        assert caller.frames == []


async def test_frames_may_look_different_from_some_point_on(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, faults=struck("text_frames", "turn_end")) as caller:
        await caller.setup()
        await caller.ask("one")
        count = len(caller.frames)
        await caller.ask("two")
        assert {type(frame) for frame in caller.frames[:count]} == {bytes}
        assert {type(frame) for frame in caller.frames[count:]} == {str}


async def test_several_strikes_may_work_together(autojump_clock: MockClock) -> None:
    plan = FaultPlan((Strike(fault="duplicate_transcripts"), Strike(fault="cut", at=Point.TURN_END, nth=2)))
    async with calling_persona(SCRIPT, faults=plan) as caller:
        await caller.setup()
        assert await caller.ask("a") == "You saidYou said a. a."
        await caller.say("b")
        assert await caller.closing() == CUT


async def test_every_strike_is_in_the_log(autojump_clock: MockClock) -> None:
    notebook = Notebook()
    async with calling(Emulation(persona(SCRIPT), faults=struck("quota"), on_log=notebook)) as caller:
        await caller.setup()
        await caller.say("hello")
        await caller.until(has("model_turn"))
        await caller.closing()
        assert spoken(caller.received) == "You said"
    assert notebook.mentions("fault: quota at generation 1")
    assert notebook.mentions("close 1011 You exceeded your current quota")
