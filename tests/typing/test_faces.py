"""The programs in this folder, which two type checkers read, leave out nothing of what most programs use."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from docs._public import PUBLIC, Door
from trio_live import Live, LiveHandle, SessionHandle, SessionWriter
from trio_live.phases import PhaseBuilder
from trio_live.reactive import WatcherBuilder

TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in Path(__file__).parent.glob("*.py")]
IMPORTED = {
    (node.module, alias.name)
    for tree in TREES
    for node in ast.walk(tree)
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
}
CALLED = {node.attr for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

WHOLE_DOORS = {
    "trio_live",
    "trio_live.agents",
    "trio_live.compose",
    "trio_live.conversation",
    "trio_live.control",
    "trio_live.control.effects",
    "trio_live.dispatch",
    "trio_live.draining",
    "trio_live.extraction",
    "trio_live.handoff",
    "trio_live.instruments",
    "trio_live.lanes",
    "trio_live.live",
    "trio_live.llm",
    "trio_live.mcp",
    "trio_live.otel",
    "trio_live.phases",
    "trio_live.reactive",
    "trio_live.redaction",
    "trio_live.resilience",
    "trio_live.session",
    "trio_live.state",
    "trio_live.telemetry",
    "trio_live.tools",
}
"""Every name of these is used. The errors, the events and the values of the wire are used by the name of their module, and
the rest by the examples, which are checked as well."""


@pytest.mark.parametrize("door", [door for door in PUBLIC if door.module in WHOLE_DOORS], ids=lambda door: door.module)
def test_every_name_of_a_door_is_used(door: Door) -> None:
    module, names = door.module, door.names
    elsewhere = {name for _, name in IMPORTED}
    assert set(names) - elsewhere - {"__version__"} == set(), f"tests/typing uses nothing of this from {module}"


@pytest.mark.parametrize("face", [Live, LiveHandle, SessionHandle, SessionWriter, PhaseBuilder, WatcherBuilder])
def test_every_method_of_a_face_is_used(face: type) -> None:
    fields = getattr(face, "__attrs_attrs__", ())
    methods = {name for name, _ in inspect.getmembers(face) if not name.startswith("_")}
    methods -= {field.name for field in fields}
    assert methods - CALLED == set()
