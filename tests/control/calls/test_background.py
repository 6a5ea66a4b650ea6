"""Tools in the background: acknowledged with the batch, answered when they are done, and never lost sight of."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import errors, executions, failed, responses
from tests.lanes.rig import BoomError
from tests.peer import builder, call, call_of, reading, settled, tool_call, turn_complete
from trio_live import FunctionCall, FunctionResponse, Live, Platform, State, ToolContext
from trio_live.tools import DefaultResultFormatter, tool


async def search(topic: str, takes: float = 0) -> str:
    """Search everywhere.

    Args:
        topic: what for.
        takes: how long.
    """
    if takes:
        await trio.sleep(takes)
    return f"all about {topic}"


async def add(first: int, second: int) -> int:
    """The sum."""
    return first + second


def agent() -> Live:
    return builder().tools(search, add).tool_background("search")


DONE = {"status": "completed", "tool": "search", "result": "all about fog"}
ACK = {"status": "running", "tool": "search"}


async def test_the_acknowledgement_goes_with_the_batch_and_the_result_follows(autojump_clock: MockClock) -> None:
    seen_by_hook: list[Any] = []

    async def look(answers: Sequence[FunctionResponse], state: State) -> Sequence[FunctionResponse]:
        seen_by_hook.append([answer.response for answer in answers])
        return answers

    live = agent().tool_background_with_scheduling("search", "WHEN_IDLE").before_tool_response(look)
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("search", "1", topic="fog", takes=3), call_of("add", "2", first=1, second=2)))
        await settled()
        assert str(session.phase) == "Active", "the model does not wait, so neither does the link"
        assert session.background_tools.active_ids() == ("1",)
        await peer.send(turn_complete())
        await trio.sleep(5)
        first, second = peer.answers
    assert [answer["response"] for answer in first] == [ACK, {"output": 3}]
    assert [(answer["response"], answer["scheduling"]) for answer in second] == [(DONE, "WHEN_IDLE")]
    assert (first[0]["scheduling"], first[0]["willContinue"]) == ("WHEN_IDLE", True)
    assert seen_by_hook == [[ACK, {"output": 3}], [DONE]]
    assert [event.result for event in executions(seen)] == [ACK, {"output": 3}, DONE]


async def test_a_tool_that_is_done_at_once_leaves_nothing_behind(autojump_clock: MockClock) -> None:
    async with call(agent()) as (session, peer):
        await peer.send(tool_call(call_of("search", "1", topic="fog")))
        await settled()
        assert [response for _, response in responses(peer)] == [ACK, DONE]
        assert session.background_tools.active_ids() == ()


async def test_the_program_may_give_a_tool_up_and_the_model_is_told(autojump_clock: MockClock) -> None:
    async with call(agent()) as (session, peer):
        await peer.send(*(tool_call(call_of("search", str(n), topic="fog", takes=60)) for n in range(3)))
        await settled()
        session.background_tools.cancel(["0", "nobody"])
        await settled()
        assert session.background_tools.active_ids() == ("1", "2")
        session.background_tools.cancel_all()
        await settled()
        assert session.background_tools.active_count() == 0
        assert sorted(key or "" for key, _ in responses(peer)[3:]) == ["0", "1", "2"]
        assert {response["error"] for _, response in responses(peer)[3:]} == {"Tool cancelled"}


async def test_calls_without_an_id_run_side_by_side(autojump_clock: MockClock) -> None:
    async with call(agent()) as (session, peer):
        await peer.send(tool_call(call_of("search", topic="fog", takes=2), call_of("search", topic="rain", takes=1)))
        await settled()
        assert session.background_tools.active_count() == 2
        await trio.sleep(5)
        results = [response.get("result") for _, response in responses(peer)[2:]]
        assert results == ["all about rain", "all about fog"]


async def test_where_a_call_takes_one_answer_only_it_gets_the_result(autojump_clock: MockClock) -> None:
    live = Live.builder().model("gemini-3.8-live").tools(search).tool_background("search")
    async with call(live, platform=Platform.VERTEX) as (_, peer):
        await peer.send(tool_call(call_of("search", "1", topic="fog", takes=2)))
        await settled()
        assert peer.answers == []
        await trio.sleep(5)
        assert responses(peer) == [("1", DONE)]


class Broken(DefaultResultFormatter):
    def format_result(self, call: FunctionCall, result: Any) -> Any:
        raise BoomError("no words")


async def test_a_formatter_that_raises_is_reported_and_the_plain_words_are_used(autojump_clock: MockClock) -> None:
    live = agent().tool_background_with_formatter("search", Broken())
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("search", "1", topic="fog")))
        await settled()
        assert [response for _, response in responses(peer)] == [ACK, DONE]
    assert errors(seen) == ["the formatter of search: no words"]


@tool(behavior="NON_BLOCKING")
async def count(to: int) -> AsyncGenerator[int, None]:
    """Count."""
    for number in range(to):
        yield number
        await trio.sleep(1)


@pytest.mark.parametrize("background", [False, True])
async def test_what_a_tool_tells_while_it_runs_is_sent_at_once(background: bool, autojump_clock: MockClock) -> None:  # noqa: FBT001
    live = builder().tools(count)
    live = live.tool_background("count") if background else live
    async with call(live) as (session, peer):
        await peer.send(tool_call(call_of("count", "1", to=3)))
        await trio.sleep(1.5)
        assert [r["output"] for _, r in responses(peer) if "output" in r] == [0, 1]
        await trio.sleep(5)
        *pieces, last = [answer for batch in peer.answers for answer in batch]
        assert all(piece["willContinue"] for piece in pieces)
        assert "willContinue" not in last
        assert last["response"]["status"] == "completed"
        assert str(session.phase) == "Active"


async def test_what_is_told_in_between_is_scheduled_as_the_result_is(autojump_clock: MockClock) -> None:
    """The model spoke of every piece of a tool that was to be silent."""
    async with call(builder().tools(count).tool_background_with_scheduling("count", "SILENT")) as (_, peer):
        await peer.send(tool_call(call_of("count", "1", to=2)))
        await trio.sleep(5)
        pieces = [answer for batch in peer.answers for answer in batch]
        assert [piece["scheduling"] for piece in pieces] == ["SILENT"] * 4


@pytest.mark.parametrize("withholds", [False, True])
async def test_an_interceptor_sees_what_is_told_in_between(withholds: bool, autojump_clock: MockClock) -> None:  # noqa: FBT001
    seen: list[Any] = []

    async def intercept(answers: Sequence[FunctionResponse], state: State) -> list[FunctionResponse]:
        seen.extend(answer.response for answer in answers)
        return [answer for answer in answers if not (withholds and answer.will_continue)]

    async with call(builder().tools(count).before_tool_response(intercept)) as (_, peer):
        await peer.send(tool_call(call_of("count", "1", to=2)))
        await trio.sleep(5)
        pieces, last = [{"output": 0}, {"output": 1}], {"status": "completed"}
        assert seen == [*pieces, last]
        assert [response for _, response in responses(peer)] == ([last] if withholds else [*pieces, last])


async def test_a_report_that_no_wire_can_carry_is_the_tools_mistake(autojump_clock: MockClock) -> None:
    @tool(behavior="NON_BLOCKING")
    async def measure(context: ToolContext) -> None:
        """Measure."""
        await context.report_progress(float("nan"))

    async with call(builder().tools(measure)) as (_, peer):
        await peer.send(tool_call(call_of("measure", "1")))
        await settled()
        error = "Tool execution failed: its result cannot be told: nan is not a JSON number"
        assert responses(peer) == [("1", failed(error))]


async def test_where_nothing_can_be_told_in_between_all_of_it_is_in_the_answer(autojump_clock: MockClock) -> None:
    @tool(behavior="BLOCKING")
    async def count_down() -> AsyncGenerator[int, None]:
        """Count down."""
        yield 1
        yield 0

    async with call(builder().tools(count_down)) as (_, peer):
        await peer.send(tool_call(call_of("count_down", "1")))
        await settled()
        assert responses(peer) == [("1", {"status": "completed", "output": [1, 0]})]
