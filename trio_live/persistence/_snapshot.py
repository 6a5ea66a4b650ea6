"""What is kept of a session, and its way through JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import attrs

from trio_live._typing import JsonObject, Seconds
from trio_live._values import value
from trio_live.conversation import TranscriptTurn
from trio_live.errors import SnapshotUnreadable
from trio_live.persistence._migrations import SNAPSHOT_VERSION, migrated
from trio_live.state._internal import MismatchError, convert


@value(kw_only=True)
class SessionSnapshot:
    """A session as it stood at the end of a turn."""

    version: int = SNAPSHOT_VERSION
    saved_at: str
    """When, in UTC, by ISO 8601."""
    model: str = ""
    """What the resumption handle was given for."""
    phase: str = ""
    """The phase of the conversation; empty without phases."""
    turn_count: int = 0
    resume_handle: str | None = None
    resume_handle_at: str | None = None
    """When the server gave that handle, as ``saved_at``."""
    transcript_summary: str = ""
    """The last turns, for a reader."""
    transcript: tuple[TranscriptTurn, ...] = ()
    """The turns that the session still remembers. Their stamps are seconds since the epoch."""
    state: JsonObject = attrs.field(factory=dict)
    """Every committed key; those whose values are redacted hold the mask."""

    def to_json(self) -> str:
        """The snapshot as JSON, a field on each line."""
        # By hand: to load and warm up a converter would take the first turn of a session a tenth of a second.
        values = attrs.asdict(self, recurse=False) | {"transcript": [attrs.asdict(turn) for turn in self.transcript]}
        fields = (f"{json.dumps(name)}: {_compact(each)}" for name, each in values.items())
        return "{\n" + ",\n".join(fields) + "\n}\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> SessionSnapshot:
        """Read what `to_json` wrote.

        Args:
            text: JSON.

        Raises:
            SnapshotUnreadable: it is damaged, no snapshot, or of a version that nothing leads here from.
        """
        try:
            snapshot: SessionSnapshot = convert(migrated(json.loads(text)), cls)
            for stamp in (snapshot.saved_at, snapshot.resume_handle_at):
                if stamp is not None:
                    instant(stamp)
        except (ValueError, RecursionError, MismatchError) as damage:
            raise SnapshotUnreadable(f"it is no snapshot: {damage}") from None
        return snapshot


def _compact(json_value: object) -> str:
    return json.dumps(json_value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def stamp(now: Seconds) -> str:
    """An instant in UTC, by ISO 8601, to the millisecond.

    Args:
        now: seconds since the epoch.
    """
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")


def instant(text: str) -> Seconds:
    """The instant that `stamp` wrote, in seconds since the epoch.

    Raises:
        ValueError: it is none, or says nothing of its time zone.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} does not say its time zone")
    return found.timestamp()
