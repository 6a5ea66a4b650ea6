"""Text agents beside a talk: so many at once, one for each name."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from trio_live import ConfigError, State
from trio_live.dispatch import BackgroundAgentDispatcher


class BoomError(Exception):
    """What agents raise here."""


@attrs.define
class Agent:
    """Takes a second, and then answers or raises."""

    answer: Any = "done"
    cancelled: bool = False

    async def run(self, state: State) -> Any:
        try:
            await trio.sleep(1)
        except trio.Cancelled:
            self.cancelled = True
            raise
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def test_the_result_stands_in_the_state_and_clears_an_older_error(autojump_clock: MockClock) -> None:
    state = State()
    async with BackgroundAgentDispatcher(2) as agents:
        agents.dispatch("report", Agent(BoomError("no paper")), state)
        await trio.sleep(2)
        assert (state.get("report:error"), "report:result" in state) == ("no paper", False)
        agents.dispatch("report", Agent({"pages": 3}), state)
        assert agents.is_running("report")
        await trio.sleep(2)
        assert (state.get("report:result"), "report:error" in state) == ({"pages": 3}, False)
        agents.dispatch("report", Agent(BoomError()), state)
        await trio.sleep(2)
        assert (state.get("report:error"), "report:result" in state) == ("BoomError", False)
        assert not agents.is_running("report")


async def test_a_result_that_is_no_json_is_an_error(autojump_clock: MockClock) -> None:
    state = State()
    async with BackgroundAgentDispatcher(1) as agents:
        agents.dispatch("report", Agent(object()), state)
        await trio.sleep(2)
    assert "report:error" in state


async def test_the_older_of_two_agents_with_one_name_is_cancelled_and_writes_nothing(autojump_clock: MockClock) -> None:
    state, older = State(), Agent("old")
    async with BackgroundAgentDispatcher(2) as agents:
        agents.dispatch("report", older, state)
        await trio.sleep(0.5)
        agents.dispatch("report", Agent("new"), state)
        assert agents.active_count() == 1
        await trio.sleep(0.7)
        assert older.cancelled
        assert "report:result" not in state
        await trio.sleep(1)
        assert state.get("report:result") == "new"


async def test_only_so_many_work_at_once(autojump_clock: MockClock) -> None:
    state = State()
    async with BackgroundAgentDispatcher(2) as agents:
        for number in range(4):
            agents.dispatch(str(number), Agent(number), state)
        await trio.sleep(0.5)
        assert (agents.active_count(), agents.available_permits, agents.max_concurrent) == (4, 0, 2)
        await trio.sleep(1)
        assert len(list(state.keys())) == 2
        await trio.sleep(1)
        assert (agents.active_count(), agents.available_permits) == (0, 2)


@pytest.mark.parametrize("how", ["one by one", "all", "leaving"])
async def test_agents_are_given_up(how: str, autojump_clock: MockClock) -> None:
    state, both = State(), [Agent(), Agent()]
    async with BackgroundAgentDispatcher(1) as agents:
        for number, agent in enumerate(both):
            agents.dispatch(str(number), agent, state)
        await trio.sleep(0.5)
        if how == "one by one":
            agents.cancel("0")
            agents.cancel("1")
            agents.cancel("nobody")
        elif how == "all":
            agents.cancel_all()
        if how != "leaving":
            assert agents.active_count() == 0
            await trio.sleep(5)
    assert [agent.cancelled for agent in both].count(True) == 1, "the other never began"
    assert not list(state.keys())
    with pytest.raises(RuntimeError, match="async with"):
        agents.dispatch("late", Agent(), state)


def test_there_must_be_room_for_one() -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        BackgroundAgentDispatcher(0)


@attrs.define
class Busy:
    """Writes while it works, and knows who else does."""

    seconds: float
    running: list[float]

    async def run(self, state: State) -> str:
        self.running.append(self.seconds)
        try:
            for step in range(3):
                state.set(f"app:{self.seconds}", step)
                await trio.sleep(self.seconds)
            if self.seconds == 2:
                raise BoomError("two")
        finally:
            self.running.remove(self.seconds)
        return "done"


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("dispatch"), st.sampled_from("abc"), st.sampled_from([0.5, 1.0, 2.0])),
        st.tuples(st.just("cancel"), st.sampled_from("abc"), st.just(0.0)),
        st.tuples(st.just("wait"), st.just(""), st.sampled_from([0.3, 1.7])),
    ),
    max_size=12,
)


@given(st.integers(1, 3), ACTS)
def test_k6_so_many_work_at_once_and_nobody_writes_once_all_are_given_up(
    at_once: int, acts: list[tuple[str, str, float]]
) -> None:
    async def main() -> None:
        state, running = State(), list[float]()
        async with BackgroundAgentDispatcher(at_once) as agents:
            for act, name, seconds in acts:
                if act == "dispatch":
                    agents.dispatch(name, Busy(seconds, running), state)
                    assert not {f"{name}:result", f"{name}:error"} & set(state.keys()), "what was there is out of date"
                elif act == "cancel":
                    agents.cancel(name)
                    assert not agents.is_running(name)
                else:
                    await trio.sleep(seconds)
                    await trio.testing.wait_all_tasks_blocked()
                    assert len(running) <= at_once
                    assert agents.available_permits == at_once - len(running)
                    assert agents.active_count() >= len(running)
                for each in "abc":
                    assert not (f"{each}:result" in state and f"{each}:error" in state)
            agents.cancel_all()
            assert agents.active_count() == 0
            left = state.to_dict()
            await trio.sleep(30)
            assert state.to_dict() == left
            assert (running, agents.available_permits) == ([], at_once)

    trio.run(main, clock=MockClock(autojump_threshold=0))
