"""About how much memory a JSON value takes: for whoever keeps what a peer sent, and must not keep too much."""

from __future__ import annotations

from typing import Any, Final

from trio_live._typing import Json

_OF_ANY: Final = 64
"""Bytes of a value besides its text: a container has as many for itself, and the longest number no more."""


def json_size(value: Json) -> int:
    """Bytes, roughly, and rather too many than too few."""
    size, waiting = 0, [value]
    while waiting:
        one: Any = waiting.pop()
        size += _OF_ANY
        if isinstance(one, str | bytes):
            size += len(one)
        elif isinstance(one, dict):
            size += sum(map(len, one)) + _OF_ANY * len(one)
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one
    return size
