"""What becomes of an error in a function the user wrote: told to an injected reporter, and the phase goes on.

Only `Exception` is an error. Cancellation and its kin pass through, and so does whatever the reporter itself raises:
that is how a session that is to end with the first error of a callback ends with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

U = TypeVar("U")

ErrorReporter: TypeAlias = Callable[[str, Exception], None]
"""Receives where it happened, in words (``phase 'menu' on_enter``), and the error."""


def attempt(
    report: ErrorReporter, where: str, function: Callable[..., T], *arguments: Any, read: Callable[[T], U]
) -> U | None:
    """Call a user's function, and read its answer; when either raises, report and return ``None``."""
    try:
        return read(function(*arguments))
    except Exception as error:  # noqa: BLE001 - a user's function may raise anything
        report(where, error)
        return None


class OncePerTurn:
    """Lets one report from each place through in each turn, however often that place is asked again.

    Args:
        report: told.
    """

    def __init__(self, report: ErrorReporter) -> None:
        self._report = report
        self._turn: int | None = None
        self._told: set[str] = set()

    def tell(self, turn: int, where: str, error: Exception) -> None:
        """Report an error in this turn, unless it was told already."""
        if turn != self._turn:
            self._turn, self._told = turn, set()
        if where not in self._told:
            self._told.add(where)
            self._report(where, error)
