"""Arguments that come in pieces."""

from __future__ import annotations

from typing import Any

import pytest

from trio_live.session._calls._arguments import joined_call
from trio_live.wire import FunctionCall, PartialArg


def piece(*args: tuple[str, Any], whole: dict[str, Any] | None = None, more: bool = True) -> FunctionCall:
    """One message about the call; each argument is a path with a value."""
    kinds = {str: "string_value", bool: "bool_value", float: "number_value", int: "number_value"}
    parts = [
        PartialArg(path, null_value="NULL_VALUE") if value is None else PartialArg(path, **{kinds[type(value)]: value})
        for path, value in args
    ]
    return FunctionCall("1", "book", whole, partial_args=parts or None, will_continue=more or None)


@pytest.mark.parametrize(
    ("pieces", "args"),
    [
        ([piece(("$.city", "Os")), piece(("$.city", "lo"), more=False)], {"city": "Oslo"}),
        ([piece(("$.a", 1), ("$.b", True)), piece(("$.c", None), more=False)], {"a": 1, "b": True, "c": None}),
        (
            [piece(("$.guests[0].name", "A")), piece(("$.guests[0].name", "nn")), piece(("$.guests[1].name", "Bo"))],
            {"guests": [{"name": "Ann"}, {"name": "Bo"}]},
        ),
        ([piece(("$['day of week']", "Mon")), piece(('$["at"]', "9"))], {"day of week": "Mon", "at": "9"}),
        ([piece(), piece(whole={"x": 1}, more=False)], {"x": 1}),
        ([piece(("$.x", 1)), piece(whole={"x": 2}, more=False)], {"x": 2}),
        ([piece(), piece(more=False)], {}),
    ],
)
def test_pieces_make_one_call(pieces: list[FunctionCall], args: dict[str, Any]) -> None:
    assert joined_call(pieces) == FunctionCall("1", "book", args)


@pytest.mark.parametrize("path", ["", "$", "city", "$[0]", "$.a..b", "$.x.y", "$.x[0]", "$.list[99999]", "$.a[*]"])
def test_a_path_that_leads_nowhere_is_left_out(path: str) -> None:
    assert joined_call([piece(("$.x", 1)), piece((path, "?"))]).args in ({"x": 1}, {"x": 1, "list": []})


def test_only_the_first_piece_need_say_whose_it_is() -> None:
    assert joined_call([piece(("$.x", 1)), FunctionCall()]) == FunctionCall("1", "book", {"x": 1})
