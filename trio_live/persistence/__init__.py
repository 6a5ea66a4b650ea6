"""Sessions that outlive their process: what is kept of one, and where."""

from trio_live.persistence._abc import SessionPersistence
from trio_live.persistence._fs import FsPersistence
from trio_live.persistence._memory import MemoryPersistence
from trio_live.persistence._migrations import SNAPSHOT_VERSION
from trio_live.persistence._snapshot import SessionSnapshot
from trio_live.persistence._sqlite import SqlitePersistence

__all__ = [
    "SNAPSHOT_VERSION",
    "FsPersistence",
    "MemoryPersistence",
    "SessionPersistence",
    "SessionSnapshot",
    "SqlitePersistence",
]
