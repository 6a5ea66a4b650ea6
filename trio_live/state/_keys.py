"""Keys that know the type of their value."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, get_args

import attrs

from trio_live.state._conversion import prepare

T = TypeVar("T")


# Not slotted: ``StateKey[int]("...")`` leaves its subscript on the instance, and that is where T is found.
@attrs.define(slots=False, frozen=False, hash=True, on_setattr=attrs.setters.frozen)
class StateKey(Generic[T]):
    """A State key with the type of its value, written once and used with ``get_key`` and its siblings.

    Sugar over the string: ``state.set(key.name, …)`` and ``state.set_key(key, …)`` reach the same entry. The type is
    given by subscript or as the second argument; with neither, reads return JSON as it is stored.

    Example::

        TURN_COUNT = StateKey[int]("session:turn_count")
        ORDER = StateKey("app:order", Order)
    """

    name: str
    """The whole key, prefix included."""
    _type: type[T] | None = attrs.field(default=None, alias="type")

    def __attrs_post_init__(self) -> None:
        """A key is written once, before the calls in which it is read."""
        prepare(self._type)

    @property
    def type(self) -> Any:
        """The type reads convert to; ``None`` when none was given."""
        if self._type is not None:
            return self._type
        (wanted,) = get_args(getattr(self, "__orig_class__", None)) or (None,)
        return None if isinstance(wanted, TypeVar) else wanted
