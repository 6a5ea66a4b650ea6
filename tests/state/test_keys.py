from __future__ import annotations

from typing import TypeVar

import attrs
import pytest

from trio_live.state import StateKey

T = TypeVar("T")


def test_the_type_is_found_in_the_subscript_or_the_second_argument() -> None:
    assert StateKey[int]("a").type is int
    assert StateKey("a", int).type is int
    assert StateKey[list[int]]("a").type == list[int]


def test_without_a_type_there_is_none() -> None:
    untyped: StateKey[int] = StateKey("a")
    assert untyped.type is None

    def generic(name: str) -> StateKey[T]:
        return StateKey[T](name)

    made: StateKey[int] = generic("a")
    assert made.type is None


def test_keys_are_values() -> None:
    assert StateKey[int]("a") == StateKey[int]("a")
    assert len({StateKey[int]("a"), StateKey[int]("a"), StateKey[int]("b")}) == 2
    with pytest.raises(attrs.exceptions.FrozenAttributeError):
        StateKey[int]("a").name = "b"
