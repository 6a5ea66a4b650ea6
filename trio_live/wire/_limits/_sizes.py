"""About how much memory a value takes: for whoever keeps what a peer sent, and must not keep too much."""

from __future__ import annotations

from functools import cache
from types import NoneType
from typing import Any, Final

import attrs
import msgspec

_OF_ANY: Final = 64
"""Bytes of a value besides its text: a container has as many for itself, and the longest number no more."""


_SEQUENCES: Final = frozenset({list, tuple, set, frozenset})
_NUMBERS: Final = frozenset({int, float, bool, NoneType})


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
        kind = type(one)
        size += _OF_ANY
        if kind is str or kind is bytes:
            size += len(one)
        elif kind is dict:
            size += sum(map(len, one)) + _OF_ANY * len(one)
            for item in one.values():
                if type(item) is str:  # nearly every argument of a call is one
                    size += _OF_ANY + len(item)
                else:
                    waiting.append(item)
        elif kind in _SEQUENCES:
            waiting += one
        elif kind not in _NUMBERS:
            for name in _fields(one.__class__):
                item = getattr(one, name)
                if item is None:
                    size += _OF_ANY
                elif type(item) is str:
                    size += _OF_ANY + len(item)
                else:
                    waiting.append(item)
            size += len(one) if isinstance(one, str) else 0  # a member of an enumeration
    return size
