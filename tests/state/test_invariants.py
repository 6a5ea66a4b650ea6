"""The laws of State, by number. The machine at the end checks those that speak of sequences of operations."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from trio_live.errors import StateError
from trio_live.state import ABSENT, SCOPES, JournalGap, MemoryJournalSink, State
from trio_live.state._internal import json_equal

KEYS = (
    "risk",
    "derived:risk",
    "plain",
    "derived:plain",
    "app:a",
    "app:b",
    "derived:app:a",
    "turn:a",
    "turn:",
    "turned",
)
PREFIXES = ("", "turn", "turn:", "app:", "derived:", "r", "nothing")
SCALARS = st.sampled_from([None, True, False, 0, 1, 1.0, "1", ""]) | st.text("a1:é", max_size=3)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("a1:é", max_size=2), inner, max_size=2),
    max_leaves=4,
)
ENTRIES = st.dictionaries(st.sampled_from(KEYS), VALUES)
ANY_KEY = st.sampled_from(KEYS)


def spelled(value: Any) -> str:
    """An oracle for strict equality that shares nothing with the code under test."""
    return "ABSENT" if value is ABSENT else json.dumps(value, sort_keys=True)


def look(handle: State) -> dict[str, str]:
    return {key: spelled(handle.get_raw(key, ABSENT)) for key in KEYS}


def entries_of(mapping: dict[str, Any]) -> dict[str, str]:
    return {key: spelled(value) for key, value in mapping.items()}


@given(ENTRIES)
def test_s1_reading_changes_nothing(entries: dict[str, Any]) -> None:
    state = State(entries)
    view = state.with_delta_tracking()
    view.set("app:a", 1)
    before = (state.to_dict(), view.delta(), state.recent_mutations(), state.mutation_cursor())
    for handle in (state, view):
        for key in KEYS:
            handle.get(key, type=int)
            handle.get_raw(key)
            handle.contains(key)
            handle.is_known(key)
            handle.evidence(key)
            handle.with_(key, spelled)
        handle.keys()
        handle.diff_values(handle.snapshot_values(KEYS), KEYS)
        handle.pick(KEYS)
        handle.try_mutations_since(0)
    assert (state.to_dict(), view.delta(), state.recent_mutations(), state.mutation_cursor()) == before


@given(value=VALUES, in_view=st.booleans())
def test_s2_what_was_set_is_read_and_belongs_to_the_store(value: Any, *, in_view: bool) -> None:
    state = State().with_delta_tracking() if in_view else State()
    original = copy.deepcopy(value)
    state.set("k", value)
    for held in (value, state.get_raw("k"), state.get("k")):
        if isinstance(held, list):
            held.append("changed")
        if isinstance(held, dict):
            held["changed"] = True
    assert json_equal(state.get_raw("k"), original)


@given(ENTRIES, st.sampled_from([key for key in KEYS if not key.startswith("derived:")]))
def test_s3_a_bare_key_falls_back_to_its_computed_value_and_others_do_not(entries: dict[str, Any], key: str) -> None:
    entries.pop(key, None)
    state = State(entries)
    fallen = state.get_raw(key, ABSENT)
    if ":" in key:
        assert fallen is ABSENT
    else:
        assert json_equal(fallen, state.get_raw("derived:" + key, ABSENT))


def test_s4_contains_means_not_absent() -> None:
    state = State({"risk": None, "derived:plain": 1, "app:a": 0})
    view = state.with_delta_tracking()
    view.remove("risk")
    view.set("turn:a", None)
    for handle in (state, view):
        for key in KEYS:
            assert handle.contains(key) is (key in handle) is (handle.get_raw(key, ABSENT) is not ABSENT)


def test_s5_a_view_leaves_the_committed_store_alone_until_commit() -> None:
    state = State({"risk": 1, "turn:a": 2, "app:a": [3]})
    before = json.dumps(state.to_dict())
    view = state.with_delta_tracking()
    view.set("risk", 9)
    view.remove("app:a")
    view.clear_prefix("turn:")
    view.rename("risk", "plain")
    view.merge(State({"app:b": 1}))
    view.modify("plain", 0, lambda old: old + 1)
    assert json.dumps(state.to_dict()) == before


def test_s6_after_rollback_a_view_reads_what_is_committed() -> None:
    state = State({"risk": 1, "turn:a": 2, "derived:plain": 3})
    view = state.with_delta_tracking()
    view.set("plain", 9)
    view.remove("risk")
    view.clear_prefix("")
    view.rollback()
    assert look(view) == look(state)
    assert view.keys() == state.keys()


def test_s7_a_view_reads_before_the_commit_what_the_store_reads_after_it() -> None:
    state = State({"risk": 1, "derived:risk": 2, "derived:plain": 3})
    view = state.with_delta_tracking()
    view.remove("risk")
    view.set("plain", 4)
    view.remove("plain")
    before = look(view)
    assert (before["risk"], before["plain"]) == ("2", "3")
    view.commit()
    assert look(state) == before


def test_s8_a_second_commit_does_nothing() -> None:
    state = State({"risk": 1})
    view = state.with_delta_tracking()
    view.set("risk", 2)
    view.commit()
    before = (state.to_dict(), state.mutation_cursor())
    state.set_committed("risk", 3)
    view.commit()
    assert (before, state["risk"], state.mutation_cursor()) == (({"risk": 2}, 2), 3, 3)


def test_s9_the_ring_is_the_suffix_of_all_records_and_numbers_never_repeat() -> None:
    sink = MemoryJournalSink()
    state = State(sinks=[sink])
    handles = [state, state.with_delta_tracking(), state.with_delta_tracking()]
    for number in range(1500):
        handles[number % 3].set("k", number)
    everything = sink.mutations()
    assert [mutation.sequence for mutation in everything] == list(range(1, 1501))
    assert state.recent_mutations() == everything[-1024:]
    assert all(handle.mutation_cursor() == 1500 for handle in handles)


def test_s10_replaying_the_committed_records_gives_the_committed_store() -> None:
    initial = {"risk": 1, "turn:a": 1}
    state = State(initial)
    view = state.with_delta_tracking()
    view.set("never", 1)
    view.rollback()
    view.remove("risk")
    view.set("plain", None)
    view.commit()
    state.rename("plain", "app:a")
    state.clear_prefix("turn:")
    assert entries_of(replayed(initial, state)) == entries_of(state.to_dict())


def replayed(initial: dict[str, Any], state: State) -> dict[str, Any]:
    rebuilt = dict(initial)
    for mutation in state.recent_mutations():
        if mutation.delta:
            continue
        assert spelled(rebuilt.get(mutation.key, ABSENT)) == spelled(mutation.old)
        if mutation.new is ABSENT:
            del rebuilt[mutation.key]
        else:
            rebuilt[mutation.key] = mutation.new
    return rebuilt


@given(st.integers(0, 1200), st.integers(0, 1200))
def test_s11_nothing_follows_the_cursor_and_a_gap_is_never_silent(writes: int, cursor: int) -> None:
    state = State()
    for number in range(writes):
        state.set("k", number)
    assert state.mutations_since(state.mutation_cursor()) == []
    wanted = max(0, writes - cursor)
    match state.try_mutations_since(cursor):
        case JournalGap(dropped=dropped):
            assert dropped > 0
            assert dropped + len(state.mutations_since(cursor)) == wanted
        case mutations:
            assert [mutation.sequence for mutation in mutations] == list(range(cursor + 1, writes + 1))


@given(entries=ENTRIES, prefix=st.sampled_from(PREFIXES), in_view=st.booleans())
def test_s12_clearing_a_prefix_leaves_exactly_the_other_keys(
    entries: dict[str, Any], prefix: str, *, in_view: bool
) -> None:
    state = State(entries)
    handle = state.with_delta_tracking() if in_view else state
    if in_view:
        handle.set("turn:new", 1)
    kept = [key for key in handle.keys() if not key.startswith(prefix)]  # noqa: SIM118 - the method is what is tested
    handle.clear_prefix(prefix)
    assert handle.keys() == kept


async def test_s13_concurrent_modifications_all_count() -> None:
    state = State()

    async def count() -> None:
        await trio.lowlevel.checkpoint()
        state.modify("k", 0, lambda old: old + 1)
        await trio.lowlevel.checkpoint()

    async with trio.open_nursery() as nursery:
        for _ in range(100):
            nursery.start_soon(count)
    assert state["k"] == 100


def _raise(_: Any) -> Any:
    raise ZeroDivisionError


FAILING: dict[str, Callable[[State], object]] = {
    "set": lambda state: state.set("risk", float("nan")),
    "setitem": lambda state: state.__setitem__("risk", [1, {2}]),
    "set_committed": lambda state: state.set_committed("risk", object()),
    "from_dict": lambda state: state.from_dict({"plain": 1, "risk": object()}),
    "modify raises": lambda state: state.modify("risk", 0, _raise),
    "modify gives no JSON": lambda state: state.modify("risk", 0, lambda _: object()),
    "modify has no JSON default": lambda state: state.modify("risk", object(), lambda old: old),
    "modify writes": lambda state: state.modify("risk", 0, lambda _: state.set("plain", 1)),
    "del": lambda state: state.__delitem__("absent"),
}


@pytest.mark.parametrize("write", FAILING.values(), ids=FAILING)
@pytest.mark.parametrize("in_view", [False, True])
def test_s14_a_failed_write_changes_nothing_and_journals_nothing(
    write: Callable[[State], object], *, in_view: bool
) -> None:
    state = State({"risk": 1})
    handle = state.with_delta_tracking() if in_view else state
    with pytest.raises((StateError, ZeroDivisionError, KeyError)):
        write(handle)
    assert (state.to_dict(), handle.delta(), state.mutation_cursor()) == ({"risk": 1}, {}, 0)


@given(ENTRIES, ENTRIES)
def test_s15_the_scopes_and_the_keys_without_one_make_up_all_keys(
    committed: dict[str, Any], more: dict[str, Any]
) -> None:
    view = State(committed).with_delta_tracking()
    view.merge(State(more))
    scoped = [rule.prefix + name for scope, rule in SCOPES.items() for name in getattr(view, scope)]
    rest = [key for key in view if not key.startswith(tuple(rule.prefix for rule in SCOPES.values()))]
    assert sorted(scoped + rest) == sorted(view.keys())


@given(ENTRIES, st.lists(ANY_KEY))
def test_s16_evidence_agrees_with_contains_and_with_the_ring(entries: dict[str, Any], written: list[str]) -> None:
    state = State(entries)
    for key in written:
        state.set(key, 1)
    for key in KEYS:
        evidence = state.evidence(key)
        assert evidence.present is state.contains(key)
        numbers = [mutation.sequence for mutation in state.recent_mutations() if mutation.key == key]
        assert evidence.last_sequence == max(numbers, default=None)


class StateMachine(RuleBasedStateMachine):
    """Three handles of one family (the store and two views) against a model made of dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.sink = MemoryJournalSink()

    @initialize(entries=ENTRIES)
    def start(self, entries: dict[str, Any]) -> None:
        self.initial = copy.deepcopy(entries)
        self.committed = dict(self.initial)
        self.state = State(entries, sinks=[self.sink])
        self.handles = [self.state, self.state.with_delta_tracking(), self.state.with_delta_tracking()]
        self.pending: list[dict[str, Any]] = [self.committed, {}, {}]

    def exact(self, who: int, key: str) -> Any:
        if who and key in self.pending[who]:
            return self.pending[who][key]
        return self.committed.get(key, ABSENT)

    def read(self, who: int, key: str) -> Any:
        value = self.exact(who, key)
        return self.exact(who, "derived:" + key) if value is ABSENT and ":" not in key else value

    def visible(self, who: int) -> list[str]:
        return [key for key in {**self.committed, **self.pending[who]} if self.exact(who, key) is not ABSENT]

    def put(self, who: int, key: str, value: Any) -> None:
        if value is ABSENT and not who:
            self.committed.pop(key, None)
        elif value is not ABSENT or self.exact(who, key) is not ABSENT:
            self.pending[who][key] = value

    who = st.integers(0, 2)

    @rule(who=who, key=ANY_KEY, value=VALUES)
    def set(self, who: int, key: str, value: Any) -> None:
        self.handles[who].set(key, value)
        self.put(who, key, value)

    @rule(who=who, key=ANY_KEY, value=VALUES)
    def set_committed(self, who: int, key: str, value: Any) -> None:
        self.handles[who].set_committed(key, value)
        self.put(0, key, value)

    @rule(who=who, entries=ENTRIES)
    def from_dict(self, who: int, entries: dict[str, Any]) -> None:
        self.handles[who].from_dict(entries)
        self.committed.update(entries)

    @rule(who=who, key=ANY_KEY)
    def count(self, who: int, key: str) -> None:
        old = self.exact(who, key)
        new = old + 1 if type(old) is int else 1
        assert self.handles[who].modify(key, 0, lambda value: value + 1) == new
        self.put(who, key, new)

    @rule(who=who, key=ANY_KEY)
    def remove(self, who: int, key: str) -> None:
        old = self.exact(who, key)
        cursor = self.state.mutation_cursor()
        assert spelled(self.handles[who].remove(key)) == spelled(None if old is ABSENT else old)
        assert self.state.mutation_cursor() == cursor + (old is not ABSENT)
        self.put(who, key, ABSENT)

    @rule(who=who, prefix=st.sampled_from(PREFIXES))
    def clear_prefix(self, who: int, prefix: str) -> None:
        self.handles[who].clear_prefix(prefix)
        for key in self.visible(who):
            if key.startswith(prefix):
                self.put(who, key, ABSENT)

    @rule(who=who, old_key=ANY_KEY, new_key=ANY_KEY)
    def rename(self, who: int, old_key: str, new_key: str) -> None:
        value = self.exact(who, old_key)
        assert self.handles[who].rename(old_key, new_key) is (value is not ABSENT)
        if value is not ABSENT and old_key != new_key:
            self.put(who, old_key, ABSENT)
            self.put(who, new_key, value)

    @rule(who=who, entries=ENTRIES)
    def merge(self, who: int, entries: dict[str, Any]) -> None:
        self.handles[who].merge(State(entries))
        for key, value in entries.items():
            self.put(who, key, value)

    @rule(who=who, other=who)
    def merge_a_relative(self, who: int, other: int) -> None:
        self.handles[who].merge(self.handles[other])
        for key, value in list(self.committed.items()):
            self.put(who, key, value)

    @rule(who=who, write=st.sampled_from(sorted(FAILING)))
    def fail(self, who: int, write: str) -> None:
        cursor = self.state.mutation_cursor()
        with pytest.raises((StateError, ZeroDivisionError, KeyError)):
            FAILING[write](self.handles[who])
        assert self.state.mutation_cursor() == cursor

    @rule(who=st.integers(1, 2))
    def commit(self, who: int) -> None:
        handle, before = self.handles[who], look(self.handles[who])
        handle.commit()
        assert look(self.state) == look(handle) == before
        cursor = self.state.mutation_cursor()
        handle.commit()
        assert self.state.mutation_cursor() == cursor
        for key, value in self.pending[who].items():
            self.put(0, key, value)
        self.pending[who].clear()

    @rule(who=st.integers(1, 2))
    def rollback(self, who: int) -> None:
        self.handles[who].rollback()
        assert look(self.handles[who]) == look(self.state)
        self.pending[who].clear()

    @precondition(lambda self: hasattr(self, "state"))
    @invariant()
    def every_handle_reads_as_the_model_does(self) -> None:
        for who, handle in enumerate(self.handles):
            for key in KEYS:
                expected = self.read(who, key)
                assert spelled(handle.get_raw(key, ABSENT)) == spelled(expected)
                assert handle.contains(key) is (expected is not ABSENT)
                assert handle.is_known(key) is (expected is not ABSENT and expected is not None)
            assert sorted(handle.keys()) == sorted(self.visible(who))

    @precondition(lambda self: hasattr(self, "state"))
    @invariant()
    def only_what_was_committed_is_committed(self) -> None:
        assert entries_of(self.state.to_dict()) == entries_of(self.committed)
        for handle, pending in zip(self.handles[1:], self.pending[1:], strict=True):
            assert entries_of(handle.delta()) == entries_of({k: v for k, v in pending.items() if v is not ABSENT})
            assert handle.has_delta() is bool(pending)

    @precondition(lambda self: hasattr(self, "state"))
    @invariant()
    def the_journal_tells_the_whole_story(self) -> None:
        assert [mutation.sequence for mutation in self.sink.mutations()] == list(range(1, len(self.sink) + 1))
        assert self.state.recent_mutations() == self.sink.mutations()[-1024:]
        if len(self.sink) <= 1024:
            assert entries_of(replayed(self.initial, self.state)) == entries_of(self.committed)


TestStateMachine = StateMachine.TestCase
