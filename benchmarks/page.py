"""Writes tables into the page about performance and the one beside this file, between the marks they have for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from benchmarks.processes import ROOT
from benchmarks.report import Result, compact, machine, markdown

PAGE = ROOT / "docs/explanation/performance.md"
PAGES = (PAGE, ROOT / "benchmarks/README.md")
MARKS = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)
COMPACT = ("calls",)
"""Measurements with one line for several figures."""
MACHINE = "machine"
NOT_MEASURED = "Not measured here."


def fill(results: Mapping[str, Sequence[Result]], *, quick: bool) -> None:
    """Replace the tables of what was measured; the others stay."""
    drawn = {name: draw(name, measured) for name, measured in results.items()}
    if results:
        drawn[MACHINE] = describe(quick=quick)
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8"), drawn), encoding="utf-8")


def draw(name: str, results: Sequence[Result]) -> str:
    """One measurement's table."""
    if not results:
        return NOT_MEASURED
    return compact(results) if name in COMPACT else markdown(results)


def describe(*, quick: bool) -> str:
    """When and where the last figures were taken."""
    facts = machine()
    libraries = ", ".join(f"{name} {value}" for name, value in facts.items() if name not in ("system", "cores", "load"))
    how = "a quick run, good for the shape and not for the figures" if quick else "a full run"
    return f"Last taken on {datetime.now(UTC):%Y-%m-%d}, {how}: {facts['cores']} cores, {facts['system']}; {libraries}."


def filled(page: str, drawn: Mapping[str, str]) -> str:
    """The page with new text between the marks that are named."""

    def put(found: re.Match[str]) -> str:
        start, name, end = found.groups()
        return f"{start}{drawn[name]}\n{end}" if name in drawn else found[0]

    return MARKS.sub(put, page)
