"""Immutable values that cost little to define.

`attrs.frozen` writes and compiles an initialiser, a comparison, a hash and a representation for every class, which is
two thirds of what a class costs, and a program that opens a session loads more than a hundred. Most of them are never
compared, hashed or printed. So only the initialiser is compiled here; the other three exist once, and look the fields
up. Whatever is made often and lives as a key of a dictionary is better off with `attrs.frozen` itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

import attrs

__all__ = ["value"]


@cache
def _compared(kind: type[attrs.AttrsInstance]) -> Callable[[object], object]:
    """A function that returns what two values of the class are compared by."""
    fields = [field for field in attrs.fields(kind) if field.eq]
    if not fields:
        return lambda _: None
    values = attrgetter(*(field.name for field in fields))
    if all(field.eq_key is None for field in fields):
        return values
    return lambda this: tuple((field.eq_key or _same)(getattr(this, field.name)) for field in fields)


def _same(value: object) -> object:
    return value


def _equal(this: attrs.AttrsInstance, other: object) -> Any:
    if other.__class__ is not this.__class__:
        return NotImplemented
    values = _compared(type(this))
    return values(this) == values(other)


def _hashed(this: attrs.AttrsInstance) -> int:
    kind = type(this)
    return hash((kind, _compared(kind)(this)))


@recursive_repr()
def _shown(this: attrs.AttrsInstance) -> str:
    """As attrs shows it: a field's own function where it has one, and not at all where it asked for that."""
    shown = (
        f"{field.name}={(repr if field.repr is True else field.repr)(getattr(this, field.name))}"
        for field in attrs.fields(type(this))
        if field.repr
    )
    return f"{type(this).__qualname__.rpartition('>.')[2]}({', '.join(shown)})"


_SHARED = {"__eq__": _equal, "__hash__": _hashed, "__repr__": _shown}


if TYPE_CHECKING:
    from attrs import frozen as value
else:

    def value(cls: type | None = None, **options: Any) -> Any:
        """As `attrs.frozen`, with the same options; the class's own methods are left as they are, as there."""
        if cls is None:
            return lambda decorated: value(decorated, **options)
        for name, method in _SHARED.items():
            if name not in cls.__dict__:
                setattr(cls, name, method)
        return attrs.frozen(cls, **options)  # which leaves out what the class has by now
