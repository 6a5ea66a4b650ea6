"""The blocks of code on the pages, and which of them are somebody else's affair."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import attrs

from docs.make_includes import MARKED
from trio_live import Live
from trio_live._tasks import open_service_nursery
from trio_live.emulator import serve_transport
from trio_live.transport import memory_transport_pair

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
EXAMPLES: Final = DOCS / "examples"
PAGES: Final = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md")))
FENCE: Final = re.compile(r"^```(?P<language>[\w-]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def name_of(page: Path) -> str:
    """What a test calls a page."""
    return page.relative_to(ROOT if page.parent == ROOT else DOCS).as_posix()


@attrs.frozen
class Block:
    """One block that is written on its page, and not included from a file."""

    page: str
    number: int
    """Among all of that page's own blocks."""
    language: str
    text: str

    @property
    def name(self) -> str:
        """For the tests' ids."""
        return f"{self.page}:{self.number}"


def blocks(*languages: str) -> Iterator[Block]:
    """All blocks of some languages that no marker includes from a file."""
    for page in PAGES:
        for number, found in enumerate(FENCE.finditer(MARKED.sub("", page.read_text(encoding="utf-8")))):
            if found["language"] in languages:
                yield Block(name_of(page), number, found["language"], found["text"])


LANGUAGES: Final = {
    "python": "run: test_fragments.py; as a whole program by its own test",
    "sh": "commands: test_commands.py",
    "console": "a command and what it prints: test_examples.py, test_tutorial.py",
    "text": "what something prints: the same",
    "": "a drawing",
    "toml": "test_configurations.py",
    "ini": "systemd's: test_configurations.py; Asterisk's needs an Asterisk",
    "xml": "test_configurations.py",
    "json": "test_configurations.py",
    "dockerfile": "test_configurations.py",
    "mermaid": "drawn from a table of the code: test_reference.py",
    "js": "included from a file: nox -s clients",
}
"""Language of a block → what becomes of it."""


def outputs_of(example: Path) -> Iterator[tuple[str, list[str]]]:
    """What pages show as the output of an example: the block of text that follows it, line by line.

    A line of a command (``$ …``) is left out, and what follows ``…`` in a line is not said.
    """
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in MARKED.finditer(text):
            if (page.parent / found["file"]).resolve() != example:
                continue
            rest = text[found.end() :].split("<!-- example:")[0]
            shown = next((each for each in FENCE.finditer(rest) if each["language"] in ("text", "console")), None)
            if shown is not None:
                lines = [line.partition("…")[0].rstrip() for line in shown["text"].splitlines()]
                yield name_of(page), [line for line in lines if line and not line.startswith("$ ")]


def assert_shown(example: Path, printed: str) -> None:
    """Every line that a page shows as the output of an example is among what it has printed, in this order."""
    for page, lines in outputs_of(example):
        at = 0
        for line in lines:
            at = printed.find(line, at)
            assert at >= 0, f"{page} shows the line {line!r}, and {example.name} printed\n{printed}"


async def keep_call(folder: Path) -> None:
    """Hold a short call, and keep what pages take for granted: its recording, and the notes beside it."""
    ours, theirs = memory_transport_pair()
    live = Live.builder().model("gemini-3.8-live").transcription()
    live = live.record_wire(folder / "call.jsonl").record_notes(folder / "call.notes")
    async with open_service_nursery("the call is over") as nursery:
        nursery.start_soon(partial(serve_transport, theirs, pace=None, realtime_playback=False))
        async with live.connect_with_transport(ours) as session:
            await session.ask("What does a consultation cost?")
