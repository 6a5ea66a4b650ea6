"""One shared store of JSON values per session, with delta views and a journal of what changed."""

from __future__ import annotations

from ._core import REDACTED, UNJOURNALED_KEYS, Clock
from ._evidence import Evidence
from ._journal import JournalGap, Mutation, MutationOrigin
from ._keys import StateKey
from ._scopes import SCOPES, Scope, ScopeRule
from ._sinks import FileJournalSink, JournalSink, MemoryJournalSink, read_journal
from ._store import State
from ._values import ABSENT, Absent, json_copy, json_equal

__all__ = [
    "ABSENT",
    "REDACTED",
    "SCOPES",
    "UNJOURNALED_KEYS",
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
    "ScopeRule",
    "State",
    "StateKey",
    "json_copy",
    "json_equal",
    "read_journal",
]
