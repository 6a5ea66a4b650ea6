from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.errors import ConfigError
from trio_live.reactive import (
    BecameTrue,
    Changed,
    ChangedTo,
    CrossedAbove,
    CrossedBelow,
    Custom,
    Watcher,
    WatcherRegistry,
    WatchPredicate,
)
from trio_live.reactive._internal import Firing
from trio_live.state import ABSENT, State

Errors = list[tuple[str, Exception]]

# Values that Python's equality would confuse, and the keys whose reads fall back to computed values.
VALUES = st.sampled_from([None, False, True, 0, 1, 1.0, 0.5, 2, "1", [], [1], [True], {"a": 1}, {"a": 1.0}])
KEYS = ["app:x", "x", "derived:x", "y", "derived:y", "turn:z"]


async def ignore(old: Any, new: Any, state: State) -> None:
    pass


def registry_of(state: State, *watchers: Watcher, errors: Errors | None = None) -> WatcherRegistry:
    def report(where: str, error: Exception) -> None:
        assert errors is not None, where
        errors.append((where, error))

    registry = WatcherRegistry(report=report)
    for watcher in watchers:
        registry.add(watcher, state)
    return registry


def on(key: str, predicate: WatchPredicate | None = None, *, blocking: bool = False, action: Any = ignore) -> Watcher:
    return Watcher(key=key, predicate=predicate or Changed(), action=action, blocking=blocking)


def seen(firings: list[Firing]) -> list[tuple[str, Any, Any]]:
    return [(firing.watcher.key, firing.old, firing.new) for firing in firings]


async def perform(firings: list[Firing], state: State) -> None:
    for firing in firings:
        await firing.act(state)


# W1


@given(st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=20))
def test_w1_each_watcher_fires_at_most_once_per_evaluation(writes: list[tuple[str, Any]]) -> None:
    state = State()
    watchers = [on(key, predicate) for key in KEYS for predicate in (Changed(), ChangedTo(1))]
    registry = registry_of(state, *watchers)
    for key, value in writes:
        state.set(key, value)
    fired = [id(firing.watcher) for firing in registry.evaluate(state)]
    assert len(fired) == len(set(fired))


# W2


def test_w2_a_change_is_measured_from_the_last_evaluation_to_this_one() -> None:
    state = State({"app:x": "a"})
    registry = registry_of(state, on("app:x"))
    state.set("app:x", "b")
    state.set("app:x", "c")
    assert seen(registry.evaluate(state)) == [("app:x", "a", "c")]
    state.set("app:x", "d")
    assert seen(registry.evaluate(state)) == [("app:x", "c", "d")]


@pytest.mark.parametrize(("old", "new"), [(True, 1), (1, 1.0), ("1", 1), (None, ABSENT), (ABSENT, None), ([1], [True])])
def test_w2_strictly_different_values_are_a_change(old: Any, new: Any) -> None:
    state = State({} if old is ABSENT else {"app:x": old})
    registry = registry_of(state, on("app:x"))
    if new is ABSENT:
        state.remove("app:x")
    else:
        state.set("app:x", new)
    absent_as_none = tuple(None if side is ABSENT else side for side in (old, new))
    assert seen(registry.evaluate(state)) == [("app:x", *absent_as_none)]


def test_w2_a_computed_value_is_seen_under_both_of_its_names_until_a_plain_one_hides_it() -> None:
    state = State()
    registry = registry_of(state, on("risk"), on("derived:risk"))
    state.set("derived:risk", 0.5)
    assert seen(registry.evaluate(state)) == [("risk", None, 0.5), ("derived:risk", None, 0.5)]
    state.set("risk", 0.9)
    assert seen(registry.evaluate(state)) == [("risk", 0.5, 0.9)]
    state.set("derived:risk", 0.1)
    assert seen(registry.evaluate(state)) == [("derived:risk", 0.5, 0.1)]
    state.remove("risk")
    assert seen(registry.evaluate(state)) == [("risk", 0.9, 0.1)]


def test_w2_removal_makes_a_true_value_false_and_appearance_makes_it_true() -> None:
    state = State()
    registry = registry_of(state, on("app:x", BecameTrue()))
    state.set("app:x", True)
    assert seen(registry.evaluate(state)) == [("app:x", None, True)]
    state.remove("app:x")
    assert registry.evaluate(state) == []


def test_w2_a_watcher_added_later_begins_with_what_it_finds() -> None:
    state = State({"app:x": 1})
    registry = registry_of(state, early := on("app:x"))
    state.set("app:x", 2)
    registry.add(late := on("app:x"), state)
    state.set("app:x", 3)
    assert registry.evaluate(state) == [Firing(early, 1, 3), Firing(late, 2, 3)]
    state.set("app:x", 4)
    assert registry.evaluate(state) == [Firing(early, 3, 4), Firing(late, 3, 4)]


def test_w2_a_watcher_added_after_the_change_does_not_see_it() -> None:
    state = State({"app:x": 1})
    registry = registry_of(state, early := on("app:x"))
    state.set("app:x", 2)
    registry.add(on("app:x"), state)
    assert registry.evaluate(state) == [Firing(early, 1, 2)]


def test_w2_rebasing_forgets_what_was_restored() -> None:
    state = State()
    registry = registry_of(state, on("app:x"))
    state.from_dict({"app:x": "restored"})
    registry.rebase(state)
    assert registry.evaluate(state) == []
    state.set("app:x", "live")
    assert seen(registry.evaluate(state)) == [("app:x", "restored", "live")]


# W3


def test_w3_there_and_back_again_is_no_change() -> None:
    state = State({"app:x": "a"})
    registry = registry_of(state, on("app:x"), on("app:gone"))
    state.set("app:x", "b")
    state.set("app:x", "a")
    state.set("app:gone", 1)
    state.remove("app:gone")
    assert registry.evaluate(state) == []


def test_w3_writes_that_were_rolled_back_never_fire() -> None:
    state = State({"app:x": "a"})
    registry = registry_of(state, on("app:x"))
    view = state.with_delta_tracking()
    view.set("app:x", "b")
    assert registry.evaluate(state) == []
    view.rollback()
    assert registry.evaluate(state) == []
    view.set("app:x", "c")
    view.commit()
    assert seen(registry.evaluate(state)) == [("app:x", "a", "c")]


# W4

NUMBERS = st.integers(-5, 5)


@given(st.lists(st.tuples(NUMBERS, st.booleans()), min_size=2), NUMBERS)
def test_w4_however_a_climb_is_split_the_crossing_is_seen(steps: list[tuple[int, bool]], threshold: int) -> None:
    first, last = steps[0][0], steps[-1][0]
    state = State({"app:x": first})
    registry = registry_of(state, on("app:x", CrossedAbove(threshold)), on("app:x", CrossedBelow(threshold)))
    fired: list[Firing] = []
    for value, is_evaluated in steps[1:]:
        state.set("app:x", value)
        fired += registry.evaluate(state) if is_evaluated else []
    fired += registry.evaluate(state)
    predicates = {type(firing.watcher.predicate) for firing in fired}
    assert CrossedAbove in predicates or not first < threshold <= last
    assert CrossedBelow in predicates or not last < threshold <= first


@given(st.lists(st.tuples(VALUES, st.booleans()), min_size=1))
def test_w4_however_it_is_split_becoming_true_is_seen(steps: list[tuple[Any, bool]]) -> None:
    state = State()
    registry = registry_of(state, on("app:x", BecameTrue()))
    fired: list[Firing] = []
    for value, is_evaluated in steps:
        state.set("app:x", value)
        fired += registry.evaluate(state) if is_evaluated else []
    fired += registry.evaluate(state)
    assert fired or steps[-1][0] is not True


# W5


async def test_w5_blocking_actions_run_first_in_the_order_of_keys_then_of_registration() -> None:
    ran: list[str] = []

    def noting(name: str) -> Callable[[Any, Any, State], Any]:
        async def action(old: Any, new: Any, state: State) -> None:
            ran.append(name)

        return action

    state = State()
    registry = registry_of(
        state,
        on("a", action=noting("a1")),
        on("b", blocking=True, action=noting("b1")),
        on("a", blocking=True, action=noting("a2")),
        on("b", action=noting("b2")),
        on("a", blocking=True, action=noting("a3")),
    )
    state.set("b", 1)
    state.set("a", 1)
    await perform(registry.evaluate(state), state)
    assert ran == ["a2", "a3", "b1", "a1", "b2"]
    assert registry.keys == ("a", "b")


def test_w5_a_watcher_added_later_comes_after_those_of_its_key() -> None:
    state = State()
    registry = registry_of(state, *(watchers := [on("x"), on("x")]))
    assert registry.evaluate(state) == []
    registry.add(late := on("x", ChangedTo(1)), state)
    assert list(registry) == [*watchers, late]
    for value in (1, 2, 1):
        state.set("x", value)
        fired = [id(firing.watcher) for firing in registry.evaluate(state)]
        assert fired == [id(each) for each in watchers] + ([id(late)] if value == 1 else [])


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=12))
def test_w5_the_order_is_blocking_then_key_then_registration(watched: list[tuple[str, bool]]) -> None:
    state = State()
    watchers = [on(key, blocking=blocking) for key, blocking in watched]
    registry = registry_of(state, *watchers)
    first_seen = list(dict.fromkeys(key for key, _ in watched))
    for key in reversed(first_seen):
        state.set(key, 1)
    expected = sorted(
        range(len(watchers)), key=lambda n: (not watchers[n].blocking, first_seen.index(watchers[n].key), n)
    )
    assert [firing.watcher for firing in registry.evaluate(state)] == [watchers[n] for n in expected]


# W6


@pytest.mark.parametrize("disturb", ["flood", "drain"])
def test_w6_neither_a_full_journal_nor_a_drained_one_loses_a_change(disturb: str) -> None:
    state = State({"app:x": 1})
    registry = registry_of(state, on("app:x"))
    state.set("app:x", 2)
    if disturb == "drain":
        state.drain_mutations()
    else:
        for number in range(2000):
            state.set("temp:noise", number)
    assert seen(registry.evaluate(state)) == [("app:x", 1, 2)]


# W7


async def test_w7_what_an_action_writes_belongs_to_the_next_evaluation() -> None:
    async def write_y(old: Any, new: Any, state: State) -> None:
        state.set("y", new + 1)

    async def write_x(old: Any, new: Any, state: State) -> None:
        state.set("x", new + 1)

    state = State()
    registry = registry_of(state, on("x", blocking=True, action=write_y), on("y", blocking=True, action=write_x))
    state.set("x", 0)
    for expected in (["x"], ["y"], ["x"], ["y"]):
        firings = registry.evaluate(state)
        assert [firing.watcher.key for firing in firings] == expected
        await perform(firings, state)


async def test_w7_a_watcher_that_writes_its_own_key_fires_once_per_evaluation() -> None:
    async def count_up(old: Any, new: Any, state: State) -> None:
        state.set("x", new + 1)

    state = State()
    registry = registry_of(state, on("x", blocking=True, action=count_up))
    state.set("x", 0)
    for expected in (None, 0), (0, 1), (1, 2):
        firings = registry.evaluate(state)
        assert seen(firings) == [("x", *expected)]
        await perform(firings, state)


# W8


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans(), st.booleans()), max_size=8))
def test_w8_a_predicate_that_raises_changes_nothing_for_the_others(watched: list[tuple[str, bool, bool]]) -> None:
    def explode(old: Any, new: Any) -> bool:
        raise ZeroDivisionError

    state, errors = State(), Errors()
    watchers = [on(key, Custom(explode) if bad else None, blocking=blocking) for key, blocking, bad in watched]
    healthy = [watcher for watcher in watchers if not isinstance(watcher.predicate, Custom)]
    mixed, clean = registry_of(state, *watchers, errors=errors), registry_of(state, *healthy)
    # One key at a time: a raising watcher still decides which key comes first.
    state.set("a", 1)
    mixed_a, clean_a = mixed.evaluate(state), clean.evaluate(state)
    state.set("b", 1)
    mixed_b, clean_b = mixed.evaluate(state), clean.evaluate(state)
    assert (mixed_a, mixed_b) == (clean_a, clean_b)
    assert len(errors) == len(watchers) - len(healthy)


def test_w8_the_report_names_key_and_predicate() -> None:
    state, errors = State(), Errors()
    registry = registry_of(state, on("app:x", Custom(lambda old, new: new["missing"])), errors=errors)
    state.set("app:x", {})
    assert registry.evaluate(state) == []
    ((where, error),) = errors
    assert where == "watch('app:x') predicate Custom"
    assert isinstance(error, KeyError)
    assert registry.evaluate(state) == []
    assert len(errors) == 1, "the baseline moved on all the same"


async def test_w8_an_action_that_raises_leaves_the_other_firings_as_they_are() -> None:
    async def explode(old: Any, new: Any, state: State) -> None:
        new.append("spoiled")
        raise ZeroDivisionError

    heard: list[Any] = []

    async def listen(old: Any, new: Any, state: State) -> None:
        heard.append(new)

    state = State()
    registry = registry_of(state, on("x", action=explode), on("x", action=listen))
    state.set("x", [1])
    broken, sound = registry.evaluate(state)
    with pytest.raises(ZeroDivisionError):
        await broken.act(state)
    await sound.act(state)
    assert heard == [[1]]
    assert registry.evaluate(state) == [], "the spoiled copy was not the baseline"


# The registry as a whole


def test_a_watcher_that_cannot_work_is_refused_and_not_added() -> None:
    registry = registry_of(State())
    with pytest.raises(ConfigError, match="finite number"):
        registry.add(on("app:x", CrossedAbove(float("nan"))), State())
    assert registry.is_empty
    assert len(registry) == 0


def test_describes_itself_in_the_order_of_asking() -> None:
    state = State()
    registry = registry_of(state, on("a"), on("b", ChangedTo("x"), blocking=True), on("a", CrossedAbove(0.9)))
    assert registry.describe() == [
        {"key": "a", "predicate": "Changed", "blocking": False},
        {"key": "a", "predicate": "CrossedAbove(0.9)", "blocking": False},
        {"key": "b", "predicate": 'ChangedTo("x")', "blocking": True},
    ]
    assert len(registry) == 3
    assert not registry.is_empty
