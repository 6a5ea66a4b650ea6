"""The page of the original names: what it says is here is here, and the tests it names exist."""

from __future__ import annotations

import ast
import importlib
from functools import cache
from pathlib import Path

import attrs
import pytest

from docs._definitions import is_module
from docs._original import GROUPS, Row
from trio_live.lanes import EventCallbacks

TESTS = Path(__file__).parents[1]
ROWS = [row for group in GROUPS for row in group.rows]

ALL_NAMES = 282
"""So many names the original has."""


@cache
def functions_of(file: Path) -> set[str]:
    nodes = ast.parse(file.read_text(encoding="utf-8")).body
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def found(dotted: str) -> object:
    """What a path leads to: through modules as far as there are some, then through attributes."""
    parts = dotted.split(".")
    module = next(".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1) if is_module(".".join(parts[:end])))
    thing: object = importlib.import_module(module)
    for name in parts[module.count(".") + 1 :]:
        thing = getattr(thing, name)
    return thing


def test_every_name_is_on_the_page_once() -> None:
    assert len(ROWS) == ALL_NAMES
    assert len({row.original for row in ROWS}) == ALL_NAMES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.original)
def test_what_is_said_to_be_here_is_here(row: Row) -> None:
    if row.original.startswith("EventCallbacks::"):
        assert row.here.rpartition(".")[2] in {field.name for field in attrs.fields(EventCallbacks)}
    else:
        assert found(row.here) is not None


@pytest.mark.parametrize("test", sorted({row.test for row in ROWS}))
def test_the_test_that_is_named_exists(test: str) -> None:
    file, _, name = test.partition("::")
    assert (TESTS / file).is_file(), f"docs/_original.py names tests/{file}, which is not there"
    assert name in functions_of(TESTS / file), f"docs/_original.py names {name}, which tests/{file} does not have"
    assert name.startswith("test_")
