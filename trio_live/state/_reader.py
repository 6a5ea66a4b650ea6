# ruff: noqa: A002 - ``type=`` is the word the public API uses for the type a read converts to.
"""The half of State that reads. Nothing here changes entries, journal or sequence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, overload

from trio_live._typing import Json, JsonObject
from trio_live.errors import StateError
from trio_live.state._convert import MismatchError, convert
from trio_live.state._journaled import Journaled
from trio_live.state._keys import StateKey
from trio_live.state._values import ABSENT, Absent, copy_out, json_equal

T = TypeVar("T")
D = TypeVar("D")


class StateReader(Journaled):
    """Reading by key, by typed key and in bulk. See `State`, which users hold.

    The read path, the same for every method that takes a key: the key itself; else, for a key without any colon, the
    computed value ``derived:{key}``; else absent. What comes out is the reader's own: changing it changes no entry.
    """

    __slots__ = ()

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
            key: A whole key, prefix included.
            default: Returned, as it is, when the key is absent or its value is not of ``type``.
            type: What to convert to: a scalar type, ``list[int]``, ``X | None``, a Literal, an Enum, a TypedDict, a
                dataclass, an attrs class. Without it the JSON comes as it is stored, ``null`` as ``None``.

        Raises:
            ConfigError: No value could be read as ``type``.
        """
        value = self._read(key)
        if value is ABSENT:
            return default
        if type is None:
            return copy_out(value)
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
            key: A whole key, prefix included.
            default: Returned, as it is, when the key is absent.
            type: What to convert to.

        Raises:
            StateError: of kind ``wrong_type``, when the value is not of ``type``.
            ConfigError: No value could be read as ``type``.
        """
        value = self._read(key)
        if value is ABSENT:
            return default
        if type is None:
            return copy_out(value)
        try:
            return convert(value, type)
        except MismatchError as mismatch:
            raise StateError(key, "wrong_type", str(mismatch)) from mismatch

    def get_raw(self, key: str, default: Any = None) -> Any:
        """The value as it is stored. With `ABSENT` as the default, absent and ``null`` can be told apart."""
        value = self._read(key)
        return default if value is ABSENT else copy_out(value)

    def with_(self, key: str, function: Callable[[Json], T]) -> T | None:
        """What ``function`` makes of the value (a copy); ``None``, without a call, when the key is absent."""
        value = self._read(key)
        return None if value is ABSENT else function(copy_out(value))

    def contains(self, key: str) -> bool:
        """Whether the key can be read. Literal: a stored ``null`` is contained; for "do we know it?" see `is_known`."""
        return self._read(key) is not ABSENT

    has = contains

    def is_known(self, key: str) -> bool:
        """Whether the key can be read and holds something else than ``null``: the one predicate for "gathered"."""
        value = self._read(key)
        return value is not ABSENT and value is not None

    @overload
    def get_key(self, key: StateKey[T]) -> T | None: ...
    @overload
    def get_key(self, key: StateKey[T], default: D) -> T | D: ...
    def get_key(self, key: StateKey[Any], default: Any = None) -> Any:
        """As `get`, with the type of the key."""
        return self.get(key.name, default, type=key.type)

    @overload
    def try_get_key(self, key: StateKey[T]) -> T | None: ...
    @overload
    def try_get_key(self, key: StateKey[T], default: D) -> T | D: ...
    def try_get_key(self, key: StateKey[Any], default: Any = None) -> Any:
        """As `try_get`, with the type of the key."""
        return self.try_get(key.name, default, type=key.type)

    def with_key(self, key: StateKey[T], function: Callable[[T], D]) -> D | None:
        """As `with_`, with the type of the key: also ``None`` when the value is of another type."""
        value = self.get(key.name, ABSENT, type=key.type)
        return None if value is ABSENT else function(value)

    def __getitem__(self, key: str) -> Json:
        value = self._read(key)
        if value is ABSENT:
            raise KeyError(key)
        return copy_out(value)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.contains(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> list[str]:
        """The keys that hold something, this view's pending writes included; computed values under their full key."""
        with self._core.lock:
            return self._layers.keys()

    def to_dict(self, *, redacted: bool = False) -> JsonObject:
        """The committed entries, for persistence; what a delta view has pending is not among them.

        Args:
            redacted: Mask the values of `redact_keys`. ``State.from_dict`` skips masked values.
        """
        with self._core.lock:
            entries = dict(self._core.committed)
        if redacted:
            entries = {key: self._core.masked(key, value) for key, value in entries.items()}
        return {key: copy_out(value) for key, value in entries.items()}

    def snapshot_values(self, keys: Iterable[str]) -> JsonObject:
        """The present values of those keys that can be read; to be compared later with `diff_values`."""
        with self._core.lock:
            found = [(key, self._layers.read(key)) for key in keys]
        return {key: copy_out(value) for key, value in found if value is not ABSENT}

    def diff_values(self, previous: Mapping[str, Json], keys: Iterable[str]) -> list[tuple[str, Json, Json]]:
        """What changed since a snapshot: (key, old, new), in the order of ``keys``.

        An absent side is given as ``None``; a change between absent and ``null`` is a change all the same.
        """
        with self._core.lock:
            pairs = [(key, previous.get(key, ABSENT), self._layers.read(key)) for key in keys]
        return [(key, _or_none(old), _or_none(new)) for key, old, new in pairs if not json_equal(old, new)]

    def _read(self, key: str) -> Json | Absent:
        with self._core.lock:
            return self._layers.read(key)


def _or_none(value: Json | Absent) -> Json:
    return None if value is ABSENT else copy_out(value)
