from __future__ import annotations

import logging

import pytest

from trio_live.errors import StateError
from trio_live.state import ABSENT, REDACTED, JournalGap, MemoryJournalSink, Mutation, MutationOrigin, State
from trio_live.state._entries import Entries
from trio_live.state._internal import UNJOURNALED_KEYS
from trio_live.state._journal import CAPACITY, MOST_BYTES, Journal


def journal_of(count: int) -> Journal:
    journal = Journal()
    for number in range(count):
        journal.append("k", number, number + 1, MutationOrigin.SET, None, delta=False)
    return journal


def sequences(mutations: list[Mutation]) -> list[int]:
    return [mutation.sequence for mutation in mutations]


def test_the_ring_keeps_the_newest_1024() -> None:
    journal = journal_of(CAPACITY + 10)
    assert CAPACITY == 1024
    assert sequences(journal.recent()) == list(range(11, CAPACITY + 11))


@pytest.mark.parametrize(
    ("cursor", "first"), [(-5, 11), (0, 11), (10, 11), (11, 12), (1033, 1034), (1034, None), (2000, None)]
)
def test_since_gives_what_is_left_after_the_cursor(cursor: int, first: int | None) -> None:
    found = sequences(journal_of(CAPACITY + 10).since(cursor))
    assert found == ([] if first is None else list(range(first, CAPACITY + 11)))


def test_a_gap_is_reported_exactly_when_something_after_the_cursor_is_gone() -> None:
    journal = journal_of(CAPACITY + 10)
    assert journal.gap_since(9) == JournalGap(cursor=9, dropped=1, oldest_sequence=11)
    assert journal.gap_since(-3) == JournalGap(cursor=-3, dropped=10, oldest_sequence=11)
    assert journal.gap_since(10) is None
    assert Journal().gap_since(0) is None


def test_draining_leaves_a_gap_for_everybody_else() -> None:
    journal = journal_of(3)
    assert sequences(journal.drain()) == [1, 2, 3]
    assert journal.recent() == []
    assert journal.gap_since(1) == JournalGap(cursor=1, dropped=2, oldest_sequence=4)
    journal.append("k", 3, 4, MutationOrigin.SET, None, delta=False)
    assert sequences(journal.since(3)) == [4]


def test_newest_finds_the_last_record_of_a_key() -> None:
    journal = journal_of(2)
    journal.append("other", ABSENT, 1, MutationOrigin.SET, None, delta=False)
    newest = journal.newest("k")
    assert newest is not None
    assert newest.sequence == 2
    assert journal.newest("unknown") is None


class BrokenSink:
    def record(self, mutation: Mutation) -> None:
        raise OSError("disk full")

    def flush(self) -> None:
        raise OSError("disk full")


class WritingSink:
    def __init__(self) -> None:
        self.state = State()

    def record(self, mutation: Mutation) -> None:
        self.state.set("from_sink", self.state.get(mutation.key))

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("key", sorted(UNJOURNALED_KEYS))
def test_the_timing_keys_are_stored_but_not_journaled(key: str) -> None:
    sink = MemoryJournalSink()
    state = State(sinks=[sink])
    state.set(key, 100)
    state.set_committed(key, 200)
    with state.transaction() as view:
        view.set(key, 300)
    assert state.get(key) == 300
    state.clear_prefix("session:")
    assert not state.contains(key)
    assert (state.mutation_cursor(), state.recent_mutations(), len(sink)) == (0, [], 0)


def test_every_write_of_one_operation_carries_the_same_stamp() -> None:
    ticks = iter([10.0, 20.0, 30.0])
    state = State(clock=lambda: next(ticks))
    with state.transaction() as view:
        view.set("a", 1)
        view.set("b", 2)
    assert [mutation.timestamp for mutation in state.recent_mutations()] == [10.0, 20.0, 30.0, 30.0]


def test_without_a_clock_there_is_no_stamp_until_one_is_given() -> None:
    state = State()
    state.set("a", 1)
    state.clock = lambda: 5.0
    assert state.clock() == 5.0
    state.set("a", 2)
    assert [mutation.timestamp for mutation in state.recent_mutations()] == [None, 5.0]


def test_a_raising_clock_stops_the_write_before_anything_changed() -> None:
    def broken() -> float:
        raise RuntimeError("no time")

    state = State({"a": 1})
    view = state.with_delta_tracking()
    view.set("a", 2)
    view.set("b", 2)
    state.clock = broken
    with pytest.raises(RuntimeError, match="no time"):
        view.commit()
    assert (state.to_dict(), view.has_delta()) == ({"a": 1}, True)


def test_a_failing_sink_disturbs_neither_the_write_nor_its_neighbour(caplog: pytest.LogCaptureFixture) -> None:
    memory = MemoryJournalSink()
    state = State(sinks=[BrokenSink(), memory])
    with caplog.at_level(logging.ERROR):
        state.set("a", 1)
        state.set("a", 2)
        state.flush_sinks()
    assert (state["a"], len(memory), state.sink_errors) == (2, 2, 3)
    assert len(caplog.records) == 1


def test_a_sink_may_read_the_state_and_not_write_to_it() -> None:
    sink = WritingSink()
    sink.state.add_sink(sink)
    sink.state.set("a", 1)
    assert sink.state.to_dict() == {"a": 1}
    assert sink.state.sink_errors == 1


def test_a_sink_sees_the_state_as_it_is_after_the_whole_commit() -> None:
    seen: list[object] = []

    class Looking:
        def record(self, mutation: Mutation) -> None:
            seen.append(state.to_dict())

        def flush(self) -> None:
            pass

    state = State()
    view = state.with_delta_tracking()
    view.set("a", 1)
    view.set("b", 2)
    state.add_sink(Looking())
    view.commit()
    assert seen == [{"a": 1, "b": 2}] * 2


def test_a_sink_that_drains_the_journal_takes_nothing_from_the_next_sink() -> None:
    class Draining:
        def record(self, mutation: Mutation) -> None:
            state.drain_mutations()

        def flush(self) -> None:
            pass

    memory = MemoryJournalSink()
    state = State(sinks=[Draining(), memory])
    state.set("a", 1)
    assert [mutation.key for mutation in memory.mutations()] == ["a"]
    assert state.sink_errors == 0


def test_redacted_keys_are_masked_in_sinks_and_snapshots_and_nowhere_else() -> None:
    sink = MemoryJournalSink()
    state = State(sinks=[sink], redact_keys=["user:card"])
    state.set("user:card", "4111")
    state.set("user:name", "Ada")
    state.remove("user:card")
    assert [(mutation.old, mutation.new) for mutation in sink.mutations()] == [
        (ABSENT, REDACTED),
        (ABSENT, "Ada"),
        (REDACTED, ABSENT),
    ]
    state.redact_keys |= {"user:name"}
    assert state.to_dict(redacted=True) == {"user:name": REDACTED}
    assert state.to_dict() == {"user:name": "Ada"}
    assert state.redacted("user:card", "4111") == REDACTED
    assert state.redacted("user:age", 36) == 36
    assert state.recent_mutations()[0].new == "4111"


def test_a_mask_is_not_restored_over_the_value() -> None:
    state = State({"user:card": "4111"}, redact_keys=["user:card"])
    state.from_dict({"user:card": REDACTED, "user:name": REDACTED})
    assert state.to_dict() == {"user:card": "4111", "user:name": REDACTED}


def test_running_alone_nests() -> None:
    journal = Journal()
    entries = Entries({}, journal)

    def inner(_: object) -> None:
        journal.run_alone("the inner one", lambda _: None, None)
        entries.put("k", 1, MutationOrigin.SET)

    with pytest.raises(StateError, match="from inside the outer one") as caught:
        journal.run_alone("the outer one", inner, None)
    assert caught.value.kind == "reentrant"
    assert entries.put("k", 1, MutationOrigin.SET) is ABSENT


def test_a_large_key_that_is_written_again_and_again_is_not_kept_a_thousand_times() -> None:
    state = State()
    for number in range(1100):
        state.set("app:document", [number, "x" * 500_000])
    kept = state._journal.recent()
    assert 1 <= len(kept) <= MOST_BYTES // 500_000
    assert kept[-1].new == [1099, "x" * 500_000]
    assert state._journal.gap_since(0) is not None
    state.set("app:document", "x" * (2 * MOST_BYTES))
    assert len(state._journal.recent()) == 1, "the newest is remembered whatever its size"
