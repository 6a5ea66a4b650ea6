"""Keys that a running session writes itself: nobody else writes them, and everybody is told so where they try."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from trio_live import State
from trio_live.errors import StateError
from trio_live.state._internal import as_owner, claim_keys

MINE = "session:mine"

WRITES: dict[str, Callable[[State], object]] = {
    "set": lambda state: state.set(MINE, 1),
    "update": lambda state: state.update({"app:a": 1, MINE: 1}),
    "set_committed": lambda state: state.set_committed(MINE, 1),
    "modify": lambda state: state.modify(MINE, 0, lambda value: value + 1),
    "remove": lambda state: state.remove(MINE),
    "clear_prefix": lambda state: state.clear_prefix("session:"),
    "clear_prefix of everything": lambda state: state.clear_prefix(""),
    "merge": lambda state: state.merge(State({"app:a": 1, MINE: 1})),
    "rename from": lambda state: state.rename(MINE, "app:a"),
    "rename to": lambda state: state.rename("app:other", MINE),
    "from_dict": lambda state: state.from_dict({"app:a": 1, MINE: 1}),
    "item": lambda state: state.__setitem__(MINE, 1),
    "del": lambda state: state.__delitem__(MINE),
    "scope": lambda state: state.session.set("mine", 1),
    "scope's clear": lambda state: state.session.clear(),
    "view": lambda state: state.with_delta_tracking().set(MINE, 1),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_write_to_a_key_that_is_claimed_is_refused_by_name_and_changes_nothing(
    write: Callable[[State], object],
) -> None:
    state = State({MINE: 7, "app:other": 2})
    give_back = claim_keys(state, [MINE])
    with pytest.raises(StateError, match=r"session:mine.*a running session writes this key itself.*app:") as caught:
        write(state)
    assert (caught.value.key, caught.value.kind) == (MINE, "owned")
    assert state.to_dict() == {MINE: 7, "app:other": 2}
    assert state.mutations_since(0) == []
    give_back()
    write(state)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_the_owner_writes_it_in_every_way(write: Callable[[State], object]) -> None:
    state = State({MINE: 7, "app:other": 2})
    claim_keys(state, [MINE])
    write(as_owner(state))


def test_the_owner_of_a_view_writes_into_that_view() -> None:
    state = State({MINE: 7})
    claim_keys(state, [MINE])
    with state.transaction() as view:
        as_owner(view).set(MINE, 8)
        assert (view[MINE], state[MINE]) == (8, 7)
    assert state[MINE] == 8


def test_other_keys_of_the_prefix_are_free_and_reading_is_for_everybody() -> None:
    state = State({MINE: 7})
    claim_keys(state, [MINE])
    state.set("session:yours", 1)
    state.clear_prefix("session:y")
    assert state[MINE] == 7


def test_a_key_that_two_sessions_claim_is_free_after_the_second_has_ended() -> None:
    state = State()
    first, second = claim_keys(state, [MINE]), claim_keys(state, [MINE])
    first()
    with pytest.raises(StateError):
        state.set(MINE, 1)
    second()
    state.set(MINE, 1)
