"""The plan of the house: a room imports only from lower floors, and only through doors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "trio_live"

FLOORS = {
    "errors": 0,
    "_typing": 0,
    "_version": 0,
    "wire": 1,
    "state": 1,
    "wire_events": 2,
    "events": 2,
    "session": 3,
    "conversation": 3,
    "phases": 3,
    "tools": 3,
    "voice": 3,
    "telemetry": 3,
    "contract": 3,
    "extraction": 4,
    "reactive": 4,
    "agents": 4,
    "compose": 4,
    "_tasks": 5,
    "transport": 6,
    "persistence": 6,
    "llm": 6,
    "lanes": 7,
    "control": 8,
    "live": 9,
    "replay": 10,
    "emulator": 10,
    "testing": 11,
    "__init__": 12,
    "cli": 13,
    "__main__": 14,
}
"""Room → floor. A room may import from lower floors; rooms on one floor never import each other.

`_tasks` stands below `transport` because it is the one small thing that both transport and lanes need; and `testing`
above `emulator`, because it offers one. The command stands above the front door: it is a user like any other.
"""

TRIO_FROM = 5
"""The floor from which trio may be imported: everything below decides purely."""

ONLY_IN = {
    "trio_websocket": {"transport/_websocket.py", "emulator/_server.py", "emulator/_gate.py"},
    "msgspec": {"wire", "persistence", "transport/_wirelog.py"},
    "cattrs": {"state", "persistence", "contract", "extraction"},
    "hypothesis": {"testing"},
    "pytest": {"testing"},
    "rich": {"cli"},
    "click": {"cli"},
    "httpx": {"llm"},
    "h11": {"emulator/_http.py"},
}
"""Library → the rooms or files that may import it."""

FILES = sorted(ROOT.rglob("*.py"))


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0]


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, also inside functions and under TYPE_CHECKING."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.level:
                continue  # inside one room; ruff forbids reaching above
            if node.module == "trio_live":
                yield from (f"trio_live.{alias.name}" for alias in node.names)
            else:
                yield node.module


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_down_only_and_through_doors(path: Path) -> None:
    here = room_of(path)
    assert here in FLOORS, f"{here} has no floor; add it to the plan"
    for module in imports(path):
        parts = module.split(".")
        if parts[0] != "trio_live" or len(parts) == 1:
            continue
        there = parts[1] if (ROOT / parts[1]).exists() or (ROOT / f"{parts[1]}.py").exists() else "__init__"
        if there == here:
            continue
        assert there in FLOORS, f"{name_of(path)} imports {there}, which has no floor"
        assert FLOORS[there] < FLOORS[here], (
            f"{name_of(path)} (floor {FLOORS[here]}) imports {there} (floor {FLOORS[there]})"
        )
        assert len(parts) == 2 or not parts[2].startswith("_"), (
            f"{name_of(path)} climbs through a window: {module} instead of trio_live.{there}"
        )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_pure_rooms_know_no_trio(path: Path) -> None:
    if FLOORS[room_of(path)] < TRIO_FROM:
        assert "trio" not in {module.split(".")[0] for module in imports(path)}, (
            f"{name_of(path)} decides purely; trio may be imported from floor {TRIO_FROM} up"
        )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    for module in imports(path):
        allowed = ONLY_IN.get(module.split(".")[0])
        if allowed is not None:
            assert room_of(path) in allowed or name_of(path) in allowed, (
                f"{name_of(path)} imports {module}, which belongs to {', '.join(sorted(allowed))}"
            )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_hold_one_idea(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 330, f"{name_of(path)} has {lines} lines; look for the second idea in it"
