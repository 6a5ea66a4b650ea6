"""Links between pages lead somewhere, and every page can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TOP = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
PAGES = [*(ROOT / name for name in TOP), *sorted(DOCS.rglob("*.md"))]
FENCES = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def links_of(page: Path) -> Iterator[tuple[Path, str]]:
    """The targets inside the project: a path, and the anchor behind it."""
    for target in LINK.findall(FENCES.sub("", page.read_text(encoding="utf-8"))):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield ((page.parent / path).resolve() if path else page, anchor)


def anchors_of(page: Path) -> set[str]:
    """The anchors that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.+)$", FENCES.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-") for heading in headings}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_something(page: Path) -> None:
    for target, anchor in links_of(page):
        assert target.exists(), f"{name_of(page)} links to {target.relative_to(ROOT)}, which does not exist"
        assert target.is_relative_to(ROOT), f"{name_of(page)} links to {target}, which is outside of the project"
        if anchor:
            assert anchor in anchors_of(target), f"{name_of(page)} links to #{anchor}, which {name_of(target)} lacks"


def test_every_page_can_be_reached_from_the_first() -> None:
    found, waiting = set(), [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page.suffix == ".md" and page.exists() and page not in found:
            found.add(page)
            waiting += [target for target, _ in links_of(page)]
    lost = {name_of(page) for page in DOCS.rglob("*.md")} - {name_of(page) for page in found}
    assert not lost, f"no link leads to {sorted(lost)}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_fences_are_closed_and_say_what_they_hold(page: Path) -> None:
    marks = re.findall(r"^```(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(marks) % 2 == 0, f"{name_of(page)} has a fence that is not closed"
    assert not any(marks[1::2]), f"{name_of(page)} opens a fence inside another"
