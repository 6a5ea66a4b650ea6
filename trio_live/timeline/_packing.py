"""A timeline in parts that a page asks for one by one: an index, tiles of bins, chunks of spans, and tables.

A file holds all of them, a server makes them when they are asked for; the page knows no difference.

====================  ================================================================================
name                  what it is
====================  ================================================================================
``tile/DETAIL/N``     for each line of levels its length, quietest and loudest; and, from `ROW_DETAIL` on, for each row
                      its length, counts (16 bits) and cover. Lengths have 32 bits, all numbers the smaller end first
``row/ROW/N``         JSON: columns of the spans of a chunk; texts stand once, in ``d``
``TABLE/N``           JSON: the lines of a chunk of a table
====================  ================================================================================
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import attrs

from trio_live._typing import JsonObject, Seconds
from trio_live.timeline._model import (
    CHUNK,
    DETAILS,
    FACTOR,
    LEVEL_SECONDS,
    LEVELS,
    ROW_DETAIL,
    ROWS,
    TILE,
    Outcome,
    Row,
    Span,
    StateChange,
    Timeline,
    TurnFigures,
    level_bins,
    rows_of,
    tiles_in,
)

VERSION: Final = 1
UNIT: Final = 10_000
"""Instants are whole numbers of this part of a second."""
OUTCOMES: Final = tuple(Outcome)
LINES: Final = tuple(LEVELS)
TABLES: Final = ("turns", "changes", "samples", "explanations")
TRACK_OF: Final = {row: track for track, rows in ROWS.items() for row in rows}


@attrs.frozen(kw_only=True)
class Pack:
    """What the parts of a timeline are made from."""

    began: Seconds
    length: Seconds
    levels: Mapping[str, bytes | bytearray]
    rows: Mapping[str, Row]
    turns: Sequence[TurnFigures] = ()
    changes: Sequence[StateChange] = ()
    samples: Sequence[tuple[Seconds, JsonObject]] = ()
    explanations: Sequence[tuple[Seconds, JsonObject]] = ()
    contract: JsonObject | None = None
    played_is_measured: bool = False
    sources: tuple[str, ...] = ()
    forgotten: int = 0
    is_live: bool = False
    open_spans: Sequence[Span] = ()
    """What is not over; it stands in no row yet."""

    @classmethod
    def of(cls, timeline: Timeline) -> Pack:
        """The parts of a timeline."""
        return cls(
            began=timeline.began,
            length=timeline.length,
            levels=timeline.levels,
            rows=rows_of(timeline.spans),
            turns=timeline.turns,
            changes=timeline.changes,
            samples=timeline.samples,
            explanations=timeline.explanations,
            contract=timeline.contract,
            played_is_measured=timeline.played_is_measured,
            sources=timeline.sources,
            forgotten=timeline.forgotten,
        )

    def index(self, title: str) -> JsonObject:
        """What a page must know before it asks for anything."""
        return {
            "version": VERSION,
            "title": title,
            "began": self.began,
            "length": self.length,
            "live": self.is_live,
            "sources": list(self.sources),
            "forgotten": self.forgotten,
            "measured": self.played_is_measured,
            "unit": UNIT,
            "detail": {
                "seconds": LEVEL_SECONDS,
                "factor": FACTOR,
                "tile": TILE,
                "details": DETAILS,
                "rows": ROW_DETAIL,
            },
            "outcomes": [str(each) for each in OUTCOMES],
            "lines": list(LINES),
            "rows": [
                {
                    "track": TRACK_OF[name],
                    "row": name,
                    "words": words,
                    **(
                        {"first": row.forgotten, "chunks": _rounded(row.index())}
                        if (row := self.rows.get(name))
                        else {}
                    ),
                }
                for track in ROWS.values()
                for name, words in track.items()
            ],
            "tables": {name: [len(self._table(name)), CHUNK] for name in TABLES},
            "contract": self.contract,
            "open": [_open(span) for span in self.open_spans],
        }

    def names(self) -> Iterator[str]:
        """Of all the parts."""
        for detail in reversed(range(DETAILS)):
            for tile in range(tiles_in(self.length, detail)):
                yield f"tile/{detail}/{tile}"
        for name in TABLES:
            for number in range(_chunks(len(self._table(name)))):
                yield f"{name}/{number}"
        for name, row in self.rows.items():
            for number in range(row.forgotten, row.forgotten + len(row.index())):
                yield f"row/{name}/{number}"

    def part(self, name: str) -> bytes | None:
        """A part by its name; ``None`` when there is no such."""
        match name.split("/"):
            case ["tile", detail, number] if _is_number(detail, DETAILS) and _is_number(number):
                return self._tile(int(detail), int(number))
            case ["row", row, number] if row in self.rows and _is_number(number):
                return spans_as_json(self.rows[row].chunk(int(number)))
            case [table, number] if table in TABLES and _is_number(number):
                first = int(number) * CHUNK
                return _json([_plain(each) for each in islice(self._table(table), first, first + CHUNK)])
            case _:
                return None

    def _table(self, name: str) -> Sequence[Any]:
        found: Sequence[Any] = getattr(self, name)
        return found

    def _tile(self, detail: int, number: int) -> bytes:
        parts: list[bytes] = []
        for line in LINES:
            quietest, loudest = level_bins(self.levels.get(line, b""), detail, number)
            parts += (_length(len(loudest)), quietest, loudest)
        if detail >= ROW_DETAIL:
            for name in TRACK_OF:
                row = self.rows.get(name)
                counts, cover = row.bins.bins(detail, number) if row is not None else (array("H"), b"")
                parts += (_length(len(cover)), _little(counts), cover)
        return b"".join(parts)


def spans_as_json(spans: Iterable[Span]) -> bytes:
    """Some spans in columns: instants in `UNIT`, kinds and texts by their places in lists."""
    texts: dict[tuple[str, str], int] = {}
    kinds: dict[str, int] = {}
    columns: dict[str, list[int]] = {"b": [], "l": [], "k": [], "t": [], "o": []}
    for span in spans:
        begins = round(span.begins * UNIT)
        columns["b"].append(begins)
        columns["l"].append(round(span.ends * UNIT) - begins)
        columns["k"].append(kinds.setdefault(span.kind, len(kinds)))
        columns["t"].append(texts.setdefault((span.title, span.data), len(texts)))
        columns["o"].append(OUTCOMES.index(span.outcome))
    shown = ",".join(f"[{json.dumps(title, ensure_ascii=False)},{data}]" for title, data in texts)
    rest = json.dumps({"kinds": list(kinds), **columns}, ensure_ascii=False, separators=(",", ":"))
    return f'{{"d":[{shown}],{rest[1:]}'.encode(errors="replace")


def _plain(found: Any) -> Any:
    """A line of a table as JSON."""
    match found:
        case TurnFigures():
            return attrs.asdict(found)
        case StateChange(at, key, old, new, who):
            return [round(at, 4), key, _loaded(old), _loaded(new), who]
        case (at, data):
            return [round(at, 4), data]
        case _:
            return found


def _open(span: Span) -> JsonObject:
    return {
        "row": span.row,
        "kind": span.kind,
        "begins": span.begins,
        "ends": span.ends,
        "title": span.title,
        "data": json.loads(span.data),
        "outcome": str(span.outcome),
    }


def _loaded(text: str | None) -> Any:
    return None if text is None else {"value": json.loads(text)}


def _rounded(index: Iterable[tuple[Seconds, Seconds, int]]) -> list[tuple[Seconds, Seconds, int]]:
    return [(round(begins, 4), round(ends, 4), count) for begins, ends, count in index]


def _chunks(count: int) -> int:
    return -(-count // CHUNK)


def _is_number(text: str, below: int = 10**9) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) < below  # noqa: PLR2004  # digits of 10**9


def _json(found: Any) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"), default=repr).encode(errors="replace")


def _length(count: int) -> bytes:
    return count.to_bytes(4, "little")


def _little(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
