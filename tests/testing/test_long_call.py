"""Ten minutes on the phone: five tool rounds, two barge-ins, a GoAway. In memory, in virtual time, always the same."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

import trio
from trio.testing import MockClock

from trio_live import FunctionCall, FunctionResponse, Live, State, events
from trio_live.testing import Run, Script, assert_answered, assert_events, play, play_now

TIMES = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 10
DISHES = ["soup", "bread", "fish", "cheese", "cake"]


async def order(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
    await trio.sleep(2)
    for call in calls:
        state["order"] = [*state.get("order", []), (call.args or {})["dish"]]
    return [FunctionResponse.of(call, {"ordered": True}) for call in calls]


def waiter() -> Live:
    builder = Live.builder().model("gemini-3.8-live").instruction("Take the order.")
    return builder.on_tool_call(order).callback_errors("raise")


def ten_minutes() -> Script:
    script = Script().speaks("Good evening, what may I bring you?", lasting=30).generation_complete().turn_complete()
    for number, dish in enumerate(DISHES):
        script = script.stall(40).hears(f"The {dish}, please.").thinks("A guest with taste.").calls("order", dish=dish)
        script = script.speaks(f"The {dish} is on its way.", lasting=60).stall(38)
        if number in {1, 3}:
            script = script.interrupts().hears(" No, wait!").turn_complete().speaks("I am listening.", lasting=2)
        script = script.generation_complete().turn_complete().stall(40)
    return script.go_away(50).stall(40).speaks("Goodbye!", lasting=1).turn_complete()


def talk() -> tuple[Run, float]:
    """One call, and how many seconds of the machine's time it took."""
    began = time.perf_counter()
    run = play_now(waiter(), ten_minutes())
    return run, time.perf_counter() - began


def test_it_lasts_ten_minutes() -> None:
    clock = MockClock(autojump_threshold=0)
    began = clock.current_time()

    async def main() -> None:
        await play(waiter(), ten_minutes())

    trio.run(main, clock=clock)
    assert clock.current_time() - began > 600


def test_everything_happens_that_should() -> None:
    run, _ = talk()
    assert_answered(run, "order", {"ordered": True}, times=5)
    assert run.state["order"] == DISHES
    assert run.state["session:turn_count"] == 9
    assert len(run.of(events.Interrupted)) == 2
    assert_events(run, events.ToolExecution, events.Interrupted, events.ToolExecution, events.GoAway(50.0))
    assert isinstance(run.events[-1], events.Disconnected)


def test_it_is_the_same_call_every_time() -> None:
    first, fastest = talk()
    for _ in range(TIMES - 1):
        run, took = talk()
        assert run.events == first.events
        assert run.sent == first.sent
        fastest = min(fastest, took)
    print(f"ten minutes of talk, {len(first.events)} events: {fastest:.3f} s at best")
