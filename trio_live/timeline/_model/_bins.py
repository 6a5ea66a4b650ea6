"""Levels of detail: what a screen shows of ten hours is not a million things, but a few thousand bins.

A bin at detail 0 is as long as a level, and at each further detail `FACTOR` times as long. A tile is `TILE` bins in a
row. Any tile is made when it is asked for, from the finest bins there are; nothing is kept twice.

::

    detail 0   ▏▏▏▏▏▏▏▏▏▏▏▏▏▏▏▏▏▏▏▏▏▏▏▏    20 ms a bin, 20 s a tile
    detail 1   ▏   ▏   ▏   ▏   ▏   ▏       80 ms, 82 s
    …
    detail 6   ▏                          82 s, 23 h
"""

from __future__ import annotations

from array import array
from typing import Final

from trio_live._typing import Seconds
from trio_live.timeline._model._values import LEVEL_SECONDS, Span

FACTOR: Final = 4
TILE: Final = 1024
"""Bins."""
DETAILS: Final = 7
"""So many there are."""
ROW_DETAIL: Final = 2
"""The finest one of rows: below it spans are few enough to be drawn one by one."""
MOST: Final = 65_535
"""That is counted in a bin."""
COVERED: Final = 255
"""A bin that is covered from end to end."""


def bin_seconds(detail: int) -> Seconds:
    """How long a bin is."""
    return float(LEVEL_SECONDS * FACTOR**detail)


def detail_for(seconds: Seconds, bins: int) -> int:
    """The finest detail at which so many seconds take no more than so many bins; the coarsest if none does."""
    for detail in range(DETAILS):
        if seconds / bin_seconds(detail) <= bins:
            return detail
    return DETAILS - 1


def tiles_in(length: Seconds, detail: int) -> int:
    """How many tiles a call of this length has at a detail; at least one."""
    return int(length / (bin_seconds(detail) * TILE)) + 1


def level_bins(line: bytes | bytearray, detail: int, tile: int) -> tuple[bytes, bytes]:
    """The quietest and the loudest of each bin of a tile; shorter where the line ends.

    Args:
        line: of levels.
        detail: from 0.
        tile: its number.
    """
    width = FACTOR**detail
    first, last = tile * TILE * width, min((tile + 1) * TILE * width, len(line))
    if width == 1:
        return bytes(line[first:last]), bytes(line[first:last])
    bins = [line[start : start + width] for start in range(first, last, width)]
    return bytes(map(min, bins)), bytes(map(max, bins))


class RowBins:
    """How many spans of one row begin in each bin, and how much of it they cover."""

    def __init__(self) -> None:
        self._counts = array("H")
        self._cover = bytearray()
        self._width = bin_seconds(ROW_DETAIL)

    def add(self, span: Span) -> None:
        """Count a span."""
        first, last = int(span.begins / self._width), int(span.ends / self._width)
        missing = last + 1 - len(self._cover)
        if missing > 0:
            self._counts.extend([0] * missing)
            self._cover += bytes(missing)
        self._counts[first] = min(MOST, self._counts[first] + 1)
        if span.ends <= span.begins:
            return
        if first == last:
            self._add_cover(first, span.ends - span.begins)
            return
        self._add_cover(first, (first + 1) * self._width - span.begins)
        self._cover[first + 1 : last] = bytes([COVERED]) * (last - first - 1)
        self._add_cover(last, span.ends - last * self._width)

    def bins(self, detail: int, tile: int) -> tuple[array[int], bytes]:
        """Counts and cover of each bin of a tile; shorter where nothing follows.

        Args:
            detail: from `ROW_DETAIL`.
            tile: its number.
        """
        width = FACTOR ** (detail - ROW_DETAIL)
        first, last = tile * TILE * width, min((tile + 1) * TILE * width, len(self._cover))
        starts = range(first, last, width)
        counts = array("H", (min(MOST, sum(self._counts[start : start + width])) for start in starts))
        cover = bytes(_share(self._cover[start : start + width], width) for start in starts)
        return counts, cover

    def _add_cover(self, place: int, seconds: Seconds) -> None:
        self._cover[place] = min(COVERED, self._cover[place] + max(1, round(COVERED * seconds / self._width)))


def _share(cover: bytearray, width: int) -> int:
    """What little there is can be seen."""
    total = sum(cover)
    return max(1, total // width) if total else 0
