from __future__ import annotations

import pytest

from trio_live.state import ABSENT, JournalGap, Mutation, MutationOrigin
from trio_live.state._journal import CAPACITY, Journal


def journal_of(count: int) -> Journal:
    journal = Journal()
    for number in range(count):
        journal.append(("k", number, number + 1), MutationOrigin.SET, None, delta=False)
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
    journal.append(("k", 3, 4), MutationOrigin.SET, None, delta=False)
    assert sequences(journal.since(3)) == [4]


def test_newest_finds_the_last_record_of_a_key() -> None:
    journal = journal_of(2)
    journal.append(("other", ABSENT, 1), MutationOrigin.SET, None, delta=False)
    newest = journal.newest("k")
    assert newest is not None
    assert newest.sequence == 2
    assert journal.newest("unknown") is None


def test_origins_are_spelled_in_snake_case() -> None:
    assert [str(origin) for origin in MutationOrigin] == ["set", "set_committed", "remove", "clear_prefix", "commit"]


@pytest.mark.parametrize(
    "mutation",
    [
        Mutation(1, "k", ABSENT, None, MutationOrigin.SET, 1.5, delta=False),
        Mutation(2, "k", {"a": [1]}, ABSENT, MutationOrigin.COMMIT, None, delta=True),
    ],
)
def test_a_mutation_survives_its_json_spelling(mutation: Mutation) -> None:
    assert Mutation.from_json(mutation.to_json()) == mutation


def test_the_json_spelling_tells_absent_from_null() -> None:
    mutation = Mutation(1, "k", ABSENT, None, MutationOrigin.SET_COMMITTED, 12.3456, delta=False)
    assert mutation.to_json() == {
        "sequence": 1,
        "key": "k",
        "new": None,
        "origin": "set_committed",
        "timestamp_ms": 12346,
        "delta": False,
    }
