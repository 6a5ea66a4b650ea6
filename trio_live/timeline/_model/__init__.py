"""The timeline as a value, from what happened in a call, and its levels of detail. Decides purely."""

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
from trio_live.timeline._model._board import CHUNK, Row, rows_of
from trio_live.timeline._model._building import TimelineBuilder, timeline_of
from trio_live.timeline._model._values import (
    LEVEL_SECONDS,
    LEVELS,
    NOTES,
    ROWS,
    Frame,
    Note,
    Outcome,
    Span,
    StateChange,
    Timeline,
    Track,
    TurnFigures,
)

__all__ = [
    "CHUNK",
    "DETAILS",
    "FACTOR",
    "LEVELS",
    "LEVEL_SECONDS",
    "NOTES",
    "ROWS",
    "ROW_DETAIL",
    "TILE",
    "Frame",
    "Note",
    "Outcome",
    "Row",
    "RowBins",
    "Span",
    "StateChange",
    "Timeline",
    "TimelineBuilder",
    "Track",
    "TurnFigures",
    "bin_seconds",
    "detail_for",
    "level_bins",
    "rows_of",
    "tiles_in",
    "timeline_of",
]
