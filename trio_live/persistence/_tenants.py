"""Who saves under which name now: two sessions of one name in one process would write over each other."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from trio_live.persistence._abc import SessionPersistence

logger = logging.getLogger("trio_live.persistence")

_live: Counter[tuple[str, str]] = Counter()
"""Back end, as it shows itself, and name → sessions that save there."""


@contextmanager
def open_tenancy(backend: SessionPersistence, session_id: str) -> Iterator[None]:
    """Save under a name while the block lasts; a warning is logged when somebody does already."""
    place = (repr(backend), session_id)
    _live[place] += 1
    try:
        if _live[place] > 1:
            logger.warning(
                "%d live sessions of this process save as %r in %s, each over the other; give them a session_id each",
                _live[place],
                session_id,
                backend,
            )
        yield
    finally:
        _live[place] -= 1
        if not _live[place]:
            del _live[place]
