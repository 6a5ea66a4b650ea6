"""One of several, one for so long, one for each; laws stand in test_laws."""

from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.agents.trees import Leaf, Log
from tests.cancellation import cancel_everywhere
from trio_live import ConfigError, State
from trio_live.agents import (
    AgentTimedOut,
    FnTextAgent,
    MapOver,
    Race,
    Route,
    RouteSelected,
    Tap,
    Timeout,
    as_agent,
    conditional,
)
from trio_live.errors import AgentError, AgentErrorKind


def says(word: str) -> FnTextAgent:
    return FnTextAgent(word, lambda state: f"{state.get('input', '')}{word}")


@pytest.mark.parametrize(("n", "chosen"), [(1, "one"), (2, "two"), (3, "other")])
async def test_exactly_one_branch_of_a_route_runs(n: int, chosen: str) -> None:
    log = Log()
    rules: list[Any] = [
        (lambda state: state["n"] == 1, says("one")),
        (lambda state: state["n"] <= 2, says("two")),
    ]
    assert await Route(rules, says("other")).with_middleware(log).ask("", State({"n": n})) == chosen
    assert [event.branch for event in log.events if isinstance(event, RouteSelected)] == [chosen]


@pytest.mark.parametrize("holds", [True, False])
async def test_a_condition_is_asked(holds: bool) -> None:  # noqa: FBT001  # a row
    assert await conditional(lambda _: holds, says("yes"), says("no")).ask("") == ("yes" if holds else "no")


async def test_a_predicate_that_raises_fails_the_route() -> None:
    with pytest.raises(AgentError, match=r"the agent 'route': .*n") as caught:
        await Route([(lambda state: state["n"], says("a"))], says("b")).ask("q")
    assert isinstance(caught.value.__cause__, KeyError)


async def test_a_race_takes_the_first_to_finish_or_the_first_success(autojump_clock: MockClock) -> None:
    quick, slow = Leaf(0, fails=True), Leaf(1)
    with pytest.raises(AgentError, match="leaf0"):
        await Race([slow, quick]).ask("q")
    state = State()
    assert await Race([slow, quick], first_success=True).ask("q", state) == "qb"
    assert set(state.to_dict()) == {"began:1", "ended:1"}, "losers leave nothing"
    with pytest.raises(AgentError) as caught:
        await Race([]).ask("q")
    assert caught.value.kind is AgentErrorKind.EMPTY


async def test_time_is_up(autojump_clock: MockClock) -> None:
    log, running = Log(), list[str]()
    with pytest.raises(AgentError, match="no reply within 1 s") as caught:
        await Timeout(Leaf(0, running=running), 1).with_middleware(log).ask("q")
    assert caught.value.kind is AgentErrorKind.TIMED_OUT
    assert caught.value.retryable
    assert running == []
    assert AgentTimedOut("leaf0", 1) in log.events
    assert await Timeout(Leaf(0), 2).ask("q") == "qa"


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), "1", True])
def test_a_time_is_a_number_above_zero(seconds: Any) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        Timeout(says("a"), seconds)


async def test_one_for_each_item_in_order() -> None:
    state = State({"input": "whole", "list": ["a", {"b": 1}, 3]})
    whole = as_agent(lambda state: f"{state['input']}/{type(state['_item']).__name__}")
    assert await MapOver(whole, "list").run(state) == 'a/str\n{"b": 1}/dict\n3/int'
    assert state["_results"] == ["a/str", '{"b": 1}/dict', "3/int"]
    assert state["input"] == "whole"
    assert await MapOver(whole, "nothing").run(state) == ""
    with pytest.raises(AgentError, match="'input' holds no list"):
        await MapOver(whole, "input").run(state)


async def test_a_tap_sees_all_and_changes_nothing() -> None:
    seen: list[Any] = []

    def look(state: State) -> None:
        seen.append(state.get("input"))
        state.set("app:mine", "no")

    state = State()
    assert await (says("a") >> Tap(look) >> says("b")).ask("q", state) == "qab"
    assert seen == ["qa"]
    assert "app:mine" not in state


def test_async_functions_are_refused() -> None:
    async def later(_: State) -> bool:
        return True

    for make in (lambda: Tap(later), lambda: Route([(later, says("a"))], says("b"))):  # type: ignore[list-item]
        with pytest.raises(ConfigError, match="must be a plain function"):
            make()


async def test_cancellation_leaves_nothing_behind() -> None:
    class Slow:
        async def run(self, state: State) -> str:
            state.set("app:half", value=True)
            await trio.lowlevel.checkpoint()
            return "x"

    state = State({"list": [1, 2]})
    before = state.to_dict()

    async def work() -> None:
        await Race([Slow(), Slow()]).ask("q", state)
        state.remove("app:half")

    def nothing_left() -> None:
        assert state.to_dict() == before

    assert await cancel_everywhere(work, after_each=nothing_left) >= 2
