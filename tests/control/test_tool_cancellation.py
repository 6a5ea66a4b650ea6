"""Calls that are given up: before they begin, while they run, and in the very instant of their result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.control.tools import answering, responses
from tests.peer import (
    Diary,
    Frame,
    builder,
    call,
    call_of,
    cancels,
    generation_complete,
    interrupted,
    reading,
    settled,
    tool_call,
    turn_complete,
)
from trio_live import FunctionCall, FunctionResponse, LiveHandle, State, events


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
        session._runtime.protocol.calls.give_up()
        session._runtime.calls.interrupted()
        await settled()
        assert peer.answers == []
    assert diary.entries == [("cancelled", ("f",))]


async def test_more_may_be_cancelled_while_the_first_cancellation_is_told(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_tool_call(answering(takes=1)).on_tool_cancelled(diary.anote("cancelled", takes=2))
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


# -- any order ------------------------------------------------------------------------------------------------------


@attrs.frozen
class Act:
    """Something the server does at some time: calls, cancels what it called, or reports an interruption."""

    at: float
    kind: str
    ids: tuple[str, ...]


TIMES = st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.9, 1.0, 1.5])
IDS = [str(number) for number in range(8)]


@st.composite
def scripts(draw: st.DrawFn) -> list[Act]:
    """Up to eight calls in a few batches, cancellations of some, an interruption now and then."""
    acts, left = [], list(IDS)
    while left:
        if not draw(st.booleans()):
            break
        size = draw(st.integers(1, min(3, len(left))))
        batch, left = tuple(left[:size]), left[size:]
        acts.append(Act(draw(TIMES), "call", batch))
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["cancel", "interrupt"]))
        acts.append(Act(draw(TIMES), kind, tuple(draw(st.sets(st.sampled_from(IDS), min_size=1, max_size=4)))))
    return sorted(acts, key=lambda act: act.at)


@settings(deadline=None)
@given(scripts(), st.sampled_from([0.0, 0.1, 0.4]), st.sampled_from([0.0, 0.1]), st.booleans())
def test_every_call_is_answered_once_or_told_of_once(
    script: list[Act],
    tool_takes: float,
    telling_takes: float,
    sometimes_silent: bool,  # noqa: FBT001
) -> None:
    trio.run(perform, script, tool_takes, telling_takes, sometimes_silent, clock=MockClock(autojump_threshold=0))


async def perform(script: list[Act], tool_takes: float, telling_takes: float, sometimes_silent: bool) -> None:  # noqa: FBT001
    told: list[str] = []

    async def tool(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        await trio.sleep(tool_takes)
        return [FunctionResponse.of(one, one.id) for one in calls if not (sometimes_silent and one.id == "0")]

    async def cancelled(ids: Sequence[str]) -> None:
        told.extend(ids)
        await trio.sleep(telling_takes)

    async with call(builder().on_tool_call(tool).on_tool_cancelled(cancelled)) as (session, peer):
        for act in script:
            await trio.sleep_until(act.at)
            await peer.send(frame_of(act))
        await trio.sleep(10)
        answered = [id_ for id_, _ in responses(peer)]
        check_fates(script, answered, told)
        assert str(session.phase) == "Active"


def frame_of(act: Act) -> Frame:
    match act.kind:
        case "call":
            return tool_call(*[call_of("f", id_) for id_ in act.ids])
        case "cancel":
            return cancels(*act.ids)
        case _:
            return interrupted()


def check_fates(script: list[Act], answered: list[str | None], told: list[str]) -> None:
    asked = {id_ for act in script if act.kind == "call" for id_ in act.ids}
    named = {id_ for act in script if act.kind == "cancel" for id_ in act.ids}
    assert len(answered) == len(set(answered))
    assert len(told) == len(set(told))
    assert set(answered) <= asked
    assert asked <= set(answered) | set(told)
    assert set(answered) & set(told) <= named, "only the server may cancel what was answered already"
    assert set(told) <= asked | named


def test_the_phase_is_left_alone_when_nothing_was_called() -> None:
    async def main() -> None:
        async with call() as (session, peer):
            await peer.send(cancels("1"), interrupted())
            await settled()
            assert_active(session)

    trio.run(main, clock=MockClock(autojump_threshold=0))


def assert_active(session: LiveHandle) -> None:
    assert str(session.phase) == "Active"
