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
from trio_live import FunctionResponse, LiveHandle
from trio_live.replay import inspect_recording
from trio_live.wire import Content


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
        "   0.500 turn 1: Assistant: Hi.; answered after 250 ms",
        '   0.500 calls find({"day": "Friday"})',
        "   0.500 calls find({})",
        '   1.500 find answered after 1000 ms: {"slots": 2}',
        "   1.500 cancels find",
        "   1.500 a frame that cannot be read",
        "   1.500 goAway",
        "   1.500 turn 2: User: Wait!; Assistant: Two; interrupted",
        "   2.500 closed with 1011: overloaded",
        "         turn 3, unfinished: Assistant: And",
    )
    assert (found.connections, found.turns, found.calls, found.unanswered, found.unreadable) == (1, 2, 2, 0, 1)


async def test_context_is_told_from_what_was_typed(autojump_clock: MockClock) -> None:
    async def talk(session: LiveHandle, _: Peer) -> None:
        await session.writer.send_client_content([Content.of("Two guests.", "model")], turn_complete=False)
        await session.send_text("Hello?")
        await session.flush()

    found = inspect_recording(await record(builder(), talk))
    assert [line.split(maxsplit=1)[1] for line in found.lines[1:3]] == ["context: Two guests.", "typed: Hello?"]


@pytest.mark.parametrize("name", NAMES)
def test_real_sessions_are_told(name: str) -> None:
    found = inspect_recording(real(name))
    assert found.turns >= 1
    assert (found.unanswered, found.unreadable) == (0, 0)
    assert found.calls == ("tool" in name)
