from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import (
    Peer,
    audio,
    builder,
    call_of,
    cancels,
    go_away,
    heard,
    interrupted,
    said,
    text,
    tool_call,
    turn_complete,
)
from tests.replay.recordings import NAMES, real, record
from tests.replay.test_acts import phased
from trio_live import FunctionResponse, LiveHandle, events, tool
from trio_live.recording import WireDirection
from trio_live.replay import inspect_recording, replay_session


async def hold_a_call(session: LiveHandle, peer: Peer) -> None:
    await session.send_text("Hello?")
    await trio.sleep(0.25)
    await peer.send(audio(bytes(960)), said("Hi."))
    await trio.sleep(0.25)
    await peer.send(turn_complete(), tool_call(call_of("find", "1", day="Friday"), call_of("find", "2")))
    await trio.sleep(1)
    await session.send_tool_response([FunctionResponse(id="1", name="find", response={"slots": 2})])
    await peer.send(cancels("2"), "no JSON", go_away())
    await peer.send(heard("Wait!"), said("Two"), interrupted(), turn_complete())
    await peer.send(text("And"))
    await trio.sleep(1)
    peer.close(1011, "overloaded")


async def test_a_call_is_told_line_by_line(autojump_clock: MockClock) -> None:
    live = builder().add_tool({"name": "find"}).manual_tools("find").transcription()
    found = inspect_recording(await record(live, hold_a_call))
    assert found.lines == (
        "   0.000 setup of models/gemini-2.5-flash-native-audio-latest",
        "   0.000 typed: Hello?",
        "   0.500 turn 0: Assistant: Hi.; answered after 250 ms",
        '   0.500 calls find({"day": "Friday"})',
        "   0.500 calls find({})",
        '   1.500 find answered after 1000 ms: {"slots": 2}',
        "   1.500 cancels find",
        "   1.500 a frame that cannot be read",
        "   1.500 goAway",
        "   1.500 turn 1: User: Wait!; Assistant: Two; interrupted",
        "   2.500 closed with 1011: overloaded",
        "         turn 2, unfinished: Assistant: And",
    )
    assert (found.connections, found.turns, found.calls, found.unanswered, found.unreadable) == (1, 2, 2, 0, 1)


async def test_the_result_of_a_function_that_runs_on_is_told_when_it_comes(autojump_clock: MockClock) -> None:
    @tool
    async def look() -> str:
        """Look."""
        await trio.sleep(2)
        return "clean"

    async def talk(session: LiveHandle, peer: Peer) -> None:
        await session.send_text("Look!")
        await peer.send(tool_call(call_of("look", "1")), said("A moment."), turn_complete())
        await trio.sleep(3)
        await peer.send(said("Clean."), turn_complete())

    found = inspect_recording(await record(builder().transcription().tools(look).tool_background("look"), talk))
    running, clean = (line for line in found.lines if " ms: " in line)
    assert running.startswith('   0.000 look runs on, and told after 0 ms: {"status": "running"')
    assert clean == '   2.000 look answered after 2000 ms: {"status": "completed", "tool": "look", "result": "clean"}'
    assert found.unanswered == 0


async def test_the_users_words_are_told_from_the_frameworks(autojump_clock: MockClock) -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        await session.send_text("What is the price?")
        await peer.send(said("Ten."), turn_complete())
        await trio.sleep(1)
        with trio.move_on_after(1):
            await session.ask("And now?")
        session.dtmf_received("5")
        await session.transition_to("first")

    entries = await record(phased(), talk)
    lines = [line[9:] for line in inspect_recording(entries).lines]
    typed = [line for line in lines if line.startswith(("typed", "asked", "key", "the program"))]
    assert typed == [
        "typed: What is the price?",
        "asked: And now?",
        "key: 5",
        "the program moves on to: first",
    ]
    told = [line for line in lines if line.startswith("told the model: ")]
    assert len(told) == 2
    assert "Two." in told[0]
    assert "One." in told[1]
    assert not [line for line in lines if line.startswith("sent")]
    old = [line[9:] for line in inspect_recording([e for e in entries if e.direction is not WireDirection.APP]).lines]
    assert [line for line in old if "price" in line or "Two." in line] == [
        "sent: What is the price?",
        *(line.replace("told the model", "sent") for line in told[:1]),
    ], "nobody knows whose words they were"


async def test_turns_have_the_numbers_of_their_events(autojump_clock: MockClock) -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        for _ in range(3):
            await session.send_text("Hm?")
            await peer.send(said("Hm."), turn_complete())
            await trio.sleep(1)

    entries = await record(builder().transcription(), talk)
    async with replay_session(builder().transcription(), entries) as replay, replay.handle.events() as stream:
        replay.release()
        await replay.drained()
        await replay.disconnect()
        numbers = [event.turn async for event in stream if isinstance(event, events.TurnComplete)]
    told = [line[9:].partition(":")[0] for line in inspect_recording(entries).lines if line[9:].startswith("turn")]
    assert told == [f"turn {number}" for number in numbers] == ["turn 0", "turn 1", "turn 2"]


@pytest.mark.parametrize("name", NAMES)
def test_real_sessions_are_told(name: str) -> None:
    found = inspect_recording(real(name))
    assert found.turns >= 1
    assert (found.unanswered, found.unreadable) == (0, 0)
    assert found.calls == ("tool" in name)
