"""What pages call a method of a session, of a builder or an event is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.blocks import FENCE, PAGES, name_of
from trio_live import Live, LiveHandle, events
from trio_live.events import SessionWriter

CODE = re.compile(r"`([^`\n]+)`")
WRITTEN_BY_HAND = [page for page in PAGES if page.parent.name != "reference"]
OTHERS = {
    "how-to/move-from-google-genai.md": {"receive", "session_resumption_update"},
    "how-to/move-from-livekit.md": {"userdata", "generate_reply", "on", "interrupt", "aclose", "run", "start"},
}
"""Page → what it says of somebody else's session."""


def said(page: Path, pattern: str) -> set[str]:
    """All that stands behind a word in the inline code of a page."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {found for code in CODE.findall(text) for found in re.findall(pattern, code)}


@pytest.mark.parametrize("page", WRITTEN_BY_HAND, ids=name_of)
def test_a_session_has_what_pages_say_of_it(page: Path) -> None:
    named = said(page, r"\b(?:session|handle)\.(\w+)") - OTHERS.get(name_of(page), set())
    lacking = {name for name in named if not hasattr(LiveHandle, name) and not hasattr(SessionWriter, name)}
    assert not lacking, f"{name_of(page)}: no session has {sorted(lacking)}"


@pytest.mark.parametrize("page", WRITTEN_BY_HAND, ids=name_of)
def test_a_builder_has_what_pages_say_of_it(page: Path) -> None:
    lacking = {name for name in said(page, r"\b(?:live|Live)\.(\w+)\(") if not hasattr(Live, name)}
    assert not lacking, f"{name_of(page)}: no builder has {sorted(lacking)}"


@pytest.mark.parametrize("page", WRITTEN_BY_HAND, ids=name_of)
def test_there_are_the_events_that_pages_name(page: Path) -> None:
    lacking = {name for name in said(page, r"\bevents\.([A-Z]\w+)") if not hasattr(events, name)}
    assert not lacking, f"{name_of(page)}: no event is called {sorted(lacking)}"
