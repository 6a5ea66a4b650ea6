"""How a talk goes on in a new connection."""

from __future__ import annotations

import enum

__all__ = ["Continuation"]


class Continuation(enum.Enum):
    """How a talk goes on in a connection."""

    NEW = "it begins"
    RESUMED = "the server remembers it, by a handle"
    RESEEDED = "the server was told of it, from the transcript"
    LOST = "the server knows nothing of it"
