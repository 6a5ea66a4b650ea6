"""Checks of arguments, at the call that passes them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

T = TypeVar("T")

CONTEXT_TOKENS = 131_072
"""The largest context of any model (documented)."""


def text(name: str, value: Any, *, empty: bool = False) -> str:
    """A string, not empty unless that is allowed.

    Raises:
        TypeError: not a string.
        ValueError: empty.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")
    if not value.strip() and not empty:
        raise ValueError(f"{name} is empty")
    return value


def flag(name: str, value: Any) -> bool:
    """A boolean.

    Raises:
        TypeError: anything else.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return value


def number(name: str, value: Any, low: float, high: float) -> float:
    """A number between two bounds, both included.

    Raises:
        TypeError: not a number.
        ValueError: out of bounds, or not finite.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number, not {type(value).__name__}")
    if not low <= value <= high:
        raise ValueError(f"{name} must be between {low:g} and {high:g}, not {value!r}")
    return value


def whole(name: str, value: Any, low: int, high: int) -> int:
    """An integer between two bounds, both included. Errors as in `number`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an integer, not {type(value).__name__}")
    number(name, value, low, high)
    return value


def one_of(name: str, value: Any, allowed: Collection[str], prefix: str = "") -> str:
    """One of the API's enum strings, in full or without its prefix, in any case.

    Raises:
        TypeError: not a string.
        ValueError: not one of them; the message lists them.
    """
    wanted = text(name, value).upper()
    for candidate in (wanted, f"{prefix}{wanted}"):
        if candidate in allowed:
            return candidate
    names = ", ".join(sorted(item.removeprefix(prefix) for item in allowed if not item.endswith("UNSPECIFIED")))
    raise ValueError(f"{name} must be one of {names}, not {value!r}")


def instance(name: str, value: Any, kind: type[T]) -> T:
    """A value of one class.

    Raises:
        TypeError: anything else.
    """
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, not {value!r}")
    return value
