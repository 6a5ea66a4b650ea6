"""Several at once: what decides, and what becomes of the others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.cancellation import cancel_everywhere
from trio_live.agents._together import all_of, first_of
from trio_live.errors import AgentError

Work = Callable[[], Awaitable[str]]


def works(*plan: tuple[float, str | AgentError], reasons: list[str] | None = None) -> list[Work]:
    def one(seconds: float, outcome: str | AgentError) -> Work:
        async def work() -> str:
            try:
                await trio.sleep(seconds)
            except trio.Cancelled as stopped:
                if reasons is not None:
                    reasons.append(str(stopped))
                raise
            if isinstance(outcome, AgentError):
                raise outcome
            return outcome

        return work

    return [one(*each) for each in plan]


BAD, WORSE = AgentError("bad"), AgentError("worse")


async def test_results_stand_in_their_order_whoever_was_first(autojump_clock: MockClock) -> None:
    assert await all_of(works((2, "a"), (1, "b"), (3, "c")), "why") == ["a", "b", "c"]
    assert await all_of([], "why") == []


async def test_one_failure_comes_out_alone_and_the_others_are_told_why(autojump_clock: MockClock) -> None:
    reasons: list[str] = []
    with pytest.raises(AgentError) as caught:
        await all_of(works((2, "a"), (1, BAD), (3, WORSE), reasons=reasons), "bad came first")
    assert caught.value is BAD
    assert trio.current_time() == pytest.approx(1)
    assert len(reasons) == 2
    assert all("bad came first" in each for each in reasons)


@pytest.mark.parametrize(
    ("plan", "only_success", "outcome", "end"),
    [
        ([(2, "a"), (1, "b")], False, (1, "b"), 1),
        ([(2, "a"), (1, BAD)], False, BAD, 1),
        ([(2, "a"), (1, BAD)], True, (0, "a"), 2),
        ([(2, WORSE), (1, BAD)], True, WORSE, 2),
        ([(2, "a"), (3, BAD)], True, (0, "a"), 2),
    ],
)
async def test_the_first_decides(
    plan: list[Any],
    only_success: bool,  # noqa: FBT001  # a row
    outcome: Any,
    end: float,
    autojump_clock: MockClock,
) -> None:
    try:
        came: Any = await first_of(works(*plan), "somebody was first", only_success=only_success)
    except AgentError as error:
        came = error
    assert came == outcome
    assert trio.current_time() == pytest.approx(end)


async def test_two_that_finish_at_one_instant_have_one_winner(autojump_clock: MockClock) -> None:
    for _ in range(20):
        try:
            assert await first_of(works((1, "a"), (1, "b"), (1, BAD)), "why", only_success=False) in {
                (0, "a"),
                (1, "b"),
            }
        except AgentError as error:
            assert error is BAD  # noqa: PT017  # any of the three may be first


async def test_cancelling_leaves_no_task() -> None:
    running: list[int] = []

    async def work() -> str:
        running.append(1)
        try:
            await trio.lowlevel.checkpoint()
            await trio.lowlevel.checkpoint()
        finally:
            running.pop()
        return "x"

    def nothing_runs() -> None:
        assert running == []

    async def both() -> None:
        await all_of([work, work], "why")
        await first_of([work, work], "why", only_success=True)

    assert await cancel_everywhere(both, after_each=nothing_runs) >= 4


async def test_what_is_no_error_of_an_agent_goes_through() -> None:
    async def stop() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await all_of([stop, *works((1, "a"))], "why")
