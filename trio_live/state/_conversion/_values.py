"""JSON values at the border of State: strict copies in, plain copies out, strict equality.

Rules of this file:

- What is stored was checked and copied on its way in, so everything behind the border can be trusted: it is built of
  ``None``, ``bool``, ``int``, finite ``float``, ``str``, ``list`` and ``dict`` with string keys, of exactly these
  types, and nobody outside holds a reference to any container in it.
- Scalars are immutable, so they cross the border as they are. Only containers cost a copy.
- Python says ``True == 1`` and ``1 == 1.0``; JSON does not. Whoever asks "did this change?" asks `json_equal`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum
from types import NoneType
from typing import Any, Final

from trio_live._json import quick_copy
from trio_live._typing import Json
from trio_live.errors import StateError

MAX_DEPTH: Final = 128
"""How deep containers may nest: the limit serde_json has, and far below Python's own. It also ends every cycle."""

_LONGEST_PATH: Final = 8
_LARGE: Final = 2**63
"""Integers below it need no second look."""
_BESIDES: Final = 16
"""Bytes of a value besides its text."""
SCALARS: Final = frozenset({NoneType, bool, int, float, str})
"""What needs no copy."""
_EXACT: Final = SCALARS | {list, dict}


class Absent(Enum):
    """The type of `ABSENT`. An enum, so that ``is`` narrows it for type checkers."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
"""There is no value: not even ``null``."""


class _NotJsonError(Exception):
    """What is wrong, and the way to it from the outside in (collected from the inside out)."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.steps: list[str] = []

    def __str__(self) -> str:
        shown = "".join(reversed(self.steps)) if len(self.steps) <= _LONGEST_PATH else ""
        return f"{self.what} at {shown}" if shown else self.what


def json_copy(value: Any, *, key: str = "") -> Json:
    """Check that a value is JSON and copy it, so that later changes to the original do not reach the copy.

    Subclasses of the JSON types come out as the plain type (a ``StrEnum`` member as ``str``). Tuples, sets, bytes and
    objects are refused, as are NaN, the infinities, text that UTF-8 cannot carry, and nesting over `MAX_DEPTH`.

    Args:
        value: Anything.
        key: The State key the value is meant for; carried by the error.

    Returns:
        An equal value that shares no container with ``value``.

    Raises:
        StateError: of kind ``serialize``, when the value is not JSON.
    """
    kind = type(value)
    if (kind is dict or kind is list) and (copied := quick_copy(value, MAX_DEPTH)) is not None:
        return copied
    try:
        return _checked(value, MAX_DEPTH)
    except _NotJsonError as refusal:
        raise StateError(key, "serialize", str(refusal)) from None
    except RuntimeError:
        raise StateError(key, "serialize", "another thread changed it while it was copied") from None


def check_key(key: Any) -> str:
    """The key as a plain ``str``.

    Raises:
        StateError: of kind ``serialize``, when it is no text.
    """
    if type(key) is str and key.isascii():
        return key
    try:
        return _name(key)
    except _NotJsonError as refusal:
        raise StateError(repr(key), "serialize", str(refusal)) from None


def json_entry(key: Any, value: Any) -> tuple[str, Json]:
    """A key and its value, both checked and the value copied: what a write takes in. Errors as `json_copy`."""
    return check_key(key), json_copy(value, key=key)


def json_entries(entries: Mapping[str, Any]) -> dict[str, Json]:
    """As `json_entry` for many. Errors as `json_copy`, for the first that is wrong."""
    return {check_key(key): json_copy(new, key=key) for key, new in entries.items()}


def json_changes(held: Mapping[str, Json | Absent], values: Mapping[str, Any]) -> dict[str, Json | Absent]:
    """Those of many values that are not what their keys hold, checked and copied. Errors as `json_entries`.

    Args:
        held: what the keys hold; those that are not among them hold nothing.
        values: what a write takes in; `ABSENT` says that a key is to be removed.
    """
    changes: dict[str, Json | Absent] = {}
    for given, value in values.items():
        key = check_key(given)
        new = value if value is ABSENT else json_copy(value, key=key)
        if not json_equal(held.get(key, ABSENT), new):
            changes[key] = new
    return changes


def copy_out(value: Json) -> Json:
    """A copy of a stored value; scalars as they are. The value must have come through `json_copy`."""
    kind = type(value)
    if kind is dict:
        return {name: item if type(item) in SCALARS else copy_out(item) for name, item in value.items()}
    if kind is list:
        return [item if type(item) in SCALARS else copy_out(item) for item in value]
    return value


def json_equal(left: Any, right: Any) -> bool:
    """Whether two values are the same JSON.

    ``True``, ``1`` and ``1.0`` all differ; so do ``"1"`` and ``1``, and ``None`` and `ABSENT`. Objects are equal
    whatever the order of their keys; arrays compare in order. NaN equals nothing.
    """
    kind = json_kind(left)
    if kind is not json_kind(right):
        return False
    if kind is dict:
        return len(left) == len(right) and all(
            name in right and json_equal(item, right[name]) for name, item in left.items()
        )
    if kind is list:
        return len(left) == len(right) and all(json_equal(*pair) for pair in zip(left, right, strict=True))
    return bool(left == right)


def json_kind(value: Any) -> type:
    kind: type = type(value)
    if kind in _EXACT:
        return kind
    return next((base for base in (str, int, float, dict, list) if issubclass(kind, base)), kind)


def json_size(value: Json | Absent) -> int:
    """About how many bytes the text of a stored value takes; what is not text counts little."""
    size, waiting = 0, [value]
    while waiting:
        one: Any = waiting.pop()
        kind = type(one)
        size += _BESIDES
        if kind is str:
            size += len(one)
            continue
        if kind is dict:
            size += sum(map(len, one))
            one = one.values()
        elif kind is not list:
            continue
        for item in one:
            if type(item) is str:  # as most are
                size += _BESIDES + len(item)
            else:
                waiting.append(item)
    return size


def _checked(value: Any, depth: int) -> Json:
    kind = type(value)
    if kind is bool or value is None or (kind is int and -_LARGE < value < _LARGE):
        return value
    match value:
        case str():
            return _text(value)
        case float():
            return _finite(value)
        case dict():
            return _object(value, depth)
        case list():
            return _array(value, depth)
        case int():
            return _whole(int.__int__(value))
    raise _NotJsonError(f"a {kind.__qualname__} is not a JSON value")


def _text(value: str) -> str:
    plain = value if type(value) is str else str.__str__(value)
    if not plain.isascii():
        try:
            plain.encode()
        except UnicodeEncodeError:
            raise _NotJsonError("text with a lone surrogate is not Unicode") from None
    return plain


def _whole(value: int) -> int:
    try:
        float(value)
    except OverflowError:
        raise _NotJsonError("an integer of more than 308 digits is no JSON number: no double holds it") from None
    return value


def _finite(value: float) -> float:
    plain = float.__float__(value)
    if not math.isfinite(plain):
        raise _NotJsonError(f"{plain} is not a JSON number")
    return plain


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise _NotJsonError(f"a key is a {type(name).__qualname__}, not text")
    return _text(name)


def _object(value: dict[Any, Any], depth: int) -> dict[str, Json]:
    _check_depth(depth)
    copied: dict[str, Json] = {}
    for name, item in value.items():
        try:
            copied[_name(name)] = _checked(item, depth - 1)
        except _NotJsonError as refusal:
            refusal.steps.append(f"[{name!r}]")
            raise
    return copied


def _array(value: list[Any], depth: int) -> list[Json]:
    _check_depth(depth)
    copied: list[Json] = []
    for index, item in enumerate(value):
        try:
            copied.append(_checked(item, depth - 1))
        except _NotJsonError as refusal:
            refusal.steps.append(f"[{index}]")
            raise
    return copied


def _check_depth(depth: int) -> None:
    if not depth:
        raise _NotJsonError(f"it nests more than {MAX_DEPTH} deep, or contains itself")
