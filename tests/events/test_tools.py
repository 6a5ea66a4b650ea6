"""What a transcript keeps of a function call."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.events import ToolCallSummary

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=80),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=20), inner),
)


def summary(value: Any) -> str:
    return ToolCallSummary.of("f", value, None).args_summary


def test_a_call_is_kept_as_compact_json() -> None:
    kept = ToolCallSummary.of("get_weather", {"city": "Paris", "days": [1, 2]}, {"output": "fog"})
    assert kept == ToolCallSummary("get_weather", '{"city":"Paris","days":[1,2]}', '{"output":"fog"}')
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        kept.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("letter", ["a", "é", "霧", "🌫"])
def test_long_values_are_cut_after_two_hundred_characters_not_bytes(letter: str) -> None:
    assert summary(letter * 500) == '"' + letter * 199
    assert summary(letter * 198) == f'"{letter * 198}"'
    assert summary(letter * 199) == f'"{letter * 199}'


@given(JSON)
def test_a_summary_is_the_beginning_of_the_json(value: Any) -> None:
    whole = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    assert summary(value) == whole[:200]


def test_absent_arguments_and_results_have_a_summary_too() -> None:
    assert ToolCallSummary.of("f", None, None) == ToolCallSummary("f", "null", "null")


class Opaque:
    def __repr__(self) -> str:
        return "<opaque>"


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Opaque(), '"<opaque>"'),
        ({"x": Opaque()}, '{"x":"<opaque>"}'),
        ({("a", 1): 2}, "{('a', 1): 2}"),
        (CIRCLE, "[[[[[[[...]]]]]]]"),
        (b"\x01", "\"b'\\\\x01'\""),
    ],
)
def test_what_is_not_json_is_shown_as_python_prints_it(value: Any, shown: str) -> None:
    assert summary(value) == shown


def test_what_is_nested_too_deep_to_be_written_is_no_reason_to_fail() -> None:
    assert 0 < len(summary(nested(100_000))) <= 200
