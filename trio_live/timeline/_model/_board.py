"""Where spans are written: what is over is only added to, what is not may still change.

Each row keeps its spans in chunks, in the order in which they ended: a reader takes those chunks that overlap what it
shows. A row that is full forgets its oldest chunk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

from trio_live._typing import Seconds
from trio_live.timeline._model._bins import RowBins
from trio_live.timeline._model._values import Outcome, Span, Track

CHUNK: Final = 1024
"""Spans."""


@attrs.define(eq=False)
class Draft:
    """A span that is not over."""

    track: Track
    row: str
    kind: str
    begins: Seconds
    title: str
    data: str = "{}"

    def ended(self, at: Seconds, outcome: Outcome = Outcome.FINE) -> Span:
        """The span, now that it is over."""
        ends = max(at, self.begins)
        return Span(self.track, self.row, self.kind, self.begins, ends, self.title, self.data, outcome)


class Row:
    """The spans of one row that are over.

    Args:
        limit: so many are kept, more or less; ``None``: all.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._chunks: deque[list[Span]] = deque()
        self._index: deque[list[Any]] = deque()
        self._most = None if limit is None else max(2, limit // CHUNK)
        self.forgotten = 0
        """Chunks that are no longer kept."""
        self.bins = RowBins()

    def add(self, span: Span) -> None:
        """Something is over."""
        if not self._chunks or len(self._chunks[-1]) >= CHUNK:
            self._chunks.append([])
            self._index.append([span.begins, span.ends, 0])
            if self._most is not None and len(self._chunks) > self._most:
                self._chunks.popleft()
                self._index.popleft()
                self.forgotten += 1
        self._chunks[-1].append(span)
        newest = self._index[-1]
        newest[0], newest[1], newest[2] = min(newest[0], span.begins), max(newest[1], span.ends), newest[2] + 1
        self.bins.add(span)

    def chunk(self, number: int) -> list[Span]:
        """The spans of a chunk, counted from the first there ever was; empty where it is not kept."""
        place = number - self.forgotten
        return self._chunks[place] if 0 <= place < len(self._chunks) else []

    def index(self) -> list[tuple[Seconds, Seconds, int]]:
        """Of each chunk that is kept: its earliest beginning, its latest end, and how many spans it has."""
        return [(begins, ends, count) for begins, ends, count in self._index]

    def __iter__(self) -> Iterator[Span]:
        for chunk in self._chunks:
            yield from chunk


class Board:
    """The spans of one call.

    Args:
        limit: so many of each row are kept when they are over, the newest; ``None``: all.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self.rows: dict[str, Row] = {}
        self._open: dict[int, Draft] = {}

    @property
    def forgotten(self) -> int:
        """How many spans are no longer kept."""
        return CHUNK * sum(row.forgotten for row in self.rows.values())

    def mark(self, track: Track, row: str, kind: str, at: Seconds, title: str, data: str = "{}") -> None:  # noqa: PLR0917  # as a span
        """Something happened in a moment."""
        self.add(Span(track, row, kind, at, at, title, data))

    def add(self, span: Span) -> None:
        """Something is over."""
        row = self.rows.get(span.row)
        if row is None:
            row = self.rows[span.row] = Row(self._limit)
        row.add(span)

    def open(self, draft: Draft) -> Draft:
        """Something has begun."""
        self._open[id(draft)] = draft
        return draft

    def close(self, draft: Draft | None, at: Seconds, outcome: Outcome = Outcome.FINE) -> None:
        """It has ended; what has ended before, or never begun, is left alone."""
        if draft is not None and self._open.pop(id(draft), None) is not None:
            self.add(draft.ended(at, outcome))

    def is_open(self, draft: Draft | None) -> bool:
        """Whether it has begun and not ended."""
        return draft is not None and id(draft) in self._open

    def open_spans(self, now: Seconds) -> Iterator[Span]:
        """What is not over, as far as it is now."""
        for draft in self._open.values():
            yield draft.ended(now, Outcome.OPEN)

    def over(self) -> Iterator[Span]:
        """What is over, row by row."""
        for row in self.rows.values():
            yield from row


def rows_of(spans: Iterable[Span]) -> dict[str, Row]:
    """Spans as rows, those that are not over included."""
    rows: dict[str, Row] = {}
    for span in spans:
        rows.setdefault(span.row, Row()).add(span)
    return rows
