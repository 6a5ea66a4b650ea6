"""Tools that hear what the user says while they run: what they hear, from when to when, and what becomes of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import responses
from tests.peer import builder, call, call_of, cancels, interrupted, settled, tool_call
from trio_live.tools import LiveInput, UserAudio, UserText, UserVideo, tool

FRAME = bytes(640)


def described(piece: Any) -> str:
    match piece:
        case UserAudio(data=data):
            return f"{len(data)} bytes"
        case UserText(text=text):
            return str(text)
        case UserVideo(jpeg=jpeg):
            return f"a picture of {len(jpeg)} bytes"
    raise AssertionError(piece)


@tool(behavior="NON_BLOCKING")
async def note(until: str, heard: LiveInput) -> AsyncIterator[str]:
    """Tell everything that is said, until a word comes."""
    STREAMS.append(heard)
    async for piece in heard:
        words = described(piece)
        if words == until:
            return
        yield words


@tool(behavior="BLOCKING")
async def dictate(heard: LiveInput) -> list[str]:
    """Take down three pieces."""
    STREAMS.append(heard)
    taken: list[str] = []
    async for piece in heard:
        taken.append(described(piece))
        if len(taken) == 3:
            break
    return taken


STREAMS: list[LiveInput] = []
"""What the tools of a test were given; emptied by whoever looks."""


async def nobody_listens() -> bool:
    """Whether everything that tools were given has ended."""
    assert STREAMS, "somebody did"
    ended = [await anext(each, None) is None for each in STREAMS]
    STREAMS.clear()
    return all(ended)


@pytest.mark.parametrize("background", [False, True])
async def test_a_tool_tells_what_the_user_says_meanwhile_and_ends_by_itself(
    background: bool,  # noqa: FBT001
    autojump_clock: MockClock,
) -> None:
    live = builder().tools(note)
    live = live.tool_background("note") if background else live
    async with call(live) as (session, peer):
        await session.send_text("before")
        await peer.send(tool_call(call_of("note", "1", until="stop")))
        await settled()
        await session.send_audio(FRAME)
        await session.send_text("Hello")
        await session.send_video(b"jpeg")
        await settled()
        told = [response["output"] for _, response in responses(peer) if "output" in response]
        assert told == ["640 bytes", "Hello", "a picture of 4 bytes"], "and nothing of before"
        await session.send_text("stop")
        await settled()
        await session.send_text("after")
        (_, end) = responses(peer)[-1]
        assert end["status"] == "completed"
        assert "willContinue" not in peer.answers[-1][-1]
        assert await nobody_listens()
        assert str(session.phase) == "Active"


async def test_one_result_of_what_was_heard_is_an_answer_too(autojump_clock: MockClock) -> None:
    async with call(builder().tools(dictate)) as (session, peer):
        await peer.send(tool_call(call_of("dictate", "1")))
        await settled()
        for word in "one", "two", "three":
            await session.send_text(word)
        await settled()
        await session.send_text("four")
        assert responses(peer) == [("1", {"output": ["one", "two", "three"]})]
        assert await nobody_listens()


@pytest.mark.parametrize("frame", [interrupted(), cancels("1")], ids=["an interruption", "the server"])
async def test_a_tool_that_is_cancelled_listens_no_more(frame: Any, autojump_clock: MockClock) -> None:
    async with call(builder().tools(dictate)) as (session, peer):
        await peer.send(tool_call(call_of("dictate", "1")))
        await settled()
        await peer.send(frame)
        await settled()
        await session.send_text("nobody hears this")
        assert await nobody_listens()
        assert peer.answers == []


async def test_a_background_tool_listens_through_an_interruption_and_ends_with_the_session(
    autojump_clock: MockClock,
) -> None:
    async with call(builder().tools(note).tool_background("note")) as (session, peer):
        await peer.send(tool_call(call_of("note", "1", until="stop")), interrupted())
        await settled()
        await session.send_text("still here")
        await settled()
        assert responses(peer)[-1] == ("1", {"output": "still here"})
        assert session.background_tools.active_ids() == ("1",)
    assert await nobody_listens()


async def test_a_tool_that_is_too_slow_loses_the_oldest_and_nobody_waits_for_it(autojump_clock: MockClock) -> None:
    lost: list[int] = []

    @tool(timeout=100)
    async def sleepy(heard: LiveInput) -> str:
        """Sleep, then listen."""
        await trio.sleep(30)
        await anext(heard)
        lost.append(heard.lagged)
        return "awake"

    async with call(builder().tools(sleepy)) as (session, peer):
        await peer.send(tool_call(call_of("sleepy", "1")))
        await settled()
        for _ in range(600):
            await session.send_audio(FRAME)
            await trio.sleep(0.02)
        assert trio.current_time() < 13
        await trio.sleep(30)
        assert responses(peer) == [("1", {"output": "awake"})]
        assert lost == [600 - 512]
        assert session.telemetry.snapshot()["dropped"]["what a tool that listens was too slow for"] == 88


async def test_sound_that_the_model_must_not_hear_no_tool_hears(autojump_clock: MockClock) -> None:
    @tool(behavior="BLOCKING")
    async def loudest(heard: LiveInput) -> int:
        """Measure one frame."""
        piece = await anext(heard)
        return max(piece.data) if isinstance(piece, UserAudio) else -1

    async with call(builder().tools(loudest).greeting("Greet the caller.")) as (session, peer):
        await peer.send(tool_call(call_of("loudest", "1")))
        await settled()
        await session.send_audio(b"\1\2" * 10)
        await settled()
        assert responses(peer) == [("1", {"output": 0})]
