"""Functions do not hold the talk: what comes after a call is handled while the function runs, and not a moment later."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import answering, responses
from tests.peer import (
    Diary,
    audio,
    builder,
    call,
    call_of,
    go_away,
    said,
    settled,
    tool_call,
    turn_complete,
)
from trio_live import FunctionCall, FunctionResponse, Live, State, tool

Times = list[tuple[float, str]]


def timed(live: Live, times: Times) -> Live:
    def at(name: str) -> Callable[..., None]:
        return lambda *_: times.append((trio.current_time(), name))

    def aat(name: str) -> Callable[..., Any]:
        async def note(*_: object) -> None:
            times.append((trio.current_time(), name))

        return note

    return (
        live.on_audio(at("audio"))
        .on_output_transcript(at("words"))
        .on_go_away(aat("go away"))
        .on_turn_complete(aat("turn complete"))
    )


async def raises(calls: Sequence[FunctionCall], state: State) -> None:
    await trio.sleep(20)
    raise LookupError("nothing found")


async def blocks(calls: Sequence[FunctionCall], state: State) -> None:
    time.sleep(0.001)  # noqa: ASYNC251  # on purpose: a wrong that happens


async def refuses_to_end(calls: Sequence[FunctionCall], state: State) -> None:
    await trio.sleep_forever()


async def sleeps_for_ever() -> None:
    await trio.sleep_forever()


async def fails() -> None:
    await trio.sleep(1)
    raise LookupError("nothing found")


async def nan() -> float:
    return float("nan")


async def huge() -> str:
    return "x" * 1_000_000


async def number() -> int:
    return 7


async def nothing() -> None:
    await trio.sleep(0.5)


async def opaque() -> object:
    return object()


def holds_a_thread() -> str:
    time.sleep(0.05)  # in a thread of its own, which nobody waits for but its answer
    return "done"


TYPED: Final = (sleeps_for_ever, fails, nan, huge, number, nothing, opaque, holds_a_thread)

CALLBACKS: dict[str, Any] = {
    "takes 20 s": answering(takes=20),
    "sleeps for ever": refuses_to_end,
    "raises": raises,
    "blocks the thread": blocks,
    "answers NaN": answering(takes=20, result=float("nan")),
    "answers a huge value": answering(takes=20, result="x" * 1_000_000),
    "answers at once": answering(),
}


async def told(agent: Live) -> Times:
    """When each thing was told that the server said after a call."""
    times: Times = []
    async with call(timed(agent, times)) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")), audio(b"12"), said("Just a moment. "), go_away())
        await trio.sleep(1)
        await peer.send(audio(b"34"), said("I look it up."), turn_complete())
        await trio.sleep(1)
        await peer.send(said("Well,"), turn_complete())
        await settled()
    return times


def run(agent: Live) -> Times:
    return trio.run(told, agent, clock=MockClock(autojump_threshold=0))


@cache
def prompt() -> Times:
    """The same where the function returns at once."""
    return run(builder().on_tool_call(answering()))


@pytest.mark.parametrize("callback", CALLBACKS.values(), ids=CALLBACKS)
def test_nothing_is_later_for_a_callback_that_runs(callback: Any) -> None:
    assert run(builder().on_tool_call(callback)) == prompt()


@pytest.mark.parametrize("background", [False, True], ids=["inline", "background"])
@pytest.mark.parametrize("function", TYPED, ids=[function.__name__ for function in TYPED])
def test_nothing_is_later_for_a_tool_whatever_it_does(function: Callable[[], Any], background: bool) -> None:  # noqa: FBT001
    live = builder().tools(tool(name="f", description="One of many.")(function))
    assert run(live.tool_background("f") if background else live) == prompt()


async def test_six_hundred_pieces_behind_a_slow_function_hold_nothing_up(autojump_clock: MockClock) -> None:
    times: Times = []
    async with call(timed(builder(), times).on_tool_call(answering(takes=20))) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        for _ in range(600):
            await peer.send(said("word "))
        await peer.send(audio(b"12"), turn_complete())
        await settled()
        assert [at for at, name in times if name in ("audio", "turn complete")] == [0, 0]
        await trio.sleep(30)
        assert responses(peer) == [("1", {"output": "done"})]


async def test_batches_begin_in_the_order_of_the_wire_and_run_side_by_side(autojump_clock: MockClock) -> None:
    asked: list[list[str]] = []

    async def answer(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        asked.append([each.id or "" for each in calls])
        await trio.sleep(10 - int(calls[0].id or 0))
        return [FunctionResponse.of(each, "done") for each in calls]

    async with call(builder().on_tool_call(answer)) as (_, peer):
        await peer.send(*(tool_call(call_of("f", str(number))) for number in range(8)))
        await settled()
        assert asked == [[str(number)] for number in range(8)]
        await trio.sleep(20)
        assert [key for key, _ in responses(peer)] == [str(number) for number in reversed(range(8))]


async def test_a_function_that_returns_at_once_is_answered_before_the_next_event(autojump_clock: MockClock) -> None:
    diary = Diary()

    async def note(answers: Sequence[FunctionResponse], state: State) -> Sequence[FunctionResponse]:
        diary.entries.append(f"answer {answers[0].id}")
        return answers

    live = builder().on_tool_call(answering()).before_tool_response(note).on_turn_complete(diary.anote("turn"))
    async with call(live) as (session, peer):
        await peer.send(tool_call(call_of("f", "1")), tool_call(call_of("f", "2")), said("So."), turn_complete())
        await settled()
        [turn] = session._conversation.buffer.snapshot_window(1).turns
        assert len(turn.tool_calls) == 2
    assert diary.entries == ["answer 1", "answer 2", ("turn",)]


@pytest.mark.parametrize("hangs_up", ["the peer", "this side"])
async def test_a_function_that_runs_is_cancelled_when_somebody_hangs_up(
    hangs_up: str, autojump_clock: MockClock
) -> None:
    cancelled_at: list[float] = []

    async def answer(calls: Sequence[FunctionCall], state: State) -> None:
        try:
            await trio.sleep_forever()
        finally:
            cancelled_at.append(trio.current_time())

    async with call(builder().on_tool_call(answer)) as (session, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await trio.sleep(1)
        if hangs_up == "the peer":
            peer.close(1011, "gone")
        else:
            await session.disconnect()
        await session.done()
    assert cancelled_at == [1]
    assert peer.answers == []
