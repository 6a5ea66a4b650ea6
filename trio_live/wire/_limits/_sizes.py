"""About how much memory a value takes: for whoever keeps what a peer sent, and must not keep too much."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import attrs
import msgspec

_OF_ANY: Final = 64
"""Bytes of a value besides its text: a container has as many for itself, and the longest number no more."""


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """The fields of a message, or of an event."""
    if issubclass(kind, msgspec.Struct):
        return kind.__struct_fields__
    return tuple(field.name for field in attrs.fields(kind)) if attrs.has(kind) else ()


def memory_size(value: object) -> int:
    """Bytes of JSON, of a message or of an event, roughly, and rather too many than too few."""
    size = 0
    waiting: list[object] = [value]
    while waiting:
        one: Any = waiting.pop()
        size += _OF_ANY
        if isinstance(one, str | bytes):
            size += len(one)
        elif isinstance(one, dict):
            size += sum(map(len, one)) + _OF_ANY * len(one)
            waiting += one.values()
        elif isinstance(one, list | tuple | frozenset | set):
            waiting += one
        else:
            waiting += [getattr(one, name) for name in _fields(one.__class__)]
    return size
