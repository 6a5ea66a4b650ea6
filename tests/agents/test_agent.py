"""What agents are, and the four ways of putting them together that have an operator; laws stand in test_laws."""

from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.agents.trees import Leaf, Log
from tests.cancellation import cancel_everywhere
from trio_live import ConfigError, State
from trio_live.agents import (
    AgentTransferred,
    Fallback,
    FallbackActivated,
    FnTextAgent,
    LlmTextAgent,
    Loop,
    LoopIteration,
    Parallel,
    Sequential,
    as_agent,
    until,
)
from trio_live.errors import AgentError, AgentErrorKind
from trio_live.llm import MockLlm


def says(word: str) -> FnTextAgent:
    return FnTextAgent(word, lambda state: f"{state.get('input', '')}{word}")


def counts(state: State) -> str:
    return str(state.modify("app:n", 0, lambda n: n + 1))


async def test_nobody_says_nothing() -> None:
    for nobody in (Sequential([]), Parallel([]), Loop(says("a"), 0)):
        assert await nobody.ask("q") == ""
    with pytest.raises(AgentError) as caught:
        await Fallback([]).ask("q")
    assert caught.value.kind is AgentErrorKind.EMPTY


async def test_a_question_belongs_to_itself() -> None:
    state = State({"input": "another"})
    assert await says("!").ask("q", state) == "q!"
    assert state.to_dict() == {"input": "another"}


async def test_a_loop_ends_by_its_count_or_by_the_state() -> None:
    log, state = Log(), State()
    assert await (as_agent(counts) * 3).with_middleware(log).run(state) == "3"
    assert [event.index for event in log.events if isinstance(event, LoopIteration)] == [0, 1, 2]
    assert await (as_agent(counts) * until(lambda state: state["app:n"] >= 5)).run(state) == "5"
    assert await (as_agent(counts) * until(lambda _: False, at_most=4)).run(state) == "9"
    assert (as_agent(counts) * until(bool)).at_most == 100  # type: ignore[attr-defined]
    with pytest.raises(ConfigError, match="whole number of rounds"):
        says("a") * -1
    with pytest.raises(TypeError):
        says("a") * "often"  # type: ignore[operator]


async def test_parts_tell_what_goes_on_between_them(autojump_clock: MockClock) -> None:
    log = Log()
    agent = (says("a") >> says("b")) / says("c")
    assert await agent.with_middleware(log).ask("q") == "qab"
    assert AgentTransferred("a >> b", "a", "b") in log.events
    assert await (Leaf(0, fails=True) / says("c")).with_middleware(log).ask("q") == "qc"
    assert FallbackActivated("leaf0 / c", "c") in log.events


def test_a_part_with_a_name_of_its_own_stays_one() -> None:
    named = Sequential([says("a"), says("b")], name="pair")
    assert [child.name for child in (named >> says("c")).children] == ["pair", "c"]  # type: ignore[attr-defined]
    assert (says("a") >> says("b") >> says("c")).name == "a >> b >> c"
    assert ((says("a") | says("b")) / says("c")).name == "a | b / c"
    a, b = says("a"), says("b")
    assert a // b == a / b == Fallback([a, b])


async def test_functions_and_anything_that_runs_can_stand_among_agents() -> None:
    class Loud:
        async def run(self, state: State) -> str:
            return str(state["input"]).upper()

    def twice(state: State) -> str:
        return str(state["input"]) * 2

    assert await (says("a") >> Loud() >> twice).ask("q") == "QAQA"
    assert await (twice >> says("a")).ask("q") == "qqa"
    assert await (twice | says("a")).ask("q") == "qq\nqa"
    assert await (twice / says("a")).ask("q") == "qq"
    assert as_agent(Loud()).name == "Loud"


@pytest.mark.parametrize("bad", [lambda _: 3, lambda _: None, lambda _: "\ud800"])
async def test_a_reply_is_a_text(bad: Any) -> None:
    with pytest.raises(AgentError):
        await FnTextAgent("f", bad).ask("q")


def test_async_functions_are_refused() -> None:
    async def later(_: State) -> Any:
        return True

    for make in (lambda: FnTextAgent("f", later), lambda: until(later), lambda: as_agent(later)):  # type: ignore[arg-type]
        with pytest.raises(ConfigError, match="must be a plain function"):
            make()


async def test_somebody_elses_name_is_told() -> None:
    with pytest.raises(TypeError, match=r"M\.log"):
        says("a").with_middleware(3)  # type: ignore[arg-type]


async def test_cancellation_of_every_operator_leaves_the_state_whole() -> None:
    """At every checkpoint; what a fallback has not committed is not there."""
    states: list[State] = []

    class Slow:
        async def run(self, state: State) -> str:
            state.set("app:half", value=True)
            await trio.lowlevel.checkpoint()
            state.set("app:whole", value=True)
            return "x"

    async def work() -> None:
        states.append(State())
        await (as_agent(Slow()) / Slow()).run(states[-1])
        await ((says("a") | Slow()) >> LlmTextAgent("l", MockLlm.text("t")) * 2).ask("q")

    def both_or_none() -> None:
        assert states[-1].contains("app:half") == states[-1].contains("app:whole")

    assert await cancel_everywhere(work, after_each=both_or_none) >= 3
