"""The quick road of `json_copy` beside its slow one."""

from __future__ import annotations

from collections import namedtuple
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.errors import StateError
from trio_live.state._conversion import _values
from trio_live.state._internal import json_copy


class Colour(StrEnum):
    RED = "red"


class Number(IntEnum):
    ONE = 1


class Odd(Enum):
    ODD = "odd"


Pair = namedtuple("Pair", "a b")  # noqa: PYI024  # as users have them

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.sampled_from([10**308, 10**309, -(10**400)])
    | st.floats()
    | st.text(st.characters(codec=None), max_size=4)
    | st.sampled_from(
        [Colour.RED, Number.ONE, Odd.ODD, (1, 2), Pair(1, 2), {1}, b"x", date(2026, 1, 1), Decimal(1), object(), 1j]
    )
)
KEYS = st.text(st.characters(codec=None), max_size=3) | st.sampled_from([1, None, 1.5, True, Colour.RED, Number.ONE])
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3) | st.tuples(inner),
    max_leaves=8,
)


def kinds(value: Any) -> Any:
    """A value with the type of everything in it."""
    if type(value) is dict:
        return [(type(name), name, kinds(each)) for name, each in value.items()]
    return [kinds(each) for each in value] if type(value) is list else (type(value), repr(value))


def copied(value: Any) -> Any:
    try:
        return kinds(json_copy(value))
    except StateError as refusal:
        return str(refusal)


@given(ANYTHING)
def test_both_roads_copy_and_refuse_alike(value: Any) -> None:
    quick = copied(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_values, "quick_copy", lambda *_: None)
        assert copied(value) == quick
