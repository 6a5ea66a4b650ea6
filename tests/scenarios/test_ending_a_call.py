"""A call that a function ends: when the goodbye has been heard, as players report or by its length, and in time."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import responses
from tests.peer import Peer, audio, builder, call, call_of, cancels, interrupted, settled, tool_call, turn_complete
from trio_live import Live, LiveHandle, ToolContext, ToolError, events, tool
from trio_live.emulator import open_emulator, parse_persona
from trio_live.tools import end_call

SECOND = bytes(48_000)
"""A second of the model's sound."""


def agent(*tools: Any) -> Live:
    return builder().tools(end_call, *tools).callback_errors("raise")


@asynccontextmanager
async def ended_at(live: Live, seconds: float) -> AsyncGenerator[tuple[LiveHandle, Peer], None]:
    """A session that ends by itself, so many seconds after its beginning."""
    async with call(live) as (session, peer):
        yield session, peer
        with trio.fail_after(200):
            await session.done()
        assert round(trio.current_time(), 2) == seconds
        assert session.ended is not None
        assert session.ended.reason is None, "this side has ended it"


async def test_a_goodbye_after_the_answer_is_heard_to_its_end(autojump_clock: MockClock) -> None:
    async with ended_at(agent(), 1 + 4 + 1) as (session, peer):
        await peer.send(tool_call(call_of("end_call", "1")))
        await trio.sleep(1)
        assert [answer["status"] for _, answer in responses(peer)] == ["ending"]
        await peer.send(audio(SECOND * 4), turn_complete())  # faster than it is played
        await settled()
        assert session.ended is None


async def test_a_goodbye_before_the_call_is_heard_to_its_end(autojump_clock: MockClock) -> None:
    async with ended_at(agent(), 5 + 1) as (_, peer):
        await peer.send(audio(SECOND * 5), tool_call(call_of("end_call", "1")), turn_complete())


async def test_a_model_that_says_nothing_and_ends_no_turn_is_waited_for_a_little(autojump_clock: MockClock) -> None:
    async with ended_at(agent(), 2 + 1) as (_, peer):
        await peer.send(tool_call(call_of("end_call", "1")))


async def test_where_a_player_reports_its_word_counts(autojump_clock: MockClock) -> None:
    async with ended_at(agent(), 7 + 1) as (session, peer):
        await peer.send(audio(SECOND))
        await trio.sleep(1)
        await session.playback_drained()
        await peer.send(tool_call(call_of("end_call", "1")), audio(SECOND * 2), turn_complete())
        await trio.sleep(6)  # three seconds longer than the sound is
        assert session.ended is None
        await session.playback_drained()


async def test_a_player_that_says_no_more_is_not_waited_for_without_end(autojump_clock: MockClock) -> None:
    async with ended_at(agent(), 1 + 20) as (session, peer):
        await peer.send(audio(SECOND))
        await trio.sleep(1)
        await session.playback_drained()
        await peer.send(tool_call(call_of("end_call", "1")), audio(SECOND), turn_complete())


async def test_a_model_that_talks_on_and_on_is_not_waited_for_without_end(autojump_clock: MockClock) -> None:
    @tool(name="hang_up")
    async def hang_up(context: ToolContext) -> None:
        """Hang up."""
        context.end_call(within=5)
        context.end_call(within=7)

    async with ended_at(agent(hang_up), 7) as (_, peer):
        await peer.send(tool_call(call_of("hang_up", "1")), audio(SECOND * 100))


async def test_a_caller_who_speaks_over_the_goodbye_is_answered_first(autojump_clock: MockClock) -> None:
    async with ended_at(agent(), 3 + 3 + 1) as (session, peer):
        await peer.send(tool_call(call_of("end_call", "1")), audio(SECOND * 10))
        await trio.sleep(2)
        await peer.send(interrupted(), turn_complete())
        await trio.sleep(0.5)
        await session.send_text("One more thing!")
        await trio.sleep(0.5)
        await peer.send(audio(SECOND * 3), turn_complete())


async def test_a_function_in_a_thread_and_in_the_background_may_end_it_too(autojump_clock: MockClock) -> None:
    @tool(name="hand_over")
    def hand_over(context: ToolContext) -> str:
        """Hand over to a colleague."""
        context.end_call()
        return "done"

    async with ended_at(agent(hand_over).tool_background("hand_over"), 2 + 1) as (_, peer):
        await peer.send(tool_call(call_of("hand_over", "1")))


@pytest.mark.parametrize("how", ["raises", "is cancelled", "is interrupted"])
async def test_a_function_that_did_not_do_it_ends_nothing(how: str, autojump_clock: MockClock) -> None:
    @tool(name="hang_up", behavior="BLOCKING")
    async def hang_up(context: ToolContext) -> None:
        """Hang up."""
        context.end_call()
        if how == "raises":
            raise ToolError("not now")
        await trio.sleep(1)

    async with call(agent(hang_up)) as (session, peer):
        await peer.send(tool_call(call_of("hang_up", "1")))
        await settled()
        if how != "raises":
            await peer.send(cancels("1") if how == "is cancelled" else interrupted())
        await trio.sleep(100)
        assert session.ended is None


async def test_a_session_that_ends_meanwhile_is_over(autojump_clock: MockClock) -> None:
    async with call(agent()) as (session, peer):
        await peer.send(tool_call(call_of("end_call", "1")), audio(SECOND * 9))
        await trio.sleep(1)
        peer.close(1011, "gone")
        await session.done()
        assert trio.current_time() < 3
        assert session.ended is not None
        assert session.ended.reason


GOODBYE = parse_persona("""
name = "desk"
[[rule]]
heard = { keywords = ["bye"] }
call = { tool = "end_call" }
then = "Goodbye."
[[default]]
say = "Yes?"
""")


async def test_over_sockets_the_model_says_goodbye_and_the_session_ends() -> None:
    live = Live.builder().model("gemini-3.8-live").transcription().tools(end_call)
    said = ""
    with trio.fail_after(20):
        async with (
            open_emulator(GOODBYE, time_scale=10) as emulator,
            live.connect_google_ai("k", base_url=emulator.url) as session,
            session.events() as stream,
        ):
            await session.send_text("Bye!")
            async for event in stream:
                if isinstance(event, events.OutputTranscript) and not event.is_final:
                    said += event.text
            await session.done()
    assert said.strip() == "Goodbye."
