"""How the package is installed is said on one page; no other has its reader look for it where it is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.docs.blocks import DOCS, ROOT
from tests.docs.test_commands import EXTRAS

PAGE: Final = DOCS / "how-to" / "install.md"
SKELETON: Final = ROOT / "trio_live" / "cli" / "_new" / "skeleton"
PAGES: Final = sorted({*DOCS.rglob("*.md"), *DOCS.rglob("*.py"), *ROOT.glob("*.md"), *SKELETON.rglob("*.txt")} - {PAGE})
FROM_AN_INDEX: Final = re.compile(r"\b(?:install|add)\b[^\n`]*[\s'\"]trio-live(?:\[|[\s'\"`]|$)", re.MULTILINE)
"""The name of the package where pip would look for it on an index."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_takes_the_package_from_an_index(page: Path) -> None:
    found = FROM_AN_INDEX.search(page.read_text(encoding="utf-8"))
    assert found is None, f"{found[0]!r}: say that it needs the extra, and link to docs/how-to/install.md"


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("pip install 'trio-live[cli]'", True),
        ('(`pip install "trio-live[phone]"`)', True),
        ("RUN pip install --no-cache-dir trio-live starlette", True),
        ("uv add trio-live", True),
        ("pip install '.[cli]' && .venv/bin/trio-live demo", False),
        ("pip install './trio_live-VERSION-py3-none-any.whl[audio,cli]'", False),
        ("pip install '/path/to/the/checkout[cli]'", False),
    ],
)
def test_an_index_is_known_when_it_is_seen(text: str, is_found: bool) -> None:  # noqa: FBT001
    assert bool(FROM_AN_INDEX.search(text)) is is_found


def test_the_page_has_every_extra() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert set(rows) == EXTRAS


def test_readme_leads_there() -> None:
    assert "(docs/how-to/install.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
