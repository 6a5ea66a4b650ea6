"""JSON at the speed of msgspec, where what it does not say the same way has been ruled out.

Both functions are a fast road beside a slow one that knows every case and finds the words for every mistake; they say
``None`` wherever the answer could differ, and are never the judge.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from trio_live._typing import Json

__all__ = ["compact_json", "quick_copy"]

_REFUSED = (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError, RuntimeError)
"""Of values that are not JSON, lone surrogates among them, of what contains itself, and of what another thread changes."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_ENDLESS = re.compile(rb"\d{309}").search
"""Finds whole numbers that no double holds. Text may look like one, and is left to the slow road."""


def quick_copy(value: Any, most_deep: int) -> Json:
    """A copy of plain JSON that shares no container with it; ``None`` for everything else, and for ``None``.

    What msgspec writes in its own way (NaN, tuples, keys that are numbers, dates) reads back as something that is not
    equal to the value, and thereby gives itself away.

    Args:
        value: anything.
        most_deep: levels of nesting that are surely not exceeded by the copy. Containers are counted, not levels, so
            something broad and flat may be left to the slow road.
    """
    try:
        data = _encode(value)
        if data.count(b"{") + data.count(b"[") > most_deep or _ENDLESS(data):
            return None
        copied: Json = _decode(data)
        is_plain = copied == value
    except _REFUSED:
        return None
    return copied if is_plain else None


def compact_json(value: Any) -> str | None:
    """A value as JSON without spaces; ``None`` when it is not plain JSON."""
    try:
        data = _encode(value)
        is_plain = _decode(data) == value
    except _REFUSED:
        return None
    return data.decode() if is_plain else None
