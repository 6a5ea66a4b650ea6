"""When what the model is told beside the talk leaves."""

from __future__ import annotations

import enum

__all__ = ["ContextDelivery"]


class ContextDelivery(enum.Enum):
    """When context turns leave."""

    IMMEDIATE = "immediate"
    """At the end of the turn that made them."""
    DEFERRED = "deferred"
    """Just before the user's next words, so that they never cut into a silence."""
