"""Durations, 64-bit integers and what all structs share."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wire.strategies import JSON
from trio_live.wire import Blob, Marker, duration, seconds
from trio_live.wire._internal import evolve, int64


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("10s", 10.0),
        ("0s", 0.0),
        ("1.250s", 1.25),
        ("0.000000001s", 1e-9),
        (" 3s ", 3.0),
        ("4", 4.0),
        (5, 5.0),
        (2.5, 2.5),
        ({"seconds": 5, "nanos": 0}, 5.0),
        ({"seconds": "5", "nanos": 500_000_000}, 5.5),
        ({"seconds": 7}, 7.0),
    ],
)
def test_a_duration_is_read_in_every_form_it_comes_in(written: Any, length: float) -> None:
    assert seconds(written) == pytest.approx(length)


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "s",
        "soon",
        "10m",
        True,
        [],
        {},
        {"nanos": 5},
        {"seconds": None},
        {"seconds": 5, "nanos": None},
        {"seconds": 5, "nanos": {}},
        "nans",
        "Infinitys",
        "-2s",
        -1,
        1e308,
        "1e308s",
        float("inf"),
        10**400,
        {"seconds": 10**400},
        {"seconds": 1, "nanos": 10**400},
    ],
)
def test_an_unreadable_duration_is_none(written: Any) -> None:
    assert seconds(written) is None


@settings(deadline=None)
@given(JSON | st.integers() | st.floats())
def test_no_json_value_makes_reading_a_duration_fail(written: Any) -> None:
    length = seconds(written)
    assert length is None or isinstance(length, float)


@pytest.mark.parametrize(
    ("length", "written"),
    [(0, "0s"), (10, "10s"), (100.0, "100s"), (1.25, "1.25s"), (9.999, "9.999s"), (1e-9, "0.000000001s")],
)
def test_a_duration_is_written_without_trailing_zeros(length: float, written: str) -> None:
    assert duration(length) == written


@settings(deadline=None)
@given(st.floats(0, 1e6))
def test_a_written_duration_is_read_to_the_nanosecond(length: float) -> None:
    assert seconds(duration(length)) == pytest.approx(length, abs=1e-9)


@pytest.mark.parametrize(
    ("written", "number"),
    [("17", 17), (17, 17), ("-1", -1), (None, None), ("", None), ("many", None), ("9" * 5000, None)],
)
def test_a_64_bit_integer_is_read_as_string_or_number(written: int | str | None, number: int | None) -> None:
    assert int64(written) == number


def test_structs_cannot_be_changed() -> None:
    blob = Blob(mime_type="audio/pcm")
    with pytest.raises(AttributeError):
        blob.mime_type = "image/png"  # type: ignore[misc]  # that it is an error is the point


def test_a_changed_copy_leaves_the_original_alone() -> None:
    blob = Blob("audio/pcm", b"\0\0")
    assert evolve(blob, mime_type="image/png") == Blob("image/png", b"\0\0")
    assert blob.mime_type == "audio/pcm"


def test_an_empty_object_is_a_value_of_its_own() -> None:
    assert Marker() == Marker()
    assert repr(Blob(mime_type="x")) == "Blob(mime_type='x')"
