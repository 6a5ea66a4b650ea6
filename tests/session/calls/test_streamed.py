"""Pieces of calls, kept until the last one is there."""

from __future__ import annotations

from trio_live.session._calls._streamed import StreamedCalls, size_of
from trio_live.wire import FunctionCall, PartialArg


def piece(key: str | None, text: str, *, more: bool = True, name: str = "f") -> FunctionCall:
    return FunctionCall(key, name, partial_args=[PartialArg("$.x", string_value=text)], will_continue=more or None)


def test_a_call_is_whole_when_nothing_of_it_came_and_nothing_will() -> None:
    streamed = StreamedCalls()
    assert streamed.is_whole(FunctionCall("a", "f"))
    assert not streamed.is_whole(piece("a", "x"))


def test_two_calls_may_come_in_pieces_side_by_side() -> None:
    streamed = StreamedCalls()
    assert streamed.add(piece("a", "fo")) is None
    assert streamed.add(piece("b", "ra", name="g")) is None
    assert streamed.names() == {"a": "f", "b": "g"}
    assert streamed.add(piece("a", "g", more=False)) == FunctionCall("a", "f", {"x": "fog"})
    assert streamed.names() == {"b": "g"}


def test_what_waits_is_measured_and_let_go_with_its_call() -> None:
    streamed = StreamedCalls()
    streamed.add(piece("a", "x" * 1000))
    streamed.add(piece("b", "x" * 1000))
    assert streamed.size > 2000
    streamed.drop("a")
    assert size_of(piece("b", "x" * 1000)) == streamed.size
    streamed.clear()
    assert (len(streamed), streamed.size) == (0, 0)
