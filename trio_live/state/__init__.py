"""One shared store of JSON values per session, with delta views and a journal of what changed."""

from __future__ import annotations

from trio_live.state._evidence import Evidence
from trio_live.state._journal import REDACTED, UNJOURNALED_KEYS, Clock
from trio_live.state._keys import StateKey
from trio_live.state._mutation import JournalGap, Mutation, MutationOrigin
from trio_live.state._scopes import SCOPES, Scope, ScopeRule
from trio_live.state._sinks import FileJournalSink, JournalSink, MemoryJournalSink, read_journal
from trio_live.state._store import State
from trio_live.state._values import ABSENT, Absent, json_copy, json_equal

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
