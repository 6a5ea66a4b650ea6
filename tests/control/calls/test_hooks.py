"""What the callbacks around function calls hand back: judged, reported where it makes no sense, and answered all the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import answering, answering_all_but, errors, executions, failed, responses, returning
from tests.lanes.rig import BoomError, araising
from tests.peer import Diary, builder, call, call_of, interrupted, reading, settled, tool_call
from trio_live import FunctionResponse, State, ToolError, events
from trio_live.tools import LARGEST_ANSWER
from trio_live.wire import FunctionResponsePart

# -- on_tool_call ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nonsense",
    [["sunny"], 5, {"f": "sunny"}, [FunctionResponse(id="1", name="f", response={"when": object()})]],
    ids=["text", "a number", "a mapping", "not JSON"],
)
async def test_an_answer_that_makes_no_sense_is_the_callbacks_error(nonsense: Any, autojump_clock: MockClock) -> None:
    live = builder().on_tool_call(returning(nonsense))
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        [(id_, response)] = responses(peer)
        assert id_ == "1"
        assert response["error"].startswith("Tool execution failed: ")
        assert session.telemetry.callback_errors == {"on_tool_call": 1}
    assert len(errors(seen)) == 1


@pytest.mark.parametrize(
    ("result", "why"),
    [
        (float("nan"), "its result cannot be told: nan is not a JSON number at ['output']"),
        ("x" * LARGEST_ANSWER, "its result has about 262,182 bytes of JSON; ask for less, at most 262,144"),
    ],
    ids=["NaN", "huge"],
)
async def test_what_no_tool_may_answer_no_callback_may(result: Any, why: str, autojump_clock: MockClock) -> None:
    async with call(builder().on_tool_call(answering(result=result))) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert responses(peer) == [("1", failed(f"Tool execution failed: {why}"))]


async def test_media_that_cannot_be_sent_are_the_callbacks_error(autojump_clock: MockClock) -> None:
    media: Any = [FunctionResponsePart(file_data=object())]  # type: ignore[arg-type]  # on purpose
    async with call(builder().on_tool_call(returning([FunctionResponse("1", "f", {}, parts=media)]))) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        ((_, answer),) = responses(peer)
        assert "holds a value that is not JSON" in answer["error"]


async def test_a_callback_that_raises_a_tool_error_chooses_the_words(autojump_clock: MockClock) -> None:
    live = builder().on_tool_call(araising(ToolError("the line is busy", retry=True)))
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert responses(peer) == [("1", failed("the line is busy", retry=True))]


@pytest.mark.parametrize("hook", ["on_tool_call", "before_tool_response"])
@pytest.mark.parametrize(
    ("id_", "why"), [("1", "1 (f) was answered already"), ("nobody", "nobody (f) was never asked for")]
)
async def test_answers_to_calls_that_are_not_open_are_reported_and_not_sent(
    hook: str, id_: str, why: str, autojump_clock: MockClock
) -> None:
    async def add(given: Sequence[Any], state: State) -> list[FunctionResponse]:
        own = [FunctionResponse(id=one.id, name=one.name, response={"ok": True}) for one in given]
        return [*own, FunctionResponse(id=id_, name="f", response={"again": True})] if given[0].id == "2" else own

    live = builder().on_tool_call(answering())
    live = live.on_tool_call(add) if hook == "on_tool_call" else live.before_tool_response(add)
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1")), tool_call(call_of("f", "2")))
        await settled()
        assert responses(peer) == [("1", {"ok": True}), ("2", {"ok": True})]
        assert session.telemetry.callback_errors == {hook: 1}
    assert errors(seen) == [f"{hook}: the function call {why}"]


# -- before_tool_response -------------------------------------------------------------------------------------------


WITHHELD = {"status": "withheld", "error": "The answer of f was withheld by the application.", "retry": False}


async def test_an_interceptor_may_change_an_answer_and_answer_an_earlier_call(autojump_clock: MockClock) -> None:
    async def rewrite(given: Sequence[FunctionResponse], state: State) -> list[FunctionResponse]:
        kept = given[0]
        return [more, FunctionResponse(id=kept.id, name=kept.name, response={"rewritten": True})]

    more = FunctionResponse(id="9", name="earlier", response={"at last": True})
    live = builder().on_tool_call(answering_all_but("earlier")).manual_tools().before_tool_response(rewrite)
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("earlier", "9", b=2)))
        await settled()
        assert peer.answers == []
        await peer.send(tool_call(call_of("g", "2", a=1)))
        await settled()
        assert responses(peer) == [("2", {"rewritten": True}), ("9", {"at last": True})]
    assert executions(seen) == [
        events.ToolExecution("g", {"a": 1}, {"rewritten": True}),
        events.ToolExecution("earlier", {"b": 2}, {"at last": True}),
    ]


async def test_a_call_whose_answer_an_interceptor_drops_is_answered_as_withheld(autojump_clock: MockClock) -> None:
    async def drop_the_first(given: Sequence[FunctionResponse], state: State) -> Sequence[FunctionResponse]:
        return given[1:]

    live = builder().on_tool_call(answering()).before_tool_response(drop_the_first)
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1"), call_of("g", "2")))
        await settled()
        assert responses(peer) == [("1", WITHHELD), ("2", {"output": "done"})]
        assert str(session.phase) == "Active"
    assert executions(seen)[0] == events.ToolExecution("f", {}, WITHHELD)


async def test_of_two_like_calls_without_an_id_the_dropped_one_is_withheld(autojump_clock: MockClock) -> None:
    async def drop_the_second(given: Sequence[FunctionResponse], state: State) -> Sequence[FunctionResponse]:
        return given[:1]

    live = builder().on_tool_call(answering()).before_tool_response(drop_the_second)
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("f"), call_of("f")))
        await settled()
        assert responses(peer) == [(None, {"output": "done"}), (None, WITHHELD)]


async def test_a_piece_that_is_dropped_leaves_its_call_open_for_the_rest(autojump_clock: MockClock) -> None:
    running = [FunctionResponse(id="1", name="f", response={"status": "running"}, will_continue=True)]
    live = builder().on_tool_call(returning(running)).before_tool_response(returning([]))
    async with call(live) as (session, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert peer.answers == []
        await session.send_tool_response([FunctionResponse(id="1", name="f", response={"found": 3})])
        await settled()
        assert responses(peer) == [("1", {"found": 3})]


@pytest.mark.parametrize(
    "broken",
    [araising(BoomError("no")), returning(None), returning(["text"]), returning(7)],
    ids=["raises", "forgets to return", "returns text", "returns a number"],
)
async def test_when_an_interceptor_fails_the_answers_are_sent_as_they_were(
    broken: Any, autojump_clock: MockClock
) -> None:
    live = builder().on_tool_call(answering()).before_tool_response(broken)
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert responses(peer) == [("1", {"output": "done"})]
        assert session.telemetry.callback_errors == {"before_tool_response": 1}
    assert len(errors(seen)) == 1


async def test_an_interceptor_cannot_spoil_the_answers_it_fails_on(autojump_clock: MockClock) -> None:
    async def spoil(given: Any, state: State) -> list[FunctionResponse]:
        given.clear()
        return []

    live = builder().on_tool_call(answering()).before_tool_response(spoil)
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert responses(peer) == [("1", {"output": "done"})]


# -- on_tool_cancelled ----------------------------------------------------------------------------------------------


async def test_cancelled_calls_are_told_of_before_the_interruption_that_cancelled_them(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()
    live = (
        builder()
        .on_tool_call(answering(takes=60))
        .on_tool_cancelled(diary.anote("cancelled", takes=1))
        .on_interrupted(diary.anote("interrupted"))
    )
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        await peer.send(interrupted())
        await trio.sleep(2)
        assert peer.answers == []
    assert diary.names() == ["cancelled", "cancelled ends", "interrupted"]
    news = [event for event in seen if isinstance(event, events.ToolCancelled | events.Interrupted)]
    assert news == [events.ToolCancelled(("1",)), events.Interrupted()]
