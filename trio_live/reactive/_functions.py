"""The user's functions that are called here, and where their errors go."""

from __future__ import annotations

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any, TypeAlias

from trio_live.state import State

Condition: TypeAlias = Callable[[State], bool]
"""A question to State. Pure and not async: it is asked often."""

ReportError: TypeAlias = Callable[[str, Exception], None]
"""Receives what a user's function raised: where, as one writes it (``computed('risk')``), and the exception.

The caller's business is to log, count and publish it. It must not raise.
"""


def async_problem(function: Callable[..., Any], what: str) -> str | None:
    """A sentence when the function is async, which here would mean "always true"; ``None`` when it is not."""
    if iscoroutinefunction(function) or iscoroutinefunction(getattr(function, "__call__", None)):  # noqa: B004 - asked for its kind, not whether it is callable
        return f"{what} must be a plain function; an async one cannot be awaited here"
    return None
