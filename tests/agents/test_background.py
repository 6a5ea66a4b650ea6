"""Agents in the background: started, waited for, bounded."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.agents.trees import Log
from tests.cancellation import cancel_everywhere
from trio_live import ConfigError, State
from trio_live.agents import AgentsDispatched, AgentsJoined, AgentTasks, AgentTimedOut, Dispatch, FnTextAgent, Join
from trio_live.errors import AgentError, AgentErrorKind


@attrs.define
class Works:
    """Takes its time; knows how many do at once."""

    seconds: float
    fails: bool = False
    running: list[float] = attrs.field(factory=list)
    most: list[int] = attrs.field(factory=list)

    async def run(self, state: State) -> str:
        self.running.append(self.seconds)
        self.most.append(len(self.running))
        try:
            await trio.sleep(self.seconds)
            if self.fails:
                raise LookupError(f"no {self.seconds}")
            state.set(f"app:{self.seconds}", state.get("input"))
            return f"{state.get('input')} {self.seconds:g}"
        finally:
            self.running.remove(self.seconds)


def says(word: str) -> FnTextAgent:
    return FnTextAgent(word, lambda state: f"{state.get('input', '')}{word}")


async def test_what_is_dispatched_works_while_others_go_on(autojump_clock: MockClock) -> None:
    state, log = State({"input": "q"}), Log()
    async with AgentTasks() as tasks:
        agent = Dispatch({"slow": Works(3), "quick": Works(1)}, tasks) >> says("!") >> Join(tasks)
        assert await agent.with_middleware(log).run(state) == "q 3\nq 1"
        assert trio.current_time() == pytest.approx(3)
        assert tasks.names == ()
    assert state["_dispatch_status"] == {"slow": "running", "quick": "running"}
    assert (state["_result_slow"], state["_result_quick"], state["app:3"]) == ("q 3", "q 1", "q")
    assert AgentsDispatched("dispatch", ("slow", "quick")) in log.events
    assert AgentsJoined("join", ("slow", "quick")) in log.events


async def test_some_can_be_waited_for(autojump_clock: MockClock) -> None:
    async with AgentTasks() as tasks:
        agent = Dispatch({"slow": Works(30), "quick": Works(1)}, tasks) >> Join(tasks, ("quick",))
        assert await agent.ask("q") == "q 1"
        assert tasks.names == ("slow",)
        with pytest.raises(AgentError, match="'quick' was not started"):
            await Join(tasks, ("quick",)).ask("q")


async def test_the_others_are_waited_for_when_one_fails(autojump_clock: MockClock) -> None:
    state, log = State({"input": "q"}), Log()
    async with AgentTasks() as tasks:
        works = {"bad": Works(1, fails=True), "worse": Works(2, fails=True), "good": Works(3)}
        with pytest.raises(AgentError, match=r"no 1") as caught:
            await (Dispatch(works, tasks) >> Join(tasks)).with_middleware(log).run(state)
        assert isinstance(caught.value.__cause__, LookupError)
        assert trio.current_time() == pytest.approx(3)
        assert state["_result_good"] == "q 3"
    assert AgentsJoined("join", ("bad", "worse", "good"), ("bad", "worse")) in log.events


async def test_time_for_all_of_them_together(autojump_clock: MockClock) -> None:
    log, works = Log(), [Works(1), Works(9)]
    async with AgentTasks() as tasks:
        agent = Dispatch({"a": works[0], "b": works[1]}, tasks) >> Join(tasks, timeout=2)
        with pytest.raises(AgentError, match="not all were done within 2 s") as caught:
            await agent.with_middleware(log).ask("q")
        assert caught.value.kind is AgentErrorKind.TIMED_OUT
        await trio.sleep(0.1)
        assert works[1].running == []
        assert tasks.names == ()
    assert AgentTimedOut("join", 2) in log.events


async def test_so_many_at_once_and_the_older_of_one_name_is_given_up(autojump_clock: MockClock) -> None:
    running, most = list[float](), list[int]()
    works = {str(n): Works(n + 1, running=running, most=most) for n in range(5)}
    async with AgentTasks(2) as tasks:
        await Dispatch(works, tasks).ask("q")
        await trio.sleep(0.5)
        tasks.start("0", says("new"), State({"input": "q"}))
        assert await Join(tasks, ("0",)).ask("") == "qnew"
        await Join(tasks).ask("")
    assert max(most) == 2
    assert running == []


async def test_leaving_the_block_ends_all(autojump_clock: MockClock) -> None:
    work, state = Works(9), State()
    async with AgentTasks() as tasks:
        await Dispatch({"a": work}, tasks).ask("q", state)
        await trio.sleep(1)
        assert work.running == [9]
    assert work.running == []
    assert "app:9" not in state
    with pytest.raises(RuntimeError, match="async with"):
        tasks.start("a", says("b"), state)


async def test_it_cannot_stand_where_its_state_may_be_taken_back() -> None:
    async with AgentTasks() as tasks:
        with pytest.raises(AgentError, match="dispatch before the Fallback or Race") as caught:
            await (Dispatch({"a": says("a")}, tasks) / Dispatch({"a": says("a")}, tasks)).ask("q")
        assert caught.value.kind is AgentErrorKind.REFUSED


@pytest.mark.parametrize("number", [0, -1, True, 1.5])
def test_there_must_be_room_for_one(number: Any) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        AgentTasks(number)


async def test_a_join_that_is_cancelled_leaves_the_work_to_be_joined_later(autojump_clock: MockClock) -> None:
    async with AgentTasks() as tasks:
        await Dispatch({"a": Works(3)}, tasks).ask("q")
        with trio.move_on_after(1):
            await Join(tasks).ask("q")
        assert await Join(tasks).ask("") == "q 3"


async def test_cancelled_anywhere_nothing_runs_on() -> None:
    running: list[float] = []

    class Steps:
        async def run(self, state: State) -> str:
            running.append(1)
            try:
                await trio.lowlevel.checkpoint()
                return "x"
            finally:
                running.pop()

    async def work() -> None:
        async with AgentTasks() as tasks:
            await (Dispatch({"a": Steps(), "b": Steps()}, tasks) >> Join(tasks)).ask("q")

    def nothing_runs() -> None:
        assert running == []

    assert await cancel_everywhere(work, after_each=nothing_runs) >= 3
