# ruff: noqa: A002 - ``type=`` is the word the public API uses for the type a read converts to.
"""Reading, given one primitive: what a key holds. A State reads by whole keys, a scope by names without their prefix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, overload

from trio_live._typing import Json
from trio_live.errors import StateError
from trio_live.state._conversion import ABSENT, SCALARS, Absent, MismatchError, convert, copy_out

T = TypeVar("T")
D = TypeVar("D")


Lookup: TypeAlias = Callable[[str], Json | Absent]
"""What a key holds, as it is stored (not a copy); `ABSENT` when it holds nothing."""


class Reads:
    """Reads by key and by type. What comes out is the reader's own: changing it changes no entry.

    Args:
        lookup: the primitive everything here is made of.
        prefix: what stands before a key where errors name it.
    """

    __slots__ = ("_lookup", "_prefix")

    def __init__(self, lookup: Lookup, prefix: str = "") -> None:
        self._lookup = lookup
        self._prefix = prefix

    @overload
    def get(self, key: str, default: Json = None) -> Json: ...
    @overload
    def get(self, key: str, *, type: type[T]) -> T | None: ...
    @overload
    def get(self, key: str, default: D, *, type: type[T]) -> T | D: ...
    @overload
    def get(self, key: str, default: Json = None, *, type: Any) -> Json: ...
    def get(self, key: str, default: Any = None, *, type: Any = None) -> Any:
        """The value, lenient about its type.

        Args:
            key: On a State a whole key, prefix included; on a scope a name without it.
            default: Returned, as it is, when the key is absent or its value is not of ``type``.
            type: What to convert to: a scalar type, ``list[int]``, ``X | None``, a Literal, an Enum, a TypedDict, a
                dataclass, an attrs class. Without it the JSON comes as it is stored, ``null`` as ``None``.

        Raises:
            ConfigError: No value could be read as ``type``.
        """
        value = self._lookup(key)
        if value is ABSENT:
            return default
        if type is None:
            return _own(value)
        try:
            return convert(value, type)
        except MismatchError:
            return default

    @overload
    def try_get(self, key: str, default: Json = None) -> Json: ...
    @overload
    def try_get(self, key: str, *, type: type[T]) -> T | None: ...
    @overload
    def try_get(self, key: str, default: D, *, type: type[T]) -> T | D: ...
    @overload
    def try_get(self, key: str, default: Json = None, *, type: Any) -> Json: ...
    def try_get(self, key: str, default: Any = None, *, type: Any = None) -> Any:
        """The value, strict about its type; for the lenient read see `get`.

        Args:
            key: On a State a whole key, prefix included; on a scope a name without it.
            default: Returned, as it is, when the key is absent.
            type: What to convert to.

        Raises:
            StateError: of kind ``wrong_type``, when the value is not of ``type``.
            ConfigError: No value could be read as ``type``.
        """
        value = self._lookup(key)
        if value is ABSENT:
            return default
        if type is None:
            return _own(value)
        try:
            return convert(value, type)
        except MismatchError as mismatch:
            raise StateError(self._prefix + key, "wrong_type", str(mismatch)) from mismatch

    def get_raw(self, key: str, default: Any = None) -> Any:
        """The value as it is stored. With `ABSENT` as the default, absent and ``null`` can be told apart."""
        value = self._lookup(key)
        return default if value is ABSENT else _own(value)

    def with_(self, key: str, function: Callable[[Json], T]) -> T | None:
        """What ``function`` makes of the value (a copy); ``None``, without a call, when the key is absent."""
        value = self._lookup(key)
        return None if value is ABSENT else function(copy_out(value))

    def contains(self, key: str) -> bool:
        """Whether the key can be read. Literal: a stored ``null`` is contained; for "do we know it?" see `is_known`."""
        return self._lookup(key) is not ABSENT

    has = contains

    def is_known(self, key: str) -> bool:
        """Whether the key can be read and holds something else than ``null``: the one predicate for "gathered"."""
        value = self._lookup(key)
        return value is not ABSENT and value is not None

    def __getitem__(self, key: str) -> Json:
        value = self._lookup(key)
        if value is ABSENT:
            raise KeyError(self._prefix + key)
        return _own(value)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.contains(key)


def _own(value: Json) -> Json:
    """A stored value, for the reader to keep."""
    return value if type(value) in SCALARS else copy_out(value)
