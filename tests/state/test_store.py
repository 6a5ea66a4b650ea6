from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any

import pytest
import trio

from trio_live.errors import ConfigError, StateError
from trio_live.state import ABSENT, Mutation, MutationOrigin, State


def story(state: State) -> list[tuple[str, str, Any, Any, bool]]:
    return [(m.key, str(m.origin), m.old, m.new, m.delta) for m in state.recent_mutations()]


def test_set_puts_and_journals() -> None:
    state = State({"a": 1})
    state.set("a", 2)
    state["b"] = None
    assert state.to_dict() == {"a": 2, "b": None}
    assert story(state) == [("a", "set", 1, 2, False), ("b", "set", ABSENT, None, False)]


def test_copies_of_a_handle_alias_the_same_data() -> None:
    state = State()
    copy.copy(state).set("a", 1)
    assert state["a"] == 1
    assert state.mutation_cursor() == 1


@pytest.mark.parametrize("key", [5, None, b"a", "\ud800"])
def test_a_key_must_be_text(key: Any) -> None:
    state = State()
    for write in (
        lambda: state.set(key, 1),
        lambda: state.set_committed(key, 1),
        lambda: state.modify(key, 0, lambda old: old),
        lambda: state.from_dict({key: 1}),
        lambda: State({key: 1}),
    ):
        with pytest.raises(StateError) as caught:
            write()
        assert (caught.value.kind, caught.value.key) == ("serialize", repr(key))
    assert state.keys() == []


def test_set_committed_goes_past_a_view_which_keeps_its_own_opinion() -> None:
    state = State()
    view = state.with_delta_tracking()
    view.set("a", "pending")
    view.set_committed("a", "committed")
    view.set_committed("b", 1)
    assert (state["a"], view["a"], view["b"]) == ("committed", "pending", 1)
    assert story(state)[1] == ("a", "set_committed", ABSENT, "committed", False)


def test_set_takes_json_only() -> None:
    with pytest.raises(StateError, match="a tuple is not a JSON value"):
        State().set("a", (1, 2))


# modify


@pytest.mark.parametrize(
    ("stored", "default", "seen"),
    [
        (ABSENT, 0, 0),
        (5, 0, 5),
        ("5", 0, 0),
        (True, 0, 0),
        (1.5, 0, 0),
        (5, 0.0, 5.0),
        (None, 0, 0),
        (None, None, None),
        ("x", None, "x"),
        (ABSENT, None, None),
        ([1], [], [1]),
        ({}, [], []),
    ],
    ids=repr,
)
def test_modify_sees_the_value_or_the_default_when_the_type_is_another(stored: Any, default: Any, seen: Any) -> None:
    state = State() if stored is ABSENT else State({"a": stored})
    given: list[Any] = []

    def keep(value: Any) -> Any:
        given.append(value)
        return value

    assert state.modify("a", default, keep) == seen
    assert type(given[0]) is type(seen)
    assert state["a"] == seen


def test_modify_returns_the_new_value_and_is_journaled_as_set() -> None:
    state = State({"a": [1]})
    grown = state.modify("a", [], lambda old: [*old, 2])
    grown.append(3)
    assert state["a"] == [1, 2]
    assert story(state) == [("a", "set", [1], [1, 2], False)]


def test_modify_lends_copies_of_the_value_and_of_the_default() -> None:
    default: list[int] = []
    state = State({"a": [1]})

    def spoil(value: list[int]) -> None:
        value.append(9)
        raise ZeroDivisionError

    for key in ("a", "b"):
        with pytest.raises(ZeroDivisionError):
            state.modify(key, default, spoil)
    assert (state.to_dict(), default) == ({"a": [1]}, [])


def test_modify_does_not_look_at_the_computed_value() -> None:
    state = State({"derived:risk": 5})
    assert state.modify("risk", 0, lambda old: old + 1) == 1
    assert state["derived:risk"] == 5


def test_modify_in_a_view_stays_pending() -> None:
    state = State({"a": 1})
    view = state.with_delta_tracking()
    assert view.modify("a", 0, lambda old: old + 1) == 2
    assert (state["a"], view["a"]) == (1, 2)


WRITES: dict[str, Callable[[State], object]] = {
    "set": lambda state: state.set("b", 1),
    "set_committed": lambda state: state.set_committed("b", 1),
    "modify": lambda state: state.modify("b", 0, lambda old: old),
    "remove": lambda state: state.remove("b"),
    "clear_prefix": lambda state: state.clear_prefix("b"),
    "merge": lambda state: state.merge(State({"b": 2})),
    "rename": lambda state: state.rename("b", "c"),
    "from_dict": lambda state: state.from_dict({"b": 2}),
    "setitem": lambda state: state.__setitem__("b", 1),
    "delitem": lambda state: state.__delitem__("b"),
    "commit": lambda state: state.commit(),
    "rollback": lambda state: state.rollback(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_from_inside_modify_is_refused_and_nothing_changes(write: Callable[[State], object]) -> None:
    state = State({"a": 1, "b": 0})
    view = state.with_delta_tracking()
    view.set("z", 1)
    before = (state.to_dict(), view.delta(), state.mutation_cursor())

    def reenter(_: int) -> int:
        write(view)
        return 2

    with pytest.raises(StateError, match="function given to modify") as caught:
        state.modify("a", 0, reenter)
    assert caught.value.kind == "reentrant"
    assert (state.to_dict(), view.delta(), state.mutation_cursor()) == before
    write(view)


def test_reading_from_inside_modify_is_fine() -> None:
    state = State({"a": 1, "b": 10})
    assert state.modify("a", 0, lambda old: old + state["b"]) == 11


def test_writing_to_another_state_from_inside_modify_is_fine() -> None:
    state, other = State(), State()
    state.modify("a", 0, lambda old: other.modify("b", old, lambda value: value + 1))
    assert (state["a"], other["b"]) == (1, 1)


# remove, clear_prefix, merge, rename, from_dict, pick


def test_remove_takes_exactly_one_key_and_returns_its_value() -> None:
    state = State({"a": [1], "derived:b": 2})
    assert state.remove("a") == [1]
    assert state.remove("a") is None
    assert state.remove("b") is None
    assert state["b"] == 2
    assert story(state) == [("a", "remove", [1], ABSENT, False)]


def test_del_removes_or_complains() -> None:
    state = State({"a": 1, "derived:b": 2})
    del state["a"]
    for key in ("a", "b"):
        with pytest.raises(KeyError, match=key):
            del state[key]
    assert state.mutation_cursor() == 1


def test_a_removal_in_a_view_waits_for_the_commit() -> None:
    state = State({"a": 1})
    view = state.with_delta_tracking()
    assert view.remove("a") == 1
    assert view.remove("a") is None
    assert ("a" in view, "a" in state, view.has_delta(), view.delta()) == (False, True, True, {})
    view.commit()
    assert "a" not in state
    assert story(state) == [("a", "remove", 1, ABSENT, True), ("a", "commit", 1, ABSENT, False)]


def test_removing_in_a_view_what_only_was_pending_commits_to_nothing() -> None:
    state = State()
    view = state.with_delta_tracking()
    view.set("a", 1)
    assert view.remove("a") == 1
    view.commit()
    assert state.keys() == []
    assert [entry[1] for entry in story(state)] == ["set", "remove"]


def test_clear_prefix_is_about_text_and_journals_each_key() -> None:
    state = State({"turn:a": 1, "turn:b": 2, "turned": 3})
    state.clear_prefix("turn:")
    assert state.keys() == ["turned"]
    assert [entry[:2] for entry in story(state)] == [("turn:a", "clear_prefix"), ("turn:b", "clear_prefix")]
    state.clear_prefix("")
    assert state.keys() == []


def test_clear_prefix_in_a_view_can_be_rolled_back() -> None:
    state = State({"turn:a": 1})
    view = state.with_delta_tracking()
    view.set("turn:b", 2)
    view.clear_prefix("turn:")
    assert view.keys() == []
    view.rollback()
    assert view.keys() == state.keys() == ["turn:a"]


def test_merge_copies_what_the_other_has_committed_and_the_other_wins() -> None:
    state, other = State({"a": 1, "b": 1}), State({"b": 2, "c": [3]})
    pending = other.with_delta_tracking()
    pending.set("d", 4)
    state.merge(pending)
    assert state.to_dict() == {"a": 1, "b": 2, "c": [3]}
    assert [entry[:2] for entry in story(state)] == [("b", "set"), ("c", "set")]
    view = state.with_delta_tracking()
    view.merge(State({"a": 9}))
    assert (state["a"], view["a"]) == (1, 9)


def test_rename_moves_over_whatever_is_there() -> None:
    state = State({"a": 1, "b": 2})
    assert state.rename("a", "b")
    assert state.to_dict() == {"b": 1}
    assert story(state) == [("a", "remove", 1, ABSENT, False), ("b", "set", 2, 1, False)]


def test_rename_does_nothing_without_a_source_or_onto_itself() -> None:
    state = State({"a": 1, "derived:c": 2})
    assert not state.rename("c", "d")
    assert state.rename("a", "a")
    assert state.mutation_cursor() == 0
    with pytest.raises(StateError):
        state.rename("a", 5)  # type: ignore[arg-type]
    assert state.to_dict() == {"a": 1, "derived:c": 2}


def test_from_dict_restores_committed_entries_and_keeps_the_others() -> None:
    state = State({"a": 1, "b": 2})
    view = state.with_delta_tracking()
    view.from_dict({"b": 3, "c": 4})
    assert state.to_dict() == {"a": 1, "b": 3, "c": 4}
    assert not view.has_delta()
    assert {entry[1] for entry in story(state)} == {"set_committed"}


def test_from_dict_restores_all_or_nothing() -> None:
    state = State()
    with pytest.raises(StateError) as caught:
        state.from_dict({"a": 1, "b": object()})
    assert caught.value.key == "b"
    assert (state.keys(), state.mutation_cursor()) == ([], 0)


def test_pick_makes_a_state_of_its_own() -> None:
    state = State({"a": [1], "b": 2, "derived:risk": 0.5}, clock=lambda: 1.0, redact_keys=["a"])
    view = state.with_delta_tracking()
    view.set("b", 3)
    picked = view.pick(["a", "b", "risk", "absent"])
    assert picked.to_dict() == {"a": [1], "b": 3, "risk": 0.5}
    picked.set("a", 0)
    assert state["a"] == [1]
    assert (picked.mutation_cursor(), state.mutation_cursor()) == (1, 1)
    assert (picked.is_tracking_delta(), list(picked.redact_keys)) == (False, ["a"])
    assert picked.recent_mutations()[0].timestamp == 1.0


# Delta views


def test_a_view_reports_what_it_holds_back() -> None:
    state = State({"a": 1, "b": 2})
    assert (state.is_tracking_delta(), state.has_delta(), state.delta()) == (False, False, {})
    view = state.with_delta_tracking()
    assert (view.is_tracking_delta(), view.has_delta()) == (True, False)
    view.set("c", [1])
    view.remove("a")
    view.delta()["c"].append(2)
    assert (view.has_delta(), view.delta()) == (True, {"c": [1]})
    assert view.keys() == ["b", "c"]
    assert repr(view) == "<State of 2 keys, 2 pending>"


def test_a_commit_journals_each_key_once_more_as_committed() -> None:
    state = State({"a": 1})
    view = state.with_delta_tracking()
    view.set("a", 2)
    view.set("a", 3)
    view.commit()
    assert story(state) == [("a", "set", 1, 2, True), ("a", "set", 2, 3, True), ("a", "commit", 1, 3, False)]


def test_commit_and_rollback_without_anything_pending_do_nothing() -> None:
    state = State({"a": 1})
    for handle in (state, state.with_delta_tracking()):
        handle.commit()
        handle.rollback()
    assert (state.to_dict(), state.mutation_cursor()) == ({"a": 1}, 0)


def test_views_do_not_nest() -> None:
    view = State().with_delta_tracking()
    with pytest.raises(ConfigError, match="delta view"):
        view.with_delta_tracking()
    with pytest.raises(ConfigError, match="delta view"), view.transaction():
        pass


def test_of_two_sibling_views_the_last_to_commit_wins_each_key() -> None:
    state = State({"a": 0})
    first, second = state.with_delta_tracking(), state.with_delta_tracking()
    first.set("a", 1)
    first.set("b", 1)
    second.remove("a")
    second.set("c", 2)
    assert "b" not in second
    second.commit()
    first.commit()
    assert state.to_dict() == {"a": 1, "b": 1, "c": 2}


def test_a_transaction_commits_at_its_end() -> None:
    state = State()
    with state.transaction() as view:
        view.set("a", 1)
        assert "a" not in state
    assert state["a"] == 1
    assert not view.has_delta()


def test_a_transaction_is_rolled_back_by_an_exception() -> None:
    state = State({"a": 1})
    view = state

    def fail_midway() -> None:
        nonlocal view
        with state.transaction() as view:
            view.clear_prefix("")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_midway()
    assert state.to_dict() == {"a": 1}
    assert view.is_tracking_delta()
    assert not view.has_delta()


async def test_a_transaction_is_rolled_back_by_cancellation() -> None:
    state = State()
    with trio.CancelScope() as scope, state.transaction() as view:
        view.set("a", 1)
        scope.cancel()
        await trio.lowlevel.checkpoint()
    assert scope.cancelled_caught
    assert state.keys() == []


async def test_worker_threads_lose_no_update() -> None:
    state = State()

    def work() -> None:
        for _ in range(200):
            state.modify("n", 0, lambda old: old + 1)
            with state.transaction() as view:
                view.set("x", 1)
                view.set("y", 1)

    async with trio.open_nursery() as nursery:
        for _ in range(4):
            nursery.start_soon(trio.to_thread.run_sync, work)
    assert state["n"] == 800
    sequences = [mutation.sequence for mutation in state.recent_mutations()]
    assert sequences == list(range(sequences[0], state.mutation_cursor() + 1))


async def test_a_thread_waiting_for_modify_is_not_taken_for_a_reentrant_one() -> None:
    state = State()
    entered = trio.Event()
    go_on = threading.Event()

    def slow(_: int) -> int:
        trio.from_thread.run_sync(entered.set)
        assert go_on.wait(timeout=10)
        return 1

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.to_thread.run_sync, state.modify, "a", 0, slow)
        await entered.wait()
        nursery.start_soon(trio.to_thread.run_sync, state.set, "b", 2)
        await trio.lowlevel.checkpoint()
        go_on.set()
    assert state.to_dict() == {"a": 1, "b": 2}


def test_a_record_names_its_origin_as_an_enum_and_as_text() -> None:
    state = State()
    state.set("a", 1)
    (mutation,) = state.recent_mutations()
    assert isinstance(mutation, Mutation)
    assert mutation.origin is MutationOrigin.SET
    assert f"{mutation.origin}" == "set"


def test_update_writes_what_differs_and_says_which() -> None:
    state = State({"same": [1], "other": 1, "gone": 1, "one": 1})
    assert state.update({"same": [1], "other": 2, "gone": ABSENT, "never": ABSENT, "one": True, "new": None}) == [
        "other",
        "gone",
        "one",
        "new",
    ]
    assert state.to_dict() == {"same": [1], "other": 2, "one": True, "new": None}
    assert [(mutation.key, mutation.origin) for mutation in state.recent_mutations()] == [
        ("other", MutationOrigin.SET),
        ("gone", MutationOrigin.REMOVE),
        ("one", MutationOrigin.SET),
        ("new", MutationOrigin.SET),
    ]


def test_update_changes_nothing_when_one_value_is_not_json() -> None:
    state = State()
    with pytest.raises(StateError, match="b"):
        state.update({"a": 1, "b": {1, 2}})
    assert state.to_dict() == {}
    assert state.recent_mutations() == []


def test_update_in_a_view_waits_for_the_commit() -> None:
    state = State({"a": 1})
    with state.transaction() as view:
        assert view.update({"a": 2, "b": 3}) == ["a", "b"]
        assert state.to_dict() == {"a": 1}
    assert state.to_dict() == {"a": 2, "b": 3}


def test_absent_is_no_value_but_for_update() -> None:
    with pytest.raises(StateError):
        State({"a": ABSENT})
    state = State()
    for write in (state.from_dict, lambda entries: state.set("a", entries["a"])):
        with pytest.raises(StateError):
            write({"a": ABSENT})


def test_update_from_inside_modify_is_refused_even_when_it_would_change_nothing() -> None:
    state = State({"a": 1})
    with pytest.raises(StateError) as caught:
        state.modify("b", 0, lambda _: len(state.update({"a": 1})))
    assert caught.value.kind == "reentrant"
