"""The page of invariants names tests that exist, and leaves out no invariant that a test here is named for."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "invariants.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
TOLD = {name for row in re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE) for name in row.split(", ")}


def functions_of(file: Path) -> set[str]:
    """The names of a file's test functions."""
    nodes = ast.parse(file.read_text(encoding="utf-8")).body
    functions = [node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {name for name in functions if name.startswith("test_")}


@pytest.mark.parametrize(("file", "test"), NAMED, ids=[test for _, test in NAMED])
def test_every_test_the_page_names_exists(file: str, test: str) -> None:
    assert (ROOT / file).is_file(), f"docs/reference/invariants.md names {file}, which is not there"
    assert test in functions_of(ROOT / file), f"docs/reference/invariants.md names {test}, which {file} does not have"


def test_the_page_has_every_invariant_of_the_conversation() -> None:
    wanted = [("S", 16), ("P", 36), ("I", 8), ("W", 8), ("C", 6), ("T", 6), ("F", 2), ("E", 10), ("K", 10)]
    assert {f"{letter}{number}" for letter, last in wanted for number in range(1, last + 1)} <= TOLD


def test_every_scenario_named_for_an_invariant_is_on_the_page() -> None:
    for file in (ROOT / "tests").rglob("test_*.py"):
        kinds = "kspiwctfe" if file.parent == Path(__file__).parent else "k"  # those of text agents have no scenarios
        for test in functions_of(file):
            if re.match(rf"test_[{kinds}]\d+_", test):
                place = (file.relative_to(ROOT).as_posix(), test)
                assert place in NAMED, f"{'::'.join(place)} is missing from docs/reference/invariants.md"
