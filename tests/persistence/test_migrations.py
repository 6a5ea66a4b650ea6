from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.persistence.snapshots import FULL
from trio_live._typing import JsonObject
from trio_live.errors import SnapshotUnreadable
from trio_live.persistence import SNAPSHOT_VERSION, SessionSnapshot
from trio_live.persistence._migrations import MIGRATIONS, migrated


def renames(before: JsonObject) -> JsonObject:
    return {("turns" if name == "count" else name): each for name, each in before.items()}


def splits(before: JsonObject) -> JsonObject:
    first, second = before["name"].split(" ")
    return {"first": first, "second": second, "turns": before["turns"]}


STEPS = {1: renames, 2: splits}
OLD = {"version": 1, "count": 7, "name": "Maria Lopez"}


def test_a_step_after_the_other_leads_to_the_newest_form() -> None:
    new = {"version": 3, "first": "Maria", "second": "Lopez", "turns": 7}
    assert migrated(OLD, STEPS, 3) == new
    assert migrated({"version": 2, "turns": 7, "name": "Maria Lopez"}, STEPS, 3) == new
    assert migrated(new, STEPS, 3) is new
    assert OLD["version"] == 1, "what was read is left alone"


@pytest.mark.parametrize("version", [0, -1, 4, 10**9])
def test_a_version_from_which_nothing_leads_is_refused_and_not_guessed_at(version: int) -> None:
    with pytest.raises(SnapshotUnreadable, match=f"version {version}, and this library reads version 1, 2, 3 only"):
        migrated({**OLD, "version": version}, STEPS, 3)


def test_a_gap_in_the_steps_is_no_way() -> None:
    with pytest.raises(SnapshotUnreadable, match="reads version 2, 3 only"):
        migrated(OLD, {2: splits}, 3)


@pytest.mark.parametrize("damage", [{"name": "Maria"}, {"name": 7}, {}])
def test_a_step_that_cannot_make_sense_of_it_refuses(damage: dict[str, Any]) -> None:
    found = {"version": 2, "turns": 7, **damage}
    with pytest.raises(SnapshotUnreadable, match="it says version 2, and cannot be one"):
        migrated(found, STEPS, 3)


@given(st.sampled_from([None, 7, [], {}, {"version": "1"}, {"version": True}, {"version": 1.0}, "x"]))
def test_what_has_no_version_is_left_to_others(found: Any) -> None:
    assert migrated(found, STEPS, 3) is found


def test_steps_lead_without_a_gap_to_the_version_that_is_written() -> None:
    """Whoever raises the version is reminded here of the step that is missing."""
    assert sorted(MIGRATIONS) == [*range(min(MIGRATIONS, default=SNAPSHOT_VERSION), SNAPSHOT_VERSION)]
    assert SNAPSHOT_VERSION == 1 or MIGRATIONS


def test_a_snapshot_of_the_present_version_needs_none() -> None:
    found = json.loads(FULL.to_json())
    assert migrated(found) is found
    assert SessionSnapshot.from_json(FULL.to_json()) == FULL
