"""The page about performance has a place for every table that `python -m benchmarks --page` writes, and only for those."""

from __future__ import annotations

from benchmarks.__main__ import MEASURES
from benchmarks.page import MACHINE, MARKS, PAGE, PAGES, draw, filled
from benchmarks.report import Goal, Result

TEXT = PAGE.read_text(encoding="utf-8")


def test_there_is_one_place_for_each_measurement() -> None:
    places = [name for _, name, _ in MARKS.findall(TEXT)]
    assert sorted(places) == sorted([*MEASURES, MACHINE])


def test_every_page_with_figures_has_the_same() -> None:
    tables = {mark[0] for mark in MARKS.finditer(TEXT)}
    for page in PAGES:
        found = [mark[0] for mark in MARKS.finditer(page.read_text(encoding="utf-8"))]
        assert found
        assert tables.issuperset(found)


def test_filling_replaces_one_table_and_leaves_the_others() -> None:
    once = filled(TEXT, {"burst": "| new |"})
    assert "<!-- figures: burst -->\n| new |\n<!-- end of figures -->" in once
    assert filled(once, {"burst": "| newer |"}) == filled(TEXT, {"burst": "| newer |"})
    assert filled(TEXT, {}) == TEXT


def test_a_ratio_is_taken_pair_by_pair() -> None:
    samples = {"floor": [10.0, 20.0, 40.0], "trio-live": [11.0, 24.0, 40.0]}
    result = Result(name="burst", figure="CPU", unit="µs", samples=samples, goal=Goal(ratio_at_most=1.0))
    assert result.ratio == 1.1
    assert result.met is False
    assert "1.10 (1.00–1.20) | ≤ 1 of the floor MISSED" in draw("burst", [result])  # noqa: RUF001


def test_what_was_not_measured_is_said() -> None:
    assert draw("instructions", []) == "Not measured here."
