"""What keeping a session runs into."""

from __future__ import annotations

from trio_live.errors._base import LiveError


class PersistenceError(LiveError):
    """A snapshot cannot be written, or what keeps it cannot be reached. For one that is there, see the subclass."""


class SnapshotUnreadable(PersistenceError):
    """A snapshot is there, and cannot be used: it is damaged, or of another version. The file is left as it is."""
