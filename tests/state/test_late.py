"""Keys that are written when they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trio

from trio_live.state import State
from trio_live.state._internal import keep_late

LATE = "session:silence_ms"


class Keeper:
    """Keeps one late key, and counts how often it was asked for."""

    def __init__(self, state: State) -> None:
        self.asked = 0
        self._state = state
        self.let_go = keep_late(state, [LATE], self._write)

    def _write(self) -> None:
        self.asked += 1
        self._state.update({LATE: self.asked})


@pytest.fixture
def state() -> State:
    return State({"name": "Ada"})


@pytest.fixture
def keeper(state: State) -> Keeper:
    return Keeper(state)


LOOKS: dict[str, Callable[[State], Any]] = {
    "get": lambda state: state.get(LATE),
    "scope": lambda state: state.session.get("silence_ms"),
    "contains": lambda state: LATE in state,
    "keys": lambda state: state.keys(),
    "to_dict": lambda state: state.to_dict(),
    "pick": lambda state: state.pick([LATE]),
    "snapshot": lambda state: state.snapshot_values([LATE]),
    "evidence": lambda state: state.evidence(LATE),
    "journal": lambda state: state.recent_mutations(),
    "cursor": lambda state: state.mutation_cursor(),
    "view": lambda state: state.with_delta_tracking().get(LATE),
    "set": lambda state: state.set(LATE, -1),
    "modify": lambda state: state.modify(LATE, 0, lambda value: value),
    "remove": lambda state: state.remove(LATE),
    "rename": lambda state: state.rename(LATE, "other"),
    "clear": lambda state: state.clear_prefix("session:"),
    "from_dict": lambda state: state.from_dict({LATE: -1}),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_whoever_could_see_a_late_key_finds_it_written(
    look: Callable[[State], Any], state: State, keeper: Keeper
) -> None:
    look(state)
    assert keeper.asked >= 1


OTHERS: dict[str, Callable[[State], Any]] = {
    "get": lambda state: state.get("name"),
    "modify": lambda state: state.modify("session:turn_count", 0, lambda turns: turns + 1),
    "clear": lambda state: state.clear_prefix("turn:"),
    "update": lambda state: state.update({"name": "Eve"}),
}


@pytest.mark.parametrize("use", OTHERS.values(), ids=OTHERS)
def test_nothing_is_written_for_who_cannot_see_it(use: Callable[[State], Any], state: State, keeper: Keeper) -> None:
    use(state)
    assert keeper.asked == 0


def test_a_look_inside_a_function_that_must_not_write_finds_the_key_as_it_was(state: State, keeper: Keeper) -> None:
    assert state.get(LATE) == 1
    assert state.modify("copy", None, lambda _: state.get(LATE)) == 1
    assert state.get(LATE) == 2


async def test_another_thread_finds_the_key_as_it_was(state: State, keeper: Keeper) -> None:
    assert state.get(LATE) == 1
    assert await trio.to_thread.run_sync(lambda: state.get(LATE)) == 1
    assert keeper.asked == 1


def test_two_may_keep_the_same_key(state: State, keeper: Keeper) -> None:
    other = Keeper(state)
    state.get(LATE)
    assert (keeper.asked, other.asked) == (1, 1)


def test_a_keeper_that_has_let_go_is_not_asked_any_more(state: State, keeper: Keeper) -> None:
    keeper.let_go()
    assert state.get(LATE) is None
    assert keeper.asked == 0
