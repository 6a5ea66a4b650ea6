"""Any order of batches, cancellations, interruptions, answers by hand and completions: every call has one fate.

A scripted server calls functions of three kinds: one that it waits for, one beside which it talks on, and one that is
answered by hand. It repeats itself, cancels what it likes (even before it calls), and reports interruptions. On this
side a callback answers late, too little, or never; somebody answers by hand without knowing what is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.control.calls.answers import responses
from tests.peer import Frame, Peer, builder, call, call_of, cancels, interrupted, settled, tool_call
from trio_live import FunctionCall, FunctionDeclaration, FunctionResponse, Live, LiveHandle, State, ToolContext
from trio_live.errors import CallNotOpen
from trio_live.tools import tool

FUNCTIONS: Final = {"look_up": "BLOCKING", "search": "NON_BLOCKING", "by_hand": "BLOCKING", "mail": "NON_BLOCKING"}
BY_HAND: Final = frozenset({"by_hand", "mail"})
"""Functions that the callback leaves alone."""
NAMES: Final = ["look_up", "search", "look_up", "search", "by_hand", "mail", "search", "look_up"]
IDS: Final = [str(number) for number in range(len(NAMES))]
TIMES = st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.9, 1.0, 1.5])


@attrs.frozen
class Act:
    """Something that happens at some time."""

    at: float
    kind: str
    """``call``, ``cancel``, ``interrupt`` or ``answer`` (by hand)."""
    ids: tuple[str, ...] = ()


@attrs.frozen
class Manner:
    """How the callback and the other hooks behave."""

    tool_takes: float
    telling_takes: float
    forgets: frozenset[str]
    """Ids that the callback does not answer."""
    withholds: frozenset[str]
    """Ids whose answers the interceptor drops."""
    also_answers: str | None
    """An id that the callback answers with every batch, whosever it is."""
    typed: bool
    """No callback answers, but typed functions do, and ``mail`` runs in the background."""


@attrs.define
class Record:
    """What was done on this side."""

    told: list[str] = attrs.Factory(list)
    told_at: dict[str, int] = attrs.Factory(dict)
    """How many messages with answers had been written when an id was told of as cancelled."""
    ran: list[str] = attrs.Factory(list)
    by_hand: list[str] = attrs.Factory(list)
    refused: list[str] = attrs.Factory(list)


SOME = st.sets(st.sampled_from(IDS), min_size=1, max_size=4).map(lambda ids: tuple(sorted(ids)))
FEW = st.frozensets(st.sampled_from(IDS), max_size=2)
ACTS = st.one_of(
    st.builds(Act, TIMES, st.just("call"), SOME),
    st.builds(Act, TIMES, st.sampled_from(["cancel", "answer"]), SOME),
    st.builds(Act, TIMES, st.just("interrupt")),
)
MANNERS = st.builds(
    Manner,
    tool_takes=st.sampled_from([0.0, 0.1, 0.4, 2.0]),
    telling_takes=st.sampled_from([0.0, 0.1]),
    forgets=FEW,
    withholds=FEW,
    also_answers=st.none() | st.sampled_from([*IDS, "nobody"]),
    typed=st.booleans(),
)


@settings(deadline=None)
@given(st.lists(ACTS, max_size=12).map(lambda acts: sorted(acts, key=lambda act: act.at)), MANNERS)
def test_every_call_is_answered_once_or_cancelled_or_left_to_be_answered_by_hand(
    acts: list[Act], manner: Manner
) -> None:
    trio.run(perform, acts, manner, clock=MockClock(autojump_threshold=0))


async def perform(acts: list[Act], manner: Manner) -> None:
    record = Record()

    async def callback(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        record.ran.extend(one.id or "" for one in calls)
        await trio.sleep(manner.tool_takes)
        mine = [one for one in calls if one.name not in BY_HAND and one.id not in manner.forgets]
        extra = [FunctionResponse(manner.also_answers, "search", {"extra": True})] if manner.also_answers else []
        return [*(FunctionResponse.of(one, one.id) for one in mine), *extra]

    async def intercept(answers: Sequence[FunctionResponse], state: State) -> list[FunctionResponse]:
        return [answer for answer in answers if answer.id not in manner.withholds]

    async def cancelled(ids: Sequence[str]) -> None:
        last = {each.get("id") for batch in peer.answers for each in batch if not each.get("willContinue")}
        assert not set(ids) & last, "what was answered is not told of as cancelled"
        record.told.extend(ids)
        record.told_at.update(dict.fromkeys(ids, len(peer.answers)))
        await trio.sleep(manner.telling_takes)

    live = builder().before_tool_response(intercept).on_tool_cancelled(cancelled)
    live = with_typed(live, manner, record) if manner.typed else live.on_tool_call(callback)
    declared = live.spec.tools.dispatcher()
    for name, behavior in FUNCTIONS.items():
        if name not in declared:
            live = live.add_tool(FunctionDeclaration(name=name, behavior=behavior))
    async with call(live.manual_tools(*BY_HAND - set(declared))) as (session, peer):
        for act in acts:
            await trio.sleep_until(act.at)
            await do(act, session, peer, record)
        await trio.sleep(30)
        last = [each for batch in peer.answers for each in batch if not each.get("willContinue")]
        for number, batch in enumerate(peer.answers):
            for each in batch:
                assert number < record.told_at.get(each["id"], number + 1), "no answer follows a cancellation"
        check(acts, record, [each.get("id") for each in last], BY_HAND - set(declared))
        await nothing_is_stuck(session, peer)


def with_typed(live: Live, manner: Manner, record: Record) -> Live:
    """Typed functions instead of a callback."""

    async def run(context: ToolContext) -> str:
        record.ran.append(context.call_id or "")
        await trio.sleep(manner.tool_takes / 2)
        await context.report_progress("half of it")
        await trio.sleep(manner.tool_takes / 2)
        return "done"

    for name in ("look_up", "search", "mail"):
        behavior: Any = FUNCTIONS[name]
        live = live.tools(tool(name=name, description="One of many.", behavior=behavior)(run))
    return live.tool_background("mail")


async def do(act: Act, session: LiveHandle, peer: Peer, record: Record) -> None:
    if act.kind != "answer":
        await peer.send(frame_of(act))
        return
    for key in act.ids:
        try:
            await session.send_tool_response([FunctionResponse(key, NAMES[int(key)], {"by": "hand"})])
        except CallNotOpen:
            record.refused.append(key)
        else:
            record.by_hand.append(key)


def frame_of(act: Act) -> Frame:
    match act.kind:
        case "call":
            return tool_call(*[call_of(NAMES[int(key)], key) for key in act.ids])
        case "cancel":
            return cancels(*act.ids)
        case _:
            return interrupted()


def check(acts: list[Act], record: Record, answered: list[str | None], by_hand: frozenset[str]) -> None:
    asked = {key for act in acts if act.kind == "call" for key in act.ids}
    named = {key for act in acts if act.kind == "cancel" for key in act.ids}
    left = asked - set(answered) - set(record.told)
    assert len(answered) == len(set(answered)), "never two answers for one id"
    assert len(record.told) == len(set(record.told)), "nobody is told twice"
    assert not set(answered) & set(record.told), "one fate"
    assert set(answered) <= asked
    assert set(record.told) <= asked | named
    assert {NAMES[int(key)] for key in left} <= by_hand, "only what is answered by hand may stay open"
    assert len(record.ran) == len(set(record.ran)), "nothing runs twice"
    assert set(record.by_hand) <= set(answered) | set(record.told), "what was accepted is written, or cancelled in time"
    beside = {key for key in asked if FUNCTIONS[NAMES[int(key)]] == "NON_BLOCKING"} - named
    assert not beside & set(record.told), "an interruption gives up nothing that the server does not wait for"


async def nothing_is_stuck(session: LiveHandle, peer: Peer) -> None:
    """After an interruption the link is free, and the next round ends as any other."""
    await peer.send(interrupted())
    await settled()
    assert str(session.phase) == "Active"
    await peer.send(tool_call(call_of("look_up", "last")))
    await trio.sleep(5)
    assert str(session.phase) == "Active"
    assert responses(peer)[-1][0] == "last"
