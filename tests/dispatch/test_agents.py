"""Text agents beside a talk: so many at once, one for each name."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
import trio
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
