"""Calls that are given up: before they begin, while they run, and in the very instant of their result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import trio
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.control.calls.answers import answering, responses
from tests.peer import (
    Diary,
    Peer,
    builder,
    call,
    call_of,
    cancels,
    generation_complete,
    interrupted,
    parts_of,
    reading,
    settled,
    tool_call,
    turn_complete,
)
from trio_live import FunctionCall, FunctionResponse, LiveHandle, State, events, wire_events


async def test_a_call_that_was_cancelled_before_it_began_is_not_asked_for(autojump_clock: MockClock) -> None:
    asked: list[Any] = []
    diary = Diary()
    live = (
        builder()
        .on_generation_complete(diary.anote("busy", takes=1))
        .on_tool_call(answering(asked=asked))
        .on_tool_cancelled(diary.anote("cancelled"))
    )
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(generation_complete(), tool_call(call_of("f", "1"), call_of("f", "2")), cancels("1"))
        await trio.sleep(2)
        assert asked == [["2"]]
        assert responses(peer) == [("2", {"output": "done"})]
    assert diary.entries[2:] == [("cancelled", ("1",))]
    assert [event for event in seen if isinstance(event, events.ToolCancelled)] == [events.ToolCancelled(("1",))]


async def test_a_batch_that_was_cancelled_before_it_began_asks_nobody(autojump_clock: MockClock) -> None:
    asked: list[Any] = []
    diary = Diary()
    live = (
        builder()
        .on_generation_complete(diary.anote("busy", takes=1))
        .on_tool_call(answering(asked=asked))
        .on_tool_cancelled(diary.anote("cancelled"))
    )
    async with call(live) as (session, peer):
        await peer.send(generation_complete(), tool_call(call_of("f", "1"), call_of("f", "2")))
        await peer.send(cancels("2"), cancels("1"))
        await trio.sleep(2)
        assert asked == []
        assert peer.answers == []
        assert str(session.phase) == "Active"
    assert diary.entries[2:] == [("cancelled", ("2", "1"))]


async def test_one_of_two_is_cancelled_while_they_run(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_tool_call(answering(takes=2)).on_tool_cancelled(diary.anote("cancelled"))
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("f", "2")))
        await trio.sleep(1)
        await peer.send(cancels("1"))
        await trio.sleep(2)
        assert responses(peer) == [("2", {"output": "done"})]
    assert diary.entries == [("cancelled", ("1",))]


async def test_a_batch_that_is_cancelled_while_it_runs_is_given_up_at_once(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = (
        builder()
        .on_tool_call(answering(takes=60))
        .on_tool_cancelled(diary.anote("cancelled"))
        .on_turn_complete(diary.anote("turn"))
    )
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("f", "2")))
        await trio.sleep(1)
        await peer.send(cancels("1", "2"), turn_complete())
        await settled()
        assert trio.current_time() == 1
        assert peer.answers == []
    assert diary.entries == [("cancelled", ("1", "2")), ("turn",)]


@pytest.mark.parametrize("first", ["the result", "the cancellation"])
async def test_result_and_cancellation_in_the_same_instant(first: str, autojump_clock: MockClock) -> None:
    """Whoever comes first: never an answer to a call that was told of as given up, and never silence."""
    diary, finished = Diary(), trio.Event()

    async def tool(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        await finished.wait()
        return [FunctionResponse.of(one, "done") for one in calls]

    live = builder().on_tool_call(tool).on_tool_cancelled(diary.anote("cancelled"))
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        if first == "the result":
            finished.set()
            await peer.send(interrupted())
        else:
            await peer.send(interrupted())
            finished.set()
        await settled()
        answered = [id_ for id_, _ in responses(peer)]
    told = [id_ for _, ids in diary.entries for id_ in ids]
    assert sorted(answered + told) == ["1"]


async def test_a_result_in_the_very_step_of_the_interruption_comes_too_late(autojump_clock: MockClock) -> None:
    """The call was given up while its result was on the way; without an id it is the call itself that is remembered."""
    diary, finished = Diary(), trio.Event()

    async def tool(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        await finished.wait()
        return [FunctionResponse.of(one, "done") for one in calls]

    live = builder().on_tool_call(tool).on_tool_cancelled(diary.anote("cancelled"))
    async with call(live) as (session, peer):
        await peer.send(tool_call(call_of("f")))
        await settled()
        finished.set()
        parts_of(session).protocol.calls.give_up()
        parts_of(session).router.begin(wire_events.Interrupted())
        await settled()
        assert peer.answers == []
    assert diary.entries == [("cancelled", ("f",))]


async def test_more_may_be_cancelled_while_the_first_cancellation_is_told(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_tool_call(answering(takes=3)).on_tool_cancelled(diary.anote("cancelled", takes=2))
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("f", "2"), call_of("f", "3")))
        await trio.sleep(0.5)
        await peer.send(cancels("1"))
        await trio.sleep(1.5)
        await peer.send(cancels("2"))
        await trio.sleep(10)
        assert responses(peer) == [("3", {"output": "done"})]
    told = [id_ for entry in diary.entries if entry[0] == "cancelled" for id_ in entry[1]]
    assert told == ["1", "2"]


async def test_nobody_is_told_twice(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_tool_call(answering(takes=60)).on_tool_cancelled(diary.anote("cancelled"))
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        await peer.send(interrupted(), cancels("1", "1"), cancels("1", "2", "2"))
        await settled()
    assert diary.entries == [("cancelled", ("1", "2"))]
    assert [event.ids for event in seen if isinstance(event, events.ToolCancelled)] == [("1", "2")]


async def test_a_call_without_an_id_is_told_of_every_time(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_tool_call(answering(takes=60)).on_tool_cancelled(diary.anote("cancelled"))
    async with call(live) as (_, peer):
        for _ in range(2):
            await peer.send(tool_call(call_of("f")))
            await settled()
            await peer.send(interrupted())
            await settled()
        assert peer.answers == []
    assert diary.entries == [("cancelled", ("f",)), ("cancelled", ("f",))]


def test_the_phase_is_left_alone_when_nothing_was_called() -> None:
    async def main() -> None:
        async with call() as (session, peer):
            await peer.send(cancels("1"), interrupted())
            await settled()
            assert_active(session)

    trio.run(main, clock=MockClock(autojump_threshold=0))


def assert_active(session: LiveHandle) -> None:
    assert str(session.phase) == "Active"


@settings(max_examples=60, deadline=None)
@given(
    takes=st.lists(st.integers(0, 3), min_size=1, max_size=4),
    given_up=st.none() | st.tuples(st.integers(0, 8), st.none() | st.sets(st.integers(0, 3), min_size=1)),
)
@example(takes=[2, 1, 0], given_up=(1, {1}))
@example(takes=[2, 1, 0], given_up=(1, None))
def test_of_a_batch_only_those_begin_that_are_still_wanted_when_their_turn_comes(
    takes: list[int], given_up: tuple[int, set[int] | None] | None
) -> None:
    """Functions of one batch run one after the other; ``given_up`` says when, and which, or that the user interrupts."""

    async def main() -> None:
        begun: list[int] = []
        ended: list[int] = []

        async def work(number: int) -> int:
            """Work for a while."""
            begun.append(number)
            await trio.sleep(takes[number])
            ended.append(number)
            return number

        peer = Peer()
        async with call(builder().tools(work), peer):
            await peer.send(tool_call(*(call_of("work", str(each), number=each) for each in range(len(takes)))))
            if given_up is not None:
                when, which = given_up
                await trio.sleep(when + 0.5)
                await peer.send(interrupted() if which is None else cancels(*map(str, sorted(which))))
            await trio.sleep(20)
            assert (begun, ended, sorted(str(answer) for answer, _ in responses(peer))) == _expected(takes, given_up)

    trio.run(main, clock=MockClock(autojump_threshold=0))


def _expected(
    takes: Sequence[int], given_up: tuple[int, set[int] | None] | None
) -> tuple[list[int], list[int], list[str]]:
    """Who begins, who comes to an end, and who is answered: those are answered together, when the last one is done."""
    at, which = (float("inf"), set()) if given_up is None else (given_up[0] + 0.5, given_up[1])
    dropped = set(range(len(takes))) if which is None else which
    now, begun, ended = 0.0, list[int](), list[int]()
    for number, seconds in enumerate(takes):
        if number in dropped and at <= now:
            continue
        begun.append(number)
        if number in dropped and at < now + seconds:
            now = at
        else:
            now += seconds
            ended.append(number)
    return begun, ended, [str(each) for each in range(len(takes)) if each not in dropped or at > now]
