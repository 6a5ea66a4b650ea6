from __future__ import annotations

from typing import Any

import pytest

from trio_live._typing import Json
from trio_live.reactive import Changed, ChangedTo, CrossedAbove, Watcher
from trio_live.reactive._internal import Firing
from trio_live.state import State


async def ignore(old: Any, new: Any, state: State) -> None:
    pass


def test_fires_on_any_change_beside_the_turn_unless_told_otherwise() -> None:
    watcher = Watcher(key="app:x", action=ignore)
    assert watcher.predicate == Changed()
    assert not watcher.blocking
    assert watcher.timeout is None
    assert watcher.problems == ()
    assert watcher.where == "watch('app:x')"


def test_all_problems_are_found_at_once() -> None:
    watcher = Watcher(key="", action=ignore, predicate=ChangedTo(object()), timeout=0.0)
    assert len(watcher.problems) == 3


@pytest.mark.parametrize("timeout", [-1.0, 0.0, float("nan")])
def test_a_timeout_without_time_is_a_problem(timeout: float) -> None:
    (problem,) = Watcher(key="app:x", action=ignore, timeout=timeout).problems
    assert "timeout" in problem


def plain(old: Json, new: Json, state: State) -> None: ...


async def narrow(old: Json) -> None: ...


@pytest.mark.parametrize(
    ("action", "why"),
    [(plain, "must be an async function"), (narrow, "is called with (old, new, state)"), ("run", "not str")],
)
def test_an_action_that_cannot_be_called_and_awaited_is_a_problem(action: Any, why: str) -> None:
    (problem,) = Watcher(key="app:x", action=action).problems
    assert problem.startswith("watch('app:x'): the action ")
    assert why in problem


def test_a_problem_of_the_predicate_names_the_watcher() -> None:
    (problem,) = Watcher(key="app:x", action=ignore, predicate=CrossedAbove(float("inf"))).problems
    assert problem == "watch('app:x'): CrossedAbove needs a finite number, not inf"


async def test_an_action_gets_copies_and_is_called_only_by_whoever_waits_for_it() -> None:
    calls: list[tuple[Any, Any, State]] = []

    def action(old: Any, new: Any, state: State) -> Any:
        calls.append((old, new, state))
        old.append("spoiled")
        new.append("spoiled")
        return ignore(old, new, state)

    state = State()
    firing = Firing(Watcher(key="app:x", action=action), [], ["a"])
    assert calls == []
    await firing.act(state)
    assert calls == [(["spoiled"], ["a", "spoiled"], state)]
    assert (firing.old, firing.new) == ([], ["a"])


async def test_what_the_action_raises_comes_out() -> None:
    async def action(old: Any, new: Any, state: State) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Firing(Watcher(key="app:x", action=action), 1, 2).act(State())
