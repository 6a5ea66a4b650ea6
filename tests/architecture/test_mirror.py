"""Tests mirror the tree: each module of a room has a test file of its name, and no test file stands alone."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent / "trio_live"

ROOMS = sorted(path.parent for path in ROOT.glob("*/__init__.py"))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_room_has_a_folder_of_tests(room: Path) -> None:
    folder = TESTS / room.name
    assert list(folder.glob("test_*.py")), f"nothing tests {room.name}/"
