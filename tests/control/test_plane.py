"""What control events mean: which callback, which event, and which of the two comes first."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.peer import (
    Diary,
    Frame,
    Witness,
    builder,
    call,
    call_of,
    cancels,
    generation_complete,
    go_away,
    interrupted,
    parts_of,
    resumable,
    settled,
    tool_call,
    turn_complete,
)
from trio_live import CallbackMode, Live, LiveHandle, SessionWriter, events
from trio_live.control._plane import DEFAULT_TIME_LEFT
from trio_live.lanes import HOOKS
from trio_live.lanes._internal import with_callback


@attrs.frozen
class Row:
    """A frame of the server, and what the control lane makes of it, in this order."""

    hook: str
    frame: Frame | str
    args: tuple[Any, ...]
    event: events.LiveEvent | None
    event_first: bool = False


UNREADABLE = "a frame of the server could not be read and was skipped: Invalid JSON payload received."
ROWS = [
    Row("on_tool_cancelled", cancels("1", "2"), (("1", "2"),), events.ToolCancelled(("1", "2")), event_first=True),
    Row("on_interrupted", interrupted(), (), events.Interrupted()),
    Row("on_generation_complete", generation_complete(), (), None),
    Row("on_turn_complete", turn_complete(), (), events.TurnComplete()),
    Row("on_go_away", go_away("12.5s"), (12.5,), events.GoAway(12.5)),
    Row("on_go_away", go_away(None), (DEFAULT_TIME_LEFT,), events.GoAway(DEFAULT_TIME_LEFT)),
    Row(
        "on_error",
        "[]",
        (f"{UNREADABLE} Expected an object at the top",),
        events.Error(f"{UNREADABLE} Expected an object at the top"),
        event_first=True,
    ),
]


def with_hook(name: str, function: Any, mode: CallbackMode = CallbackMode.BLOCKING) -> Live:
    live = builder()
    callbacks = with_callback(live.spec.callbacks, name, function, mode)
    return attrs.evolve(live, spec=attrs.evolve(live.spec, callbacks=callbacks))


def watched(session: LiveHandle, diary: Diary) -> None:
    diary.entries.clear()
    Witness(parts_of(session).events, diary.entries)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.hook)
async def test_callback_and_event_come_in_the_promised_order(row: Row, autojump_clock: MockClock) -> None:
    """A blocking callback has *ended* before an event that follows it."""
    diary = Diary()
    async with call(with_hook(row.hook, diary.anote(row.hook, takes=0.1))) as (session, peer):
        await settled()
        watched(session, diary)
        await peer.send(row.frame)
        await trio.sleep(1)
        written = list(diary.entries)
    callback: list[Any] = [(row.hook, *row.args), (f"{row.hook} ends",)]
    event = [row.event] if row.event is not None else []
    assert written == (event + callback if row.event_first else callback + event)


@pytest.mark.parametrize("row", [row for row in ROWS if HOOKS[row.hook].modes], ids=lambda row: row.hook)
async def test_an_event_does_not_wait_for_a_concurrent_callback(row: Row, autojump_clock: MockClock) -> None:
    diary = Diary()
    live = with_hook(row.hook, diary.anote(row.hook, takes=0.1), CallbackMode.CONCURRENT)
    async with call(live) as (session, peer):
        await settled()
        watched(session, diary)
        await peer.send(row.frame)
        await trio.sleep(1)
        written = list(diary.entries)
    assert written[-1] == (f"{row.hook} ends",)
    assert row.event is None or row.event in written[:-1]


async def test_on_connected_comes_before_its_event_and_gets_a_writer(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(builder().on_connected(diary.anote("connected", takes=0.1))) as (session, _):
        Witness(parts_of(session).events, diary.entries)
        await trio.sleep(1)
        (name, writer), *rest = diary.entries
        assert name == "connected"
        assert hasattr(writer, "send_text")
        assert rest == [("connected ends",), events.Connected()]


async def test_the_end_is_told_before_on_disconnected_runs(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(builder().on_disconnected(diary.anote("bye", takes=0.1))) as (session, _):
        await settled()
        watched(session, diary)
        await session.disconnect()
    assert diary.entries == [events.Disconnected(None), ("bye", None), ("bye ends",)]


async def test_a_tool_round_in_its_order(autojump_clock: MockClock) -> None:
    """The answers exist, the interceptor has seen them, the event says so, and only then they are sent."""
    diary = Diary()

    async def intercept(answers: Any, state: object) -> Any:
        diary.entries.append("intercepted")
        return answers

    live = builder().on_tool_call(diary.anote("asked", takes=0.1)).before_tool_response(intercept)
    async with call(live) as (session, peer):
        await settled()
        watched(session, diary)
        await peer.send(tool_call(call_of("f", "1")))
        await trio.sleep(0.05)
        assert peer.answers == []
        await trio.sleep(1)
        assert len(peer.answers) == 1
        assert diary.names() == ["asked", "asked ends", "str", "ToolExecution"]


async def test_a_handle_to_resume_with_is_kept_and_told_and_resumes_nothing(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().session_resume().on_resumed(diary.anote("resumed")).on_resumption_update(diary.anote("update"))
    async with call(live) as (session, peer):
        await settled()
        watched(session, diary)
        await peer.send(resumable("handle-1"))
        await settled()
        assert session.resume_handle == session.session.resume_handle == "handle-1"
        assert diary.entries == [("update", "handle-1", True), events.ResumptionUpdate("handle-1", resumable=True)]


async def test_an_interrupted_turn_keeps_what_the_user_said(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_interrupted(diary.anote("interrupted")).on_turn_boundary(diary.anote("boundary"))
    async with call(live) as (_, peer):
        await peer.send(interrupted(), turn_complete())
        await settled()
        assert diary.names() == ["interrupted", "boundary"]


async def test_a_blocking_callback_may_use_the_session(autojump_clock: MockClock) -> None:
    async def remark(writer: SessionWriter) -> None:
        await writer.send_text("one")
        await session.send_text("two")
        await session.flush()
        assert peer.texts == ["one", "two"]

    async def on_turn_boundary(_: object, writer: SessionWriter) -> None:
        await remark(writer)

    live = builder().callback_errors("raise").on_turn_boundary(on_turn_boundary)
    async with call(live) as (session, peer):
        await peer.send(turn_complete())
        await settled()
        assert peer.texts == ["one", "two"]
