"""The page in one file: it holds everything, and allows nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from html.parser import HTMLParser

import pytest

from tests.timeline.frames import said, setup
from tests.timeline.model.test_talk import INTERRUPTED
from trio_live.timeline import timeline_html, timeline_of
from trio_live.timeline._html import LIBRARIES, MODULES, STYLES, asset, one_module
from trio_live.timeline._packing import Pack


class Parts(HTMLParser):
    """The scripts and styles of a page, by their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.policy = ""
        self.links: list[str] = []
        self._open: tuple[str, dict[str, str | None]] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [str(given[name]) for name in ("src", "href") if name in given]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        if tag in {"script", "style"}:
            self._open = tag, given
            self.found.append((tag, given, ""))

    def handle_endtag(self, tag: str) -> None:
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            tag, given, text = self.found[-1]
            self.found[-1] = tag, given, text + data

    def by_id(self, name: str) -> str:
        (text,) = [text for _, given, text in self.found if given.get("id") == name]
        return text


@pytest.fixture(scope="module")
def page() -> Parts:
    return Parts(timeline_html(timeline_of(INTERRUPTED), "a <call>"))


def test_the_policy_allows_what_was_written_and_nothing_else(page: Parts) -> None:
    directives = dict(each.strip().split(" ", 1) for each in page.policy.split(";"))
    assert directives["default-src"] == "'none'"
    for tag in ("script", "style"):
        run = [text for kind, given, text in page.found if kind == tag and given.get("type") in {None, "module"}]
        hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in run}
        assert directives[f"{tag}-src"].split() == [f"'sha256-{each}'" for each in _in_order(directives[f"{tag}-src"])]
        assert set(_in_order(directives[f"{tag}-src"])) == hashes
    assert "unsafe" not in page.policy


def _in_order(sources: str) -> list[str]:
    return re.findall(r"'sha256-([^']+)'", sources)


def test_nothing_is_loaded_from_anywhere(page: Parts) -> None:
    assert page.links == ["data:,"]


def test_the_parts_are_there(page: Parts) -> None:
    index = json.loads(page.by_id("index"))
    parts = page.by_id("parts")
    pack = Pack.of(timeline_of(INTERRUPTED))
    for name, (start, length) in index["parts"].items():
        assert zlib.decompress(base64.b64decode(parts[start : start + length])) == pack.part(name), name
    assert index["title"] == "a <call>"


def test_words_of_a_call_end_no_element() -> None:
    words = "</script><script>alert(1)</script><!-- <title>"
    page = timeline_html(timeline_of([setup(model=words), said(1.0, words)]), words)
    assert "<script>alert" not in page
    assert len(Parts(page).found) == 3 + len(STYLES) + len(LIBRARIES)


def test_modules_become_one() -> None:
    found = one_module(
        ['import { a } from "./b.js";\nexport const c = 1;\nexport class D {}\n', "export function e() {}\n"]
    )
    assert found == "const c = 1;\nclass D {}\n\nfunction e() {}\n"


def test_ours_are_in_the_order_of_their_imports_and_share_no_names() -> None:
    seen: set[str] = set()
    names: list[str] = []
    for module in MODULES:
        source = asset(module)
        for needed in re.findall(r'^import .* from "\./(.*)";', source, re.MULTILINE):
            assert needed in seen, f"{module} imports {needed}, which comes later"
        seen.add(module)
        names += re.findall(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", source, re.MULTILINE)
        for group in re.findall(r"^const \{ ([^}]+) \}", source, re.MULTILINE):
            names += [each.split(":")[-1].strip() for each in group.split(",")]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    assert not re.search(r"^import|^export", one_module(asset(name) for name in MODULES), re.MULTILINE)


def test_libraries_come_with_their_licences() -> None:
    for name in ("preact", "htm", "uPlot"):
        assert "opyright" in asset(f"vendor/LICENSE.{name}") or "Apache License" in asset(f"vendor/LICENSE.{name}")
