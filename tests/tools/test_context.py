from __future__ import annotations

from typing import Any

import pytest

from trio_live.tools import Cancellation, ToolContext
from trio_live.wire import FunctionCall


def test_the_first_reason_stays() -> None:
    cancellation = Cancellation()
    assert not cancellation.requested
    cancellation.request("the user interrupted")
    cancellation.request("the session ended")
    assert (cancellation.requested, cancellation.reason) == (True, "the user interrupted")


def test_that_the_time_is_up_is_known_to_whoever_looks() -> None:
    cancellation, late = Cancellation(), list[bool]()
    cancellation.watch(lambda: bool(late))
    assert not cancellation.requested
    late.append(True)
    assert (cancellation.requested, cancellation.reason) == (True, "it took too long")
    cancellation.request("the session ended")
    assert cancellation.reason == "it took too long"


async def test_outside_of_a_session_there_is_nobody_to_tell() -> None:
    context = ToolContext(FunctionCall(id="1", name="search"))
    assert (context.name, context.call_id, context.state.keys()) == ("search", "1", [])
    assert not await context.report_progress(1)


async def test_progress_goes_where_the_session_says() -> None:
    told: list[Any] = []

    async def tell(value: Any) -> bool:
        told.append(value)
        return True

    assert await ToolContext(progress=tell).report_progress(5)
    assert told == [5]


def test_a_tool_may_ask_for_the_end_of_the_call() -> None:
    context = ToolContext()
    with pytest.raises(ValueError, match="within is a number of seconds above 0, not 0"):
        context.end_call(within=0)
    assert context.ends_within is None
    context.end_call(within=3)
    assert context.ends_within == 3
