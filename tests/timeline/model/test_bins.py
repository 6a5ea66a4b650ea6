"""Levels of detail, compared with counting by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.timeline import Span, Track
from trio_live.timeline._model._bins import (
    DETAILS,
    FACTOR,
    ROW_DETAIL,
    TILE,
    RowBins,
    bin_seconds,
    detail_for,
    level_bins,
    tiles_in,
)


def span(begins: float, ends: float) -> Span:
    return Span(Track.CONTROL, "tool", "find", begins, ends, "find")


def test_a_bin_is_four_of_the_finer_ones() -> None:
    assert [round(bin_seconds(detail), 2) for detail in range(DETAILS)] == [0.02, 0.08, 0.32, 1.28, 5.12, 20.48, 81.92]


@pytest.mark.parametrize(("seconds", "detail"), [(10, 0), (60, 1), (3600, 4), (36_000, 5), (10**7, DETAILS - 1)])
def test_the_finest_detail_that_fits_is_taken(seconds: float, detail: int) -> None:
    assert detail_for(seconds, 2000) == detail


def test_tiles_cover_the_call() -> None:
    assert tiles_in(0, 0) == 1
    assert tiles_in(TILE * 0.02 - 0.01, 0) == 1
    assert tiles_in(TILE * 0.02 + 0.01, 0) == 2


@given(st.binary(max_size=20_000), st.integers(0, 3), st.integers(0, 3))
def test_level_bins_are_the_extremes_of_what_they_hold(line: bytes, detail: int, tile: int) -> None:
    width = FACTOR**detail
    part = line[tile * TILE * width : (tile + 1) * TILE * width]
    groups = [part[start : start + width] for start in range(0, len(part), width)]
    assert level_bins(line, detail, tile) == (bytes(map(min, groups)), bytes(map(max, groups)))


SPANS = st.lists(
    st.tuples(st.floats(0, 2000), st.floats(0, 300)).map(lambda pair: span(pair[0], sum(pair))), max_size=30
)


@given(SPANS, st.integers(ROW_DETAIL, DETAILS - 1))
def test_every_span_is_counted_once_where_it_begins(spans: list[Span], detail: int) -> None:
    bins = RowBins()
    for each in spans:
        bins.add(each)
    tiles = [bins.bins(detail, tile) for tile in range(tiles_in(2400, detail))]
    assert sum(sum(counts) for counts, _ in tiles) == len(spans)
    for each in spans:
        place = int(each.begins / bin_seconds(ROW_DETAIL)) // FACTOR ** (detail - ROW_DETAIL)
        assert tiles[place // TILE][0][place % TILE] > 0


@given(SPANS, st.integers(ROW_DETAIL, DETAILS - 1))
def test_whatever_is_covered_can_be_seen_and_nothing_else(spans: list[Span], detail: int) -> None:
    bins = RowBins()
    for each in spans:
        bins.add(each)
    width = bin_seconds(detail)
    for tile in range(tiles_in(2400, detail)):
        for place, cover in enumerate(bins.bins(detail, tile)[1], tile * TILE):
            touched = any(
                each.begins < (place + 1) * width and each.ends > place * width
                for each in spans
                if each.ends > each.begins
            )
            inside = any(each.begins <= place * width and each.ends >= (place + 1) * width for each in spans)
            assert not cover or touched or any(abs(each.ends - place * width) < 1e-6 for each in spans)
            assert not inside or cover == 255


def test_a_million_in_a_bin_are_many() -> None:
    bins = RowBins()
    for _ in range(70_000):
        bins.add(span(0.0, 0.0))
    counts, cover = bins.bins(ROW_DETAIL, 0)
    assert (list(counts), cover) == ([65_535], b"\0")
