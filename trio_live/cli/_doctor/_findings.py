"""What a look at one thing has found."""

from __future__ import annotations

import enum

from trio_live._values import value


class Status(enum.StrEnum):
    """How much something matters."""

    OK = "ok"
    WARNING = "warning"
    """Some things will not work, or not well."""
    PROBLEM = "problem"
    """Calls will fail."""


@value
class Finding:
    """One line of the report."""

    what: str
    """What was looked at."""
    status: Status
    found: str
    advice: str = ""
    """What to do about it, or what it is good for."""
