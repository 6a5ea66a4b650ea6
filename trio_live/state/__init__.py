"""One shared store of JSON values per session, with delta views and a journal of what changed."""

from __future__ import annotations

from trio_live.state._conversion import ABSENT, Absent
from trio_live.state._evidence import Evidence
from trio_live.state._journal import REDACTED, Clock
from trio_live.state._keys import StateKey
from trio_live.state._mutation import JournalGap, Mutation, MutationOrigin
from trio_live.state._scopes import SCOPES, Scope
from trio_live.state._sinks import FileJournalSink, JournalSink, MemoryJournalSink, read_journal
from trio_live.state._store import State

__all__ = [
    "ABSENT",
    "REDACTED",
    "SCOPES",
    "Absent",
    "Clock",
    "Evidence",
    "FileJournalSink",
    "JournalGap",
    "JournalSink",
    "MemoryJournalSink",
    "Mutation",
    "MutationOrigin",
    "Scope",
    "State",
    "StateKey",
    "read_journal",
]
