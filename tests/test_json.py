from __future__ import annotations

import json
import math
from collections import OrderedDict, UserDict
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live._json import compact_json, quick_copy


@given(st.recursive(st.none() | st.integers(-9, 9) | st.text(max_size=3), st.lists, max_leaves=6))
def test_a_copy_shares_nothing_that_can_change(value: Any) -> None:
    copy = quick_copy(value, 128)
    if isinstance(value, list):
        assert copy == value
        assert copy is not value


@pytest.mark.parametrize(
    "value",
    [math.nan, [math.inf], (1,), {1: 2}, {"a": date(2026, 1, 1)}, "\ud800", {1}, b"", 1j, UserDict(a=1)],
    ids=repr,
)
def test_what_is_not_plain_json_is_left_to_the_slow_road(value: Any) -> None:
    assert quick_copy(value, 128) is None
    assert compact_json(value) is None


def test_a_number_that_no_double_holds_is_left_to_the_slow_road() -> None:
    assert quick_copy([10**307], 128) == [10**307]
    assert quick_copy([10**309], 128) is None


def test_what_contains_itself_is_left_to_the_slow_road() -> None:
    ring: list[Any] = []
    ring.append(ring)
    assert quick_copy(ring, 128) is None
    assert compact_json(ring) is None


def test_a_copy_is_never_deeper_than_was_said() -> None:
    def nest(levels: int) -> Any:
        return [nest(levels - 1)] if levels else 0

    assert quick_copy(nest(5), 5) == nest(5)
    assert quick_copy(nest(6), 5) is None


def test_an_ordered_mapping_is_copied_in_its_order() -> None:
    copy = quick_copy(OrderedDict(b=1, a=[2]), 9)
    assert isinstance(copy, dict)
    assert list(copy) == ["b", "a"]


@given(
    st.recursive(st.none() | st.booleans() | st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=5)
)
def test_compact_json_is_what_the_standard_library_writes(value: Any) -> None:
    assert compact_json(value) == json.dumps(value, separators=(",", ":"), ensure_ascii=False)
