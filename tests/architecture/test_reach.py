"""Tests know the insides of the room they mirror, and no others: whoever rebuilds a room mends only its own tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.test_floors import FILES, FLOORS, climbs_through_a_window, parsed, reached, room_named, room_of

TESTS = Path(__file__).parents[1]
TEST_FILES = sorted(path for path in TESTS.rglob("*.py") if path != Path(__file__) and path.stem != "test_floors")

MODULES = {
    (
        "peer.py",
        "trio_live.lanes._opening",
    ): "notes what sessions are made of, for tests of the rooms that it comes from",
    ("docs/test_personas_page.py", "trio_live.cli._emulator"): "the page promises how the command finds a persona",
    ("emulator/sessions.py", "trio_live.live._compile"): "no public method dials in memory, through a refused upgrade",
    ("emulator/sessions.py", "trio_live.live._open"): "as before",
    ("cli/new/test_project.py", "trio_live.cli._commands"): "the command, as its user writes it",
    ("cli/recordings/test_drawing.py", "trio_live.cli._commands"): "the command, as its user writes it",
    ("cli/recordings/test_replay.py", "trio_live.cli._commands"): "as before",
    ("timeline/demo.py", "trio_live.cli._demo._call"): "holds the demo's call on virtual time, without a socket",
    ("timeline/demo.py", "trio_live.cli._demo._caller"): "as before",
    ("timeline/demo.py", "trio_live.cli._demo._tape"): "as before",
    ("testing/test_story.py", "trio_live.control._talk_of_calls"): "breaks a rule on purpose, to see it noticed",
    ("testing/test_story.py", "trio_live.phases._graph"): "breaks a rule on purpose, to see it noticed",
}
"""(test file, module) → why it may import it all the same."""

ATTRIBUTES = {
    ("transport/test_cancelled_dial.py", "_socket"): "whether a socket is still open is known to the socket alone",
    ("architecture/test_exports.py", "_OFFERED"): "compares the two lists of the front door",
    ("control/calls/test_runner_beside_the_lane.py", "_conversation"): "as in `test_turn.py`",
    ("peer.py", "_lifetime"): "finds the parts of a session by it, for tests of the rooms that they come from",
    ("control/calls/test_sender.py", "_conversation"): "as in `test_turn.py`",
    ("control/test_turn.py", "_conversation"): "no method of the handle shows a window of the transcript",
    ("lanes/test_cancellation.py", "_fate"): "whether a connection was left open is nobody's business but this test's",
    ("lanes/test_host.py", "_capacity"): "how long the queues are shows nowhere else",
    ("lanes/flow/test_weights.py", "_held"): "how much waits for the telemetry lane shows nowhere else",
    ("lanes/test_endurance.py", "_scopes"): "what a session still remembers shows nowhere else",
    ("scenarios/harness.py", "_conversation"): "compares the whole state of a conversation with its model",
}
"""(test file, attribute) → why it may use it all the same."""


def name_of(path: Path) -> str:
    return path.relative_to(TESTS).as_posix()


def mirrored(path: Path) -> str:
    """The room whose tests these are; other folders of tests mirror none."""
    rooms = {"/".join(part.lstrip("_") for part in room.split("/")): room for room in FLOORS}
    folder = path.relative_to(TESTS).parent
    return next((rooms[each.as_posix()] for each in (folder, *folder.parents) if each.as_posix() in rooms), "")


@cache
def modules_reached(path: Path) -> tuple[str, ...]:
    """Modules that a test imports, or names in a string: what is patched, mostly."""
    tree = parsed(path)
    named = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return tuple(module for module in (*reached(tree), *named) if module.startswith("trio_live."))


@cache
def private_names(room: str) -> frozenset[str]:
    """The private attributes and methods that a room gives to its objects."""
    return frozenset(name for path in FILES if room_of(path) == room for name in _private_names(path))


def _private_names(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.keyword(arg=str(name)):
                yield name
            case _:
                pass


@cache
def attributes_used(path: Path) -> frozenset[str]:
    """Private attributes of objects that neither the test nor its neighbours made themselves."""
    private = [
        node
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("__")
    ]
    others = {
        node.attr for node in private if not (isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"})
    }
    return frozenset(others - _of_neighbours(path.parent))


@cache
def _of_neighbours(folder: Path) -> frozenset[str]:
    return frozenset(name for path in folder.glob("*.py") for name in _private_names(path))


@pytest.mark.parametrize("path", TEST_FILES, ids=name_of)
def test_tests_import_the_insides_of_their_own_room_only(path: Path) -> None:
    for module in modules_reached(path):
        room, behind = room_named(module.split(".")[1:])
        if room != mirrored(path) and climbs_through_a_window(behind):
            assert (name_of(path), module) in MODULES, (
                f"tests/{name_of(path)} reaches for {module}; use the door of {room}"
            )


@pytest.mark.parametrize("path", TEST_FILES, ids=name_of)
def test_tests_use_private_attributes_of_their_own_room_only(path: Path) -> None:
    for attribute in attributes_used(path):
        if attribute not in private_names(mirrored(path)):
            assert (name_of(path), attribute) in ATTRIBUTES, (
                f"tests/{name_of(path)} uses .{attribute}, which is none of its own room's"
            )


def test_exceptions_are_still_needed() -> None:
    assert set(MODULES) <= {(name_of(path), module) for path in TEST_FILES for module in modules_reached(path)}
    assert set(ATTRIBUTES) <= {(name_of(path), name) for path in TEST_FILES for name in attributes_used(path)}
