from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.persistence.snapshots import FULL
from trio_live.errors import SnapshotUnreadable
from trio_live.persistence import SNAPSHOT_VERSION, SessionSnapshot
from trio_live.persistence._snapshot import instant, stamp
from trio_live.testing.strategies import json_values


def test_a_snapshot_comes_back_from_its_json() -> None:
    assert SessionSnapshot.from_json(FULL.to_json()) == FULL


@given(st.dictionaries(st.text(max_size=5), json_values(), max_size=4))
def test_any_state_comes_back(state: dict[str, Any]) -> None:
    kept = SessionSnapshot(saved_at=FULL.saved_at, state=state)
    assert repr(SessionSnapshot.from_json(kept.to_json().encode()).state) == repr(state)


def test_each_field_stands_on_a_line_of_its_own() -> None:
    lines = FULL.to_json().splitlines()
    assert lines[1] == f'"version": {SNAPSHOT_VERSION},'
    assert lines[-2].startswith('"state": {"app:name":"Ünal"')


@given(st.integers(0, 400))
def test_a_snapshot_that_was_cut_off_is_refused(length: int) -> None:
    with pytest.raises(SnapshotUnreadable, match="no snapshot"):
        SessionSnapshot.from_json(FULL.to_json()[:length])


@pytest.mark.parametrize(
    "changes",
    [
        {"saved_at": "yesterday"},
        {"saved_at": "2026-01-02T03:04:05"},
        {"saved_at": None},
        {"turn_count": "7"},
        {"state": []},
        {"transcript": [{"user": "no number"}]},
        {"resume_handle_at": "x"},
        {"version": "1"},
    ],
)
def test_a_field_of_another_kind_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SnapshotUnreadable, match="no snapshot"):
        SessionSnapshot.from_json(json.dumps({**json.loads(FULL.to_json()), **changes}))


@pytest.mark.parametrize("version", [0, 2, -1])
def test_another_version_is_refused_and_not_guessed_at(version: int) -> None:
    with pytest.raises(SnapshotUnreadable, match=f"version {version}, and this library reads version 1"):
        SessionSnapshot.from_json(json.dumps({"version": version, "something": "else"}))


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(SnapshotUnreadable):
        SessionSnapshot.from_json("[" * 100_000)


def test_stamps_are_in_utc_and_come_back() -> None:
    assert stamp(0) == "1970-01-01T00:00:00.000+00:00"
    assert instant(stamp(1767323045.678)) == pytest.approx(1767323045.678)
