"""The text of the site, as functions: tables of contents, links between pages, names, and sections of docstrings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

LISTED = re.compile(r"^\s*[-*] .*$", re.MULTILINE)
LINKED = re.compile(r"\]\(([\w./-]+)\.md\)")
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


# -- table of contents ----------------------------------------------------------------------------------------------


def with_contents(text: str, seen: set[str]) -> str:
    """A page whose lists of links are tables of contents as well."""
    parts = SECTION.split(text)
    sections = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    trees = [tree(caption, fresh) for caption, body in sections if (fresh := list(unseen(links_of(body), seen)))]
    return "\n".join([text, *trees])


def links_of(body: str) -> Iterator[str]:
    """The pages that the list items of a section link to."""
    for line in LISTED.findall(body):
        yield from LINKED.findall(line)


def unseen(names: Iterable[str], seen: set[str]) -> Iterator[str]:
    """Those that were not listed before."""
    for name in names:
        if name not in seen:
            seen.add(name)
            yield name


def tree(caption: str, names: Iterable[str]) -> str:
    """A table of contents that is not shown on the page itself."""
    heading = [f":caption: {caption}"] if caption else []
    return "\n".join(["", "```{toctree}", ":hidden:", *heading, "", *names, "```", ""])


# -- links to pages -------------------------------------------------------------------------------------------------

FENCED = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[(?P<words>[^\]]*)\]\((?P<path>[^)\s#]+)(?P<anchor>#[^)\s]*)?\)")


def on_site(text: str, page: Path, docs: Path, moved: Mapping[Path, str]) -> str:
    """A page as the site has it: links lead to other pages of it, and what leads to files without a page is plain text.

    Args:
        text: Markdown.
        page: where it stands in the repository.
        docs: the folder of the site.
        moved: files outside of that folder, and the pages that show them.
    """

    def rewritten(found: re.Match[str]) -> str:
        if re.match(r"[a-z]+:", found["path"]):
            return found[0]
        there, anchor = Path(os.path.normpath(page.parent / found["path"])), found["anchor"] or ""
        if there in moved:
            return f"[{found['words']}](/{moved[there]}{anchor})"
        if there.is_file() and there.is_relative_to(docs):
            return f"[{found['words']}](/{there.relative_to(docs).as_posix()}{anchor})"
        return found["words"]

    pieces = FENCED.split(text)
    return "".join(piece if number % 2 else LINK.sub(rewritten, piece) for number, piece in enumerate(pieces))


# -- links to names -------------------------------------------------------------------------------------------------


class Names:
    """The names described on the site, by every ending of theirs: ``Live.agent`` finds ``trio_live.live.Live.agent``."""

    def __init__(self, described: Iterable[str]) -> None:
        self._by_ending: dict[str, set[str]] = {}
        for name in described:
            parts = name.split(".")
            for start in range(len(parts)):
                self._by_ending.setdefault(".".join(parts[start:]), set()).add(name)

    def find(self, words: str, *contexts: str | None) -> str | None:
        """The one name that is meant, seen from a class or a module; ``None`` if that is nobody's, or several could be."""
        name = words.partition("(")[0].removeprefix("await ").lstrip("~.")
        found = self._by_ending.get(name, set())
        for context in filter(None, contexts):
            if near := {each for each in found if each == f"{context}.{name}"}:
                return near.pop()
        return min(found) if len(found) == 1 else None


OF_A_CLASS = re.compile(r"(await )?(trio_live\.|[A-Z])\w*(\.\w+)*(\(.*\))?")
"""What code on a page must look like to be taken for a public name: a class, or something of one."""


# -- docstrings -----------------------------------------------------------------------------------------------------

PROSE = re.compile(r"^(Returns|Cancellation):(?: (.+))?$")
"""Sections that hold sentences, which others would read as a type and what it means."""


def with_fields(lines: Iterable[str]) -> list[str]:
    """A docstring whose sections of prose are fields: ``:returns:`` and ``:cancellation:``."""
    made: list[str] = []
    within = False
    for line in lines:
        begun = PROSE.match(line)
        if begun:
            made += ["", f":{begun[1].lower()}: {begun[2] or ''}".rstrip()]
        elif within and line and (line.startswith(" ") or made[-1].startswith((":cancellation:", "   "))):
            made.append(f"   {line.strip()}")
        else:
            made.append(line)
        within = bool(begun) or (within and bool(line))
    return made
