from __future__ import annotations

import pytest

from trio_live._typing import Json
from trio_live.errors import StateError
from trio_live.state import ABSENT, Mutation, MutationOrigin
from trio_live.state._conversion import Absent
from trio_live.state._entries import Entries
from trio_live.state._journal import Journal

SET, REMOVE = MutationOrigin.SET, MutationOrigin.REMOVE


def entries_of(**committed: Json) -> Entries:
    return Entries(dict(committed), Journal())


def told(entries: Entries) -> list[tuple[str, Json | Absent, Json | Absent, bool]]:
    def row(mutation: Mutation) -> tuple[str, Json | Absent, Json | Absent, bool]:
        return mutation.key, mutation.old, mutation.new, mutation.delta

    return [row(mutation) for mutation in entries.journal.recent()]


def test_a_pending_put_wins_over_the_committed_value() -> None:
    entries = entries_of(a=1)
    view = entries.view()
    assert view.put("a", 2, SET) == 1
    assert (view.read("a"), entries.read("a"), view.committed()) == (2, 1, {"a": 1})
    assert told(view) == [("a", 1, 2, True)]


def test_a_removal_hides_the_exact_key_only_and_the_computed_value_shows_through() -> None:
    view = Entries({"risk": 1, "derived:risk": 2}, Journal()).view()
    view.put("risk", ABSENT, REMOVE)
    assert view.exact("risk") is ABSENT
    assert view.read("risk") == 2
    view.put("derived:risk", ABSENT, REMOVE)
    assert view.read("risk") is ABSENT


def test_a_key_with_a_colon_never_falls_back() -> None:
    entries = Entries({"derived:app:risk": 1, "derived:risk": 2}, Journal())
    assert entries.read("app:risk") is ABSENT
    assert entries.read("risk") == 2


def test_keys_are_the_committed_minus_the_removed_plus_the_pending() -> None:
    view = entries_of(a=1, b=2, d=3).view()
    view.put("b", ABSENT, REMOVE)
    view.put("c", 3, SET)
    view.put("a", 4, SET)
    view.put("d", ABSENT, REMOVE)
    assert view.keys() == ["a", "c"]


def test_a_commit_tells_every_change_and_leaves_nothing_pending() -> None:
    entries = entries_of(a=1, gone=0)
    view = entries.view()
    view.put("a", ABSENT, REMOVE)
    view.put("b", 2, SET)
    view.put("gone", ABSENT, REMOVE)
    entries.put("gone", ABSENT, REMOVE)  # another was first: the commit has nothing left to remove
    entries.journal.drain()
    view.commit()
    assert told(entries) == [("a", 1, ABSENT, False), ("b", ABSENT, 2, False)]
    assert (entries.committed(), view.pending()) == ({"b": 2}, {})
    view.commit()
    assert len(told(entries)) == 2


def test_without_a_view_writes_are_immediate() -> None:
    entries = entries_of()
    entries.put("a", 1, SET)
    assert (entries.committed(), entries.is_view, entries.pending()) == ({"a": 1}, False, {})
    assert entries.put("a", ABSENT, REMOVE) == 1
    assert entries.committed() == {}
    entries.commit()
    assert len(told(entries)) == 2


def test_removing_nothing_is_no_change() -> None:
    entries = entries_of()
    assert entries.put("a", ABSENT, REMOVE) is ABSENT
    assert told(entries) == []


def test_altering_takes_the_exact_value_and_changes_nothing_when_the_function_raises() -> None:
    entries = Entries({"derived:n": 5}, Journal())
    assert entries.alter("n", lambda value: 1 if value is ABSENT else 2) == 1
    assert entries.alter("n", lambda value: 1 if value is ABSENT else 2) == 2

    def broken(_: Json | Absent) -> Json:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        entries.alter("n", broken)
    assert entries.exact("n") == 2
    entries.put("n", 3, SET)


def test_a_function_that_alters_may_not_write() -> None:
    entries = entries_of()

    def writes(_: Json | Absent) -> Json:
        entries.put("other", 1, SET)
        return 1

    with pytest.raises(StateError) as caught:
        entries.alter("n", writes)
    assert caught.value.kind == "reentrant"
    assert entries.committed() == {}


def test_a_rename_moves_a_value_and_says_whether_there_was_one() -> None:
    entries = entries_of(a=1)
    assert (entries.rename("a", "b"), entries.rename("a", "c"), entries.rename("b", "b")) == (True, False, True)
    assert entries.committed() == {"b": 1}
    assert told(entries) == [("a", 1, ABSENT, False), ("b", ABSENT, 1, False)]
