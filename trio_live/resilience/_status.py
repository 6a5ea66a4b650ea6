"""The state of the link, as a program may look at it."""

from __future__ import annotations

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.session import CloseKind


@value
class LinkClose:
    """How one connection ended."""

    generation: int
    """Which one, from 1."""
    lived: Seconds
    """How long it was up; 0 for one that never came up."""
    reason: str
    """In words."""
    code: int | None = None
    """The WebSocket code, or an HTTP status; ``None`` where this side left."""
    kind: CloseKind | None = None
    """What that comes to; ``None`` where this side left."""


@value(kw_only=True)
class LinkStatus:
    """One look at the link; nothing in it changes."""

    generation: int
    """How many connections were dialled, this one included."""
    is_up: bool
    """Whether the server takes messages now."""
    age: Seconds | None
    """Since the connection came up; ``None`` while there is none."""
    handle_age: Seconds | None
    """Since the newest resumption handle was given; ``None`` without one."""
    go_away_in: Seconds | None
    """Until the server closes the connection, where it said so."""
    outbox: int
    """Commands that wait to be written."""
    closes: tuple[LinkClose, ...]
    """The connections before, the newest last; so many of them as are kept."""
