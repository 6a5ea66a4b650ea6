from __future__ import annotations

from enum import Enum
from typing import Any

import attrs
import pytest

from trio_live.errors import ToolError
from trio_live.tools import LARGEST_ANSWER
from trio_live.tools._results import as_json


class Colour(Enum):
    RED = "red"


@attrs.frozen
class Slot:
    time: str
    colour: Colour = Colour.RED


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (None, None),
        ("x", "x"),
        (3, 3),
        ([Slot("9")], [{"time": "9", "colour": "red"}]),
        ((1, 2), [1, 2]),
        ({"a": Slot("9")}, {"a": {"time": "9", "colour": "red"}}),
    ],
)
def test_results_are_told_as_json(result: Any, told: Any) -> None:
    assert as_json(result) == told


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (float("nan"), "nan is not a JSON number"),
        ({"a": [float("inf")]}, "inf is not a JSON number"),
        (object(), "its result cannot be told"),
        (b"x", "its result cannot be told"),
        ("x" * LARGEST_ANSWER, "its result has about 262,160 bytes of JSON; ask for less"),
    ],
    ids=["nan", "inf", "object", "bytes", "long"],
)
def test_what_cannot_be_told_is_said(result: Any, reason: str) -> None:
    with pytest.raises(ToolError, match=reason):
        as_json(result)
