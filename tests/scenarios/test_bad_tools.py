"""Tools that do everything wrong: the model gets an answer that says so, the talk goes on, the figures show it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import failed
from tests.peer import builder, call_of, said, tool_call, turn_complete
from tests.scenarios.harness import stage
from trio_live import LiveEvent, LiveEventStream, events, tool
from trio_live.tools import LARGEST_ANSWER


async def sleeps() -> None:
    """Sleep for ever."""
    await trio.sleep_forever()


async def raises() -> None:
    """Raise."""
    raise OSError("no line")


async def nan() -> float:
    """Give back what is no number."""
    return float("nan")


async def huge() -> str:
    """Give back far too much."""
    return "x" * LARGEST_ANSWER


async def opaque() -> object:
    """Give back what is no data."""
    return object()


async def until(stream: LiveEventStream[LiveEvent], last: type[LiveEvent]) -> AsyncIterator[LiveEvent]:
    """Events up to the first of a kind."""
    async for event in stream:
        yield event
        if isinstance(event, last):
            return


WRONG: list[tuple[Callable[..., Any], str]] = [
    (sleeps, "Tool execution timed out after 30 s"),
    (raises, "Tool execution failed: no line"),
    (nan, "Tool execution failed: its result cannot be told: nan is not a JSON number"),
    (huge, "Tool execution failed: its result has about 262,160 bytes of JSON; ask for less, at most 262,144"),
    (opaque, "Tool execution failed: its result cannot be told"),
]


@pytest.mark.parametrize(("function", "text"), WRONG, ids=[function.__name__ for function, _ in WRONG])
async def test_the_model_is_told_what_went_wrong(
    function: Callable[..., Any], text: str, autojump_clock: MockClock
) -> None:
    name = function.__name__
    async with stage(builder().tools(function)) as talk:
        await talk.hears(tool_call(call_of(name, "1")))
        await talk.after(31)
        ((answer,),) = talk.peer.answers
        told = answer["response"]
        assert (answer["id"], told["status"], told["retry"]) == ("1", "error", False)
        assert told["error"].startswith(text)
        (event,) = talk.of(events.ToolExecution)
        assert (event.name, event.result) == (name, told)
        assert talk.session.telemetry.snapshot()["tool_errors"] == {name: 1}
        await talk.turn()
        assert len(talk.of(events.TurnComplete)) == 1


async def test_arguments_that_do_not_fit_may_be_mended(autojump_clock: MockClock) -> None:
    async def book(guests: int) -> str:
        """Book."""
        return f"{guests} guests"

    async with stage(builder().tools(book)) as talk:
        await talk.hears(tool_call(call_of("book", "1", guests="five")))
        await talk.hears(tool_call(call_of("book", "2", guests=5)))
        told = [answer["response"] for (answer,) in talk.peer.answers]
        assert told == [
            {
                "status": "error",
                "error": "Invalid arguments: guests must be an integer, not 'five'",
                "retry": True,
            },
            {"output": "5 guests"},
        ]


async def test_what_is_no_object_and_nothing_at_all_are_answers(autojump_clock: MockClock) -> None:
    async def count() -> list[int]:
        """Count."""
        return [1, 2]

    async def nothing() -> None:
        """Do nothing."""

    async with stage(builder().tools(count, nothing)) as talk:
        await talk.hears(tool_call(call_of("count", "1"), call_of("nothing", "2")))
        (answers,) = talk.peer.answers
        assert [answer["response"] for answer in answers] == [
            {"output": [1, 2]},
            {"status": "completed", "output": None},
        ]
        assert talk.session.telemetry.snapshot()["tool_errors"] == {}


async def test_a_thread_that_blocks_holds_up_nothing() -> None:
    release = threading.Event()

    @tool(timeout=0.2)
    def blocks() -> None:
        """Block the thread."""
        release.wait(30)

    async with stage(builder().tools(blocks)) as talk, talk.session.events() as stream:
        await talk.peer.send(tool_call(call_of("blocks", "1")), said("Let me see. "), turn_complete())
        with trio.fail_after(5):
            order = [type(event) async for event in until(stream, events.ToolExecution)]
            await talk.session.flush()
        assert order.index(events.TurnComplete) < order.index(events.ToolExecution)
        ((answer,),) = talk.peer.answers
        assert answer["response"] == failed("Tool execution timed out after 0.2 s")
        assert talk.session.telemetry.snapshot()["tool_errors"] == {"blocks": 1}
        release.set()
