from __future__ import annotations

import pytest

from trio_live.errors import StateError
from trio_live.state import ABSENT, SCOPES, Scope, State

WRITABLE = [name for name, rule in SCOPES.items() if not rule.read_only]


def scope_of(state: State, name: str) -> Scope:
    found = getattr(state, name)
    assert isinstance(found, Scope)
    return found


def test_the_scopes_are_the_documented_seven() -> None:
    assert {name: rule.prefix for name, rule in SCOPES.items()} == {
        name: f"{name}:" for name in ("session", "turn", "app", "user", "bg", "temp", "derived")
    }


@pytest.mark.parametrize("name", SCOPES)
def test_an_accessor_is_an_attribute_that_can_also_be_called(name: str) -> None:
    scope = scope_of(State({f"{name}:x": 1}), name)
    assert scope()["x"] == scope["x"] == scope.get("x") == scope.get_raw("x") == scope.try_get("x", type=int) == 1
    assert SCOPES[name].lifetime in (getattr(State, name).__doc__ or "")


@pytest.mark.parametrize("name", WRITABLE)
def test_writes_go_to_the_prefixed_key(name: str) -> None:
    state = State()
    scope = scope_of(state, name)
    scope["a"] = [1]
    scope.set("b", 2)
    assert scope.modify("b", 0, lambda old: old + 1) == 3
    assert state.to_dict() == {f"{name}:a": [1], f"{name}:b": 3}
    assert scope.remove("b") == 3
    del scope["a"]
    assert state.to_dict() == {}


def test_derived_reads_and_refuses_to_write() -> None:
    state = State({"derived:risk": 0.9})
    assert state.derived["risk"] == state.derived.get("risk", type=float) == 0.9
    for write in (
        lambda: state.derived.set("risk", 1),
        lambda: state.derived.__setitem__("risk", 1),
        lambda: state.derived.modify("risk", 0, lambda old: old),
        lambda: state.derived.remove("risk"),
        lambda: state.derived.__delitem__("risk"),
        state.derived.clear,
    ):
        with pytest.raises(StateError) as caught:
            write()
        assert (caught.value.kind, caught.value.key.startswith("derived:")) == ("read_only", True)
    assert state.mutation_cursor() == 0
    state.set("derived:risk", 1)
    assert state.derived["risk"] == 1


def test_keys_are_this_scopes_with_the_prefix_stripped_once() -> None:
    state = State({"app:a": 1, "app:app:b": 2, "application": 3, "turn:a": 4, "app:": 5})
    assert state.app.keys() == list(state.app) == ["a", "app:b", ""]


def test_reads_mean_what_they_mean_on_the_state() -> None:
    state = State({"app:n": None, "app:text": "5", "derived:x": 1})
    assert "n" in state.app
    assert state.app.contains("n")
    assert not state.app.is_known("n")
    assert state.app.is_known("text")
    assert "x" not in state.app
    assert 5 not in state.app
    assert state.app.get("text", 7, type=int) == 7
    assert state.app.get_raw("absent", ABSENT) is ABSENT
    assert state.app.with_("text", len) == 1
    assert state.app.with_("absent", len) is None
    with pytest.raises(StateError, match="app:text"):
        state.app.try_get("text", type=int)
    with pytest.raises(KeyError, match="app:absent"):
        state.app["absent"]


def test_a_scope_belongs_to_the_handle_it_came_from() -> None:
    state = State({"turn:a": 1})
    view = state.with_delta_tracking()
    view.turn["b"] = 2
    view.turn.clear()
    view.turn["c"] = 3
    assert (view.turn.keys(), state.turn.keys()) == (["c"], ["a"])
    view.commit()
    assert state.turn.keys() == ["c"]


def test_clearing_a_scope_leaves_the_others() -> None:
    state = State({"turn:a": 1, "turning": 2, "app:turn:a": 3})
    state.turn.clear()
    assert state.keys() == ["turning", "app:turn:a"]


def test_the_repr_shows_no_values() -> None:
    assert repr(State({"app:a": "secret"}).app) == "<Scope 'app:' of <State of 1 keys>>"
