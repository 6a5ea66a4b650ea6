"""One call on one time axis: what was said and heard, what went over the wire, what was decided, and why."""

from trio_live.timeline._calls import CallLog, CallLogs
from trio_live.timeline._html import timeline_html
from trio_live.timeline._model import Note, Outcome, Span, StateChange, Timeline, Track, TurnFigures, timeline_of
from trio_live.timeline._notes_file import read_notes

__all__ = [
    "CallLog",
    "CallLogs",
    "Note",
    "Outcome",
    "Span",
    "StateChange",
    "Timeline",
    "Track",
    "TurnFigures",
    "read_notes",
    "timeline_html",
    "timeline_of",
]
