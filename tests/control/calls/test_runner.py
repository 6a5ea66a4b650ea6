"""One batch of function calls: every call gets exactly one answer, or was cancelled and gets none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import answering, answering_all_but, errors, executions, failed, responses, returning
from tests.lanes.rig import BoomError, araising
from tests.peer import (
    builder,
    call,
    call_of,
    cancels,
    interrupted,
    reading,
    settled,
    text,
    tool_call,
    turn_complete,
)
from trio_live import FunctionCall, FunctionResponse, State, events
from trio_live.errors import CallNotOpen

# -- answers --------------------------------------------------------------------------------------------------------


async def test_a_batch_is_answered_in_its_order_in_one_message(autojump_clock: MockClock) -> None:
    async def backwards(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        return [FunctionResponse.of(one, {"for": one.id}) for one in reversed(calls)]

    async with call(builder().on_tool_call(backwards)) as (_, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("g", "2"), call_of("f", "3")))
        await settled()
        assert len(peer.answers) == 1
        assert responses(peer) == [("1", {"for": "1"}), ("2", {"for": "2"}), ("3", {"for": "3"})]


async def test_the_callback_sees_calls_and_the_sessions_own_state(autojump_clock: MockClock) -> None:
    seen: list[Any] = []

    async def look(calls: Sequence[FunctionCall], state: State) -> None:
        seen.append((calls[0].name, calls[0].args, state))

    async with call(builder().on_tool_call(look)) as (session, peer):
        await peer.send(tool_call(call_of("f", "1", city="Oslo")))
        await settled()
        assert seen == [("f", {"city": "Oslo"}, session.state)]


@pytest.mark.parametrize("live", [builder(), builder().on_tool_call(returning(None))], ids=["no callback", "None"])
async def test_a_call_that_nobody_knows_is_answered_as_not_found(live: Any, autojump_clock: MockClock) -> None:
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("g", "2")))
        await settled()
        assert responses(peer) == [("1", failed("Tool not found: f")), ("2", failed("Tool not found: g"))]


async def test_a_call_that_was_left_out_is_answered_with_an_error(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    only_one = [FunctionResponse(id="2", name="g", response={"ok": True})]
    async with call(builder().on_tool_call(returning(only_one))) as (_, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("g", "2")))
        await settled()
        assert responses(peer) == [("1", failed("No answer was given for f")), ("2", {"ok": True})]
    assert any("'1' ('f') was not answered" in record.getMessage() for record in caplog.records)


async def test_a_second_answer_to_a_call_is_not_sent(autojump_clock: MockClock) -> None:
    twice = [FunctionResponse(id="1", name="f", response={"n": n}) for n in range(2)]
    async with call(builder().on_tool_call(returning(twice))) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert responses(peer) == [("1", {"n": 0})]


async def test_an_answer_without_an_id_finds_its_call(autojump_clock: MockClock) -> None:
    nameless = [FunctionResponse(name="f", response={"n": n}) for n in range(2)]
    async with call(builder().on_tool_call(returning(nameless))) as (_, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("f", "2")))
        await settled()
        assert responses(peer) == [("1", {"n": 0}), ("2", {"n": 1})]


async def test_calls_without_ids_are_all_answered(autojump_clock: MockClock) -> None:
    async with call(builder().on_tool_call(answering())) as (_, peer):
        await peer.send(tool_call(call_of("f"), call_of("f"), call_of("g")))
        await settled()
        assert [answer["name"] for batch in peer.answers for answer in batch] == ["f", "f", "g"]


@pytest.mark.parametrize("result", [None, 7, "sunny", ["a"], True])
async def test_a_result_that_is_no_object_is_wrapped(result: Any, autojump_clock: MockClock) -> None:
    bare = [FunctionResponse(id="1", name="f", response=result)]
    async with call(builder().on_tool_call(returning(bare))) as (_, peer), reading(_) as seen:
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert responses(peer) == [("1", {"output": result})]
    assert executions(seen) == [events.ToolExecution("f", {}, {"output": result})]


async def test_a_callback_that_raises_still_answers(autojump_clock: MockClock) -> None:
    live = builder().on_tool_call(araising(BoomError("no network")))
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1"), call_of("g", "2")))
        await settled()
        message = failed("Tool execution failed: no network")
        assert responses(peer) == [("1", message), ("2", message)]
    assert errors(seen) == ["on_tool_call: no network"]


async def test_under_raise_an_answer_that_makes_no_sense_ends_the_session(autojump_clock: MockClock) -> None:
    live = builder().callback_errors("raise").on_tool_call(returning(5))

    async def talk() -> None:
        async with call(live) as (_, peer):
            await peer.send(tool_call(call_of("f", "1")))
            await trio.sleep_forever()

    with pytest.raises(TypeError, match="not iterable"):
        await talk()


async def test_same_named_calls_keep_their_own_arguments(autojump_clock: MockClock) -> None:
    live = builder().on_tool_call(answering())
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("weather", "1", city="Oslo"), call_of("weather", "2", city="Rome")))
        await settled()
    assert [execution.args for execution in executions(seen)] == [{"city": "Oslo"}, {"city": "Rome"}]


async def test_the_model_speaks_again_after_a_tool_round(autojump_clock: MockClock) -> None:
    async with call(builder().on_tool_call(answering(takes=1))) as (session, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert str(session.phase) == "ToolCallExecuting"
        await trio.sleep(2)
        assert str(session.phase) == "Active"
        await peer.send(text("It is sunny"), turn_complete())
        await settled()
        assert str(session.phase) == "Active"


# -- one answer, whoever gives it -----------------------------------------------------------------------------------


async def test_a_call_that_comes_twice_is_run_once(autojump_clock: MockClock) -> None:
    asked: list[Any] = []
    async with call(builder().on_tool_call(answering(asked=asked))) as (session, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("f", "1")), tool_call(call_of("f", "1")))
        await settled()
        await peer.send(tool_call(call_of("f", "1"), call_of("f", "2")))
        await settled()
        assert asked == [["1"], ["2"]]
        assert [key for key, _ in responses(peer)] == ["1", "2"]
        assert str(session.phase) == "Active"


async def test_a_call_is_asked_for_when_its_arguments_are_complete(autojump_clock: MockClock) -> None:
    seen: list[Any] = []

    async def note(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        seen.extend(one.args for one in calls)
        return [FunctionResponse.of(one, "done") for one in calls]

    def piece(text: str, *, more: bool) -> dict[str, Any]:
        part = {"jsonPath": "$.city", "stringValue": text}
        return {"toolCall": {"functionCalls": [{"id": "1", "name": "f", "partialArgs": [part], "willContinue": more}]}}

    async with call(builder().on_tool_call(note)) as (_, peer):
        await peer.send(piece("Os", more=True))
        await settled()
        assert seen == []
        await peer.send(piece("lo", more=False))
        await settled()
        assert seen == [{"city": "Oslo"}]
        assert [key for key, _ in responses(peer)] == ["1"]


# -- answers by hand ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", [(), ("f",), ("f", "g")])
async def test_a_call_that_is_answered_by_hand_stays_open_until_then(
    chosen: tuple[str, ...], autojump_clock: MockClock
) -> None:
    async with call(builder("f", "g").manual_tools(*chosen)) as (session, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await trio.sleep(60)
        assert peer.answers == []
        assert str(session.phase) == "ToolCallExecuting"
        await session.send_tool_response([FunctionResponse(id="1", name="f", response={"by": "hand"})])
        await settled()
        assert responses(peer) == [("1", {"by": "hand"})]
        assert str(session.phase) == "Active"


async def test_only_the_functions_named_are_left_open(autojump_clock: MockClock) -> None:
    async with call(builder("f", "h").manual_tools("f").manual_tools("h")) as (_, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("g", "2"), call_of("h", "3")))
        await settled()
        assert responses(peer) == [("2", failed("Tool not found: g"))]


async def test_the_callback_comes_first_and_what_it_leaves_is_answered_by_hand(autojump_clock: MockClock) -> None:
    async with call(builder().on_tool_call(answering_all_but("f")).manual_tools()) as (session, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("g", "2")))
        await settled()
        assert responses(peer) == [("2", {"output": "done"})]
        with pytest.raises(CallNotOpen, match=r"2 .*was answered already"):
            await session.send_tool_response([FunctionResponse(id=n, name="f", response={}) for n in ("1", "2")])
        await session.send_tool_response([FunctionResponse(id="1", name="f", response={})])
        await settled()
        assert [key for key, _ in responses(peer)] == ["2", "1"]


async def test_a_callback_may_answer_by_hand(autojump_clock: MockClock) -> None:
    async def by_hand(calls: Sequence[FunctionCall], state: State) -> None:
        await session.send_tool_response([FunctionResponse.of(one, "by hand") for one in calls])

    async with call(builder().on_tool_call(by_hand)) as (session, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert responses(peer) == [("1", {"output": "by hand"})]


async def test_a_call_that_was_cancelled_cannot_be_answered_by_hand(autojump_clock: MockClock) -> None:
    async with call(builder().manual_tools()) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1"), call_of("f", "2")), cancels("1"), interrupted())
        await settled()
        for id_ in ("1", "2"):
            with pytest.raises(CallNotOpen, match=rf"{id_} .*was cancelled"):
                await session.send_tool_response([FunctionResponse(id=id_, name="f", response={})])
        with pytest.raises(CallNotOpen, match=r"3 .*was never asked for"):
            await session.send_tool_response([FunctionResponse(id="3", name="f", response={})])
        assert peer.answers == []
    told = [event.ids for event in seen if isinstance(event, events.ToolCancelled)]
    assert [id_ for ids in told for id_ in ids] == ["1", "2"]


# -- the end --------------------------------------------------------------------------------------------------------


async def test_an_answer_for_a_session_that_is_over_is_nobodys_error(autojump_clock: MockClock) -> None:
    async def last_words(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        await session.disconnect()
        await trio.sleep(0.1)
        return [FunctionResponse.of(one, "too late") for one in calls]

    async with call(builder().on_tool_call(last_words)) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1")))
        await session.done()
        assert peer.answers == []
    assert errors(seen) == []
