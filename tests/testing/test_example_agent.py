"""Tests of an agent that books tables."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import trio
from trio.testing import MockClock

from trio_live import FunctionCall, FunctionDeclaration, FunctionResponse, Live, LiveHandle, State, events
from trio_live.testing import (
    Script,
    assert_answered,
    assert_events,
    assert_sent,
    assert_transcript,
    collect_events_until_idle,
    play_now,
)
from trio_live.testing.plugin import LiveSession, Scripted


async def book(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
    """The agent's own function: it takes two seconds, and has eight chairs."""
    await trio.sleep(2)
    (call,) = calls
    guests = (call.args or {})["guests"]
    if guests > 8:
        return [FunctionResponse.error(call, "there are only eight chairs")]
    state.set("app:guests", guests)
    return [FunctionResponse.of(call, {"table": 7})]


def waiter() -> Live:
    """The agent. Your tests import it from your program."""
    live = Live.builder().model("gemini-3.8-live").instruction("You take reservations.").transcription()
    return live.add_tool(FunctionDeclaration(name="book", behavior="BLOCKING")).on_tool_call(book)


@pytest.mark.trio
async def test_a_table_is_booked(scripted: Scripted, virtual_clock: MockClock) -> None:
    script = (
        Script()
        .hears("A table for four, please.")
        .calls("book", guests=4)
        .speaks("You have table seven.")
        .turn_complete()
    )
    run = await scripted(waiter(), script)
    assert_answered(run, "book", {"table": 7}, times=1)
    assert_transcript(run, "User: A table for four, please.", "Assistant: You have table seven.")
    assert run.state["app:guests"] == 4


@pytest.mark.trio
async def test_nine_guests_are_too_many(scripted: Scripted, virtual_clock: MockClock) -> None:
    run = await scripted(waiter(), Script().calls("book", guests=9).turn_complete())
    assert_answered(run, "book", {"status": "error", "error": "there are only eight chairs", "retry": False})
    assert "app:guests" not in run.state


@pytest.mark.trio
async def test_who_interrupts_gets_no_table(scripted: Scripted, virtual_clock: MockClock) -> None:
    script = Script().calls_meanwhile("book", guests=4).stall(1).interrupts().hears("Never mind!").turn_complete()
    run = await scripted(waiter(), script)
    assert_events(run, events.ToolCancelled(("call-1",)), events.Interrupted, events.TurnComplete)
    assert run.tool_responses == ()


@pytest.mark.trio
async def test_typed_words_reach_the_model(scripted: Scripted, virtual_clock: MockClock) -> None:
    async def type_words(session: LiveHandle) -> None:
        await session.send_text("Are you open?")

    run = await scripted(waiter(), Script().awaits_text("open").speaks("We are.").turn_complete(), during=type_words)
    assert_sent(run, "Are you open?", times=1)


@pytest.mark.trio
async def test_a_talk_with_the_emulator(live_session: LiveSession, virtual_clock: MockClock) -> None:
    async with live_session(waiter()) as session, session.events() as stream:
        await session.send_text("What does it cost?")
        seen = await collect_events_until_idle(stream, idle=5)
    assert any(isinstance(event, events.OutputTranscript) and event.is_final for event in seen)


def test_without_async() -> None:
    run = play_now(waiter(), Script().says("Good evening.").stall(60).close(1011, "overloaded"))
    assert_transcript(run, "Assistant: Good evening.")
    assert_events(run, events.Error, events.Disconnected)
