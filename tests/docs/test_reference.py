"""The reference pages say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs._drawing import NOTE
from docs.make_reference import REFERENCE, pages

AGAIN = "run `python -m docs.make_reference`"
DRAWN = [page for page in sorted(REFERENCE.glob("*.md")) if NOTE in page.read_text(encoding="utf-8")]
"""The others are written by hand."""


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return pages()


def test_every_page_is_there(drawn: dict[str, str]) -> None:
    assert {page.name for page in DRAWN} == set(drawn), AGAIN


@pytest.mark.parametrize("page", DRAWN, ids=lambda page: page.name)
def test_a_page_is_what_the_code_makes(page: Path, drawn: dict[str, str]) -> None:
    assert page.read_text(encoding="utf-8") == drawn.get(page.name), f"{page.name} is old: {AGAIN}"


def test_no_page_depends_on_where_it_was_drawn(drawn: dict[str, str]) -> None:
    for name, text in drawn.items():
        assert " at 0x" not in text, name
        assert str(REFERENCE.parents[1]) not in text, name


def test_every_row_of_a_table_has_words(drawn: dict[str, str]) -> None:
    """A method or field without a docstring would leave the last cell of its row empty."""
    for name in ("builder.md", "handle.md", "state.md", "live-events.md", "wire-events.md", "closing.md", "turn.md"):
        empty = [line for line in drawn[name].splitlines() if line.endswith("|  |")]
        assert not empty, f"{name}: {empty}"
