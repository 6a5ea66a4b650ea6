"""The border: what is public is on one list, stands at the door the list says, and nothing else stands there."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import trio_live
from docs._public import PUBLIC, Door
from tests.architecture.test_floors import FILES, ROOT

DOCS = ROOT.parent / "docs"
DOORS = {door.module: set(door.names) for door in PUBLIC}
INTERNAL = sorted(ROOT.glob("*/_internal.py"))
PAGES = [ROOT.parent / "README.md", *sorted(DOCS.rglob("*.md")), *sorted((DOCS / "examples").glob("*.py"))]

AT_THE_FRONT = 55
"""The front door shows fewer names than this; whoever wants more asks a room."""


@pytest.mark.parametrize("door", PUBLIC, ids=lambda door: door.module)
def test_a_door_offers_what_the_list_says(door: Door) -> None:
    offered = set(importlib.import_module(door.module).__all__)
    assert len(door.names) == len(set(door.names))
    assert offered - set(door.names) == set(), "not on the list in docs/_public.py; offer it in `_internal`, or list it"
    assert set(door.names) - offered == set(), "on the list in docs/_public.py, and not at the door"


def test_whatever_has_no_underscore_is_on_the_list() -> None:
    def dotted(path: Path) -> str:
        parts = path.relative_to(ROOT).with_suffix("").parts
        return ".".join(("trio_live", *(part for part in parts if part != "__init__")))

    modules = {dotted(path) for path in FILES}
    open_to_all = {module for module in modules if not any(part.startswith("_") for part in module.split("."))}
    assert open_to_all == set(DOORS)


@pytest.mark.parametrize("path", INTERNAL, ids=lambda path: path.parent.name)
def test_no_name_stands_at_both_doors_of_a_room(path: Path) -> None:
    room = f"trio_live.{path.parent.name}"
    assert not DOORS[room] & set(importlib.import_module(f"{room}._internal").__all__)


def test_the_front_door_is_small() -> None:
    assert len(trio_live.__all__) < AT_THE_FRONT


def imported(text: str) -> Iterator[tuple[str, str]]:
    """What the programs on a page import from here: modules and names."""
    for program in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "```" in text else [text]:
        try:
            tree = ast.parse(program)
        except SyntaxError:  # a few lines without their beginning
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "trio_live":
                yield from ((node.module, alias.name) for alias in node.names)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT.parent).as_posix())
def test_programs_in_the_docs_use_what_is_public(path: Path) -> None:
    for module, name in imported(path.read_text(encoding="utf-8")):
        assert name in DOORS.get(module, ()), f"{path.name} imports {name} from {module}, which is not public"
