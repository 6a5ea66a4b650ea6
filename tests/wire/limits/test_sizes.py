"""About how much memory a value takes."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given, settings

from tests.wire.strategies import JSON
from trio_live.wire._limits import memory_size


@pytest.mark.parametrize("value", [{}, [], "x" * 1000, [1] * 1000, {str(key): [] for key in range(100)}])
def test_a_value_is_never_taken_for_much_smaller_than_it_is(value: Any) -> None:
    shallow = sys.getsizeof(value) + sum(map(sys.getsizeof, value if isinstance(value, list) else ()))
    assert memory_size(value) * 2 >= shallow


def test_depth_is_no_matter() -> None:
    value: Any = None
    for _ in range(10_000):
        value = [value]
    assert memory_size(value) > 10_000


@settings(deadline=None)
@given(JSON, JSON)
def test_a_list_is_larger_than_its_items(first: Any, second: Any) -> None:
    assert memory_size([first, second]) > memory_size(first) + memory_size(second)
