"""Arguments are checked at the call that passes them, and the message names them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from trio_live.live import _checks as check


@pytest.mark.parametrize("value", [None, 5, b"text", ["text"]])
def test_a_text_is_a_string(value: Any) -> None:
    with pytest.raises(TypeError, match="voice must be a string, not "):
        check.text("voice", value)


@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_a_text_says_something(value: str) -> None:
    with pytest.raises(ValueError, match="voice is empty"):
        check.text("voice", value)
    assert check.text("voice", value, empty=True) == value


@pytest.mark.parametrize("value", [None, 0, 1, "yes"])
def test_a_flag_is_true_or_false(value: Any) -> None:
    with pytest.raises(TypeError, match="on must be True or False"):
        check.flag("on", value)


@pytest.mark.parametrize("value", [None, "1", True, 1j])
def test_a_number_is_a_number(value: Any) -> None:
    with pytest.raises(TypeError, match="temperature must be a number"):
        check.number("temperature", value, 0, 2)


@pytest.mark.parametrize("value", [-0.1, 2.1, math.nan, math.inf, -math.inf])
def test_a_number_has_bounds(value: float) -> None:
    with pytest.raises(ValueError, match="temperature must be between 0 and 2, not "):
        check.number("temperature", value, 0, 2)


@pytest.mark.parametrize("value", [0, 2, 1.5])
def test_bounds_belong_to_the_range(value: float) -> None:
    assert check.number("temperature", value, 0, 2) == value


@pytest.mark.parametrize("value", [1.0, "1", False, None])
def test_a_whole_number_is_an_integer(value: Any) -> None:
    with pytest.raises(TypeError, match="seed must be an integer"):
        check.whole("seed", value, 0, 9)


@pytest.mark.parametrize("value", [-1, 10])
def test_a_whole_number_has_bounds(value: int) -> None:
    with pytest.raises(ValueError, match="seed must be between"):
        check.whole("seed", value, 0, 9)


ALLOWED = {"LEVEL_HIGH", "LEVEL_LOW", "LEVEL_UNSPECIFIED"}


@pytest.mark.parametrize("value", ["LEVEL_HIGH", "level_high", "HIGH", "high", "High"])
def test_an_enum_string_may_be_short_and_in_any_case(value: str) -> None:
    assert check.one_of("level", value, ALLOWED, "LEVEL_") == "LEVEL_HIGH"


def test_an_unknown_enum_string_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="level must be one of HIGH, LOW, not 'medium'"):
        check.one_of("level", "medium", ALLOWED, "LEVEL_")
    with pytest.raises(TypeError, match="level must be a string"):
        check.one_of("level", 5, ALLOWED)


def test_an_instance_is_one() -> None:
    assert check.instance("sample", b"ab", bytes) == b"ab"
    with pytest.raises(TypeError, match="sample must be a bytes, not 'ab'"):
        check.instance("sample", "ab", bytes)
