"""Tools with nurseries of their own, and tools that cannot even fail properly: the talk goes on all the same."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import failed, responses
from tests.peer import builder, call, call_of, cancels, interrupted, settled, tool_call
from trio_live import ToolContext, ToolError, ToolMiddleware, tool
from trio_live.wire import FunctionCall


async def spoils_its_end() -> None:
    try:
        await trio.sleep_forever()
    finally:
        raise LookupError("in the clean-up")


@tool
async def untidy() -> None:
    """Work with two tasks, one of which fails when it is cancelled."""
    async with trio.open_nursery() as nursery:
        nursery.start_soon(spoils_its_end)
        nursery.start_soon(trio.sleep_forever)


class Untidy(ToolMiddleware):
    """Does the same before any tool."""

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        await untidy()


async def innocent() -> None:
    """Do nothing."""


@pytest.mark.parametrize("background", [False, True])
@pytest.mark.parametrize("how", ["its time", "the server", "the user", "the end"])
async def test_a_tool_that_fails_when_it_is_cancelled_fails_alone(
    how: str,
    background: bool,  # noqa: FBT001
    autojump_clock: MockClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    live = builder().tools(untidy).tool_timeouts(inline=5, background=5)
    live = live.tool_background("untidy") if background else live
    async with call(live) as (session, peer):
        await peer.send(tool_call(call_of("untidy", "1")))
        await settled()
        match how:
            case "the server":
                await peer.send(cancels("1"))
            case "the user":
                await peer.send(interrupted())
            case "the end":
                await session.disconnect()
        await trio.sleep(10)
        assert (session.ended is None) == (how != "the end")
        timed_out = how == "its time" or (how == "the user" and background)
        errors = [response["error"] for _, response in responses(peer) if response["status"] == "error"]
        assert errors == ["Tool execution timed out after 5 s"] * timed_out
    assert "the tool untidy raised while it was cancelled" in caplog.text


@pytest.mark.parametrize("frame", [cancels("1"), interrupted()], ids=["the server", "the user"])
async def test_so_does_what_stands_around_it(frame: dict[str, object], autojump_clock: MockClock) -> None:
    live = builder().tools(tool(behavior="BLOCKING")(innocent)).middleware(Untidy())
    async with call(live) as (session, peer):
        await peer.send(tool_call(call_of("innocent", "1")))
        await settled()
        await peer.send(frame)
        await settled()
        assert (session.ended, peer.answers) == (None, [])


async def test_the_words_of_a_tool_error_pass_through_nurseries(autojump_clock: MockClock) -> None:
    async def ask() -> None:
        raise ToolError("ask again", retry=True)

    async def nested() -> None:
        """Ask in a task."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ask)

    async with call(builder().tools(nested)) as (_, peer):
        await peer.send(tool_call(call_of("nested", "1")))
        await settled()
        assert responses(peer) == [("1", failed("ask again", retry=True))]


async def test_an_exception_that_has_no_words_is_told_by_its_class(autojump_clock: MockClock) -> None:
    class Mute(Exception):  # noqa: N818  # as users write them
        def __str__(self) -> str:
            raise LookupError

    async def mute() -> None:
        """Fail without a word."""
        raise Mute

    async with call(builder().tools(mute)) as (session, peer):
        await peer.send(tool_call(call_of("mute", "1")))
        await settled()
        assert responses(peer) == [("1", failed("Tool execution failed: Mute"))]
        assert session.ended is None
