"""One batch of function calls: every call gets exactly one answer, or was cancelled and gets none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.control.tools import answering, errors, executions, responses, returning
from tests.lanes.rig import BoomError, araising
from tests.peer import (
    builder,
    call,
    call_of,
    reading,
    settled,
    text,
    tool_call,
    turn_complete,
)
from trio_live import FunctionCall, FunctionResponse, State, events

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
        assert responses(peer) == [("1", {"error": "Tool not found: f"}), ("2", {"error": "Tool not found: g"})]


async def test_a_call_that_was_left_out_is_answered_with_an_error(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    only_one = [FunctionResponse(id="2", name="g", response={"ok": True})]
    async with call(builder().on_tool_call(returning(only_one))) as (_, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("g", "2")))
        await settled()
        assert responses(peer) == [("1", {"error": "No answer was given for f"}), ("2", {"ok": True})]
    assert any(
        "f (1) was not answered" in record.getMessage() or "1 (f)" in record.getMessage() for record in caplog.records
    )


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
        message = {"error": "Tool execution failed: no network"}
        assert responses(peer) == [("1", message), ("2", message)]
    assert errors(seen) == ["on_tool_call: no network"]


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


# -- before_tool_response -------------------------------------------------------------------------------------------


async def test_an_interceptor_may_change_add_and_drop(autojump_clock: MockClock) -> None:
    async def rewrite(given: Sequence[FunctionResponse], state: State) -> list[FunctionResponse]:
        kept = given[1]
        return [FunctionResponse(id=kept.id, name=kept.name, response={"rewritten": True}), more]

    more = FunctionResponse(id="9", name="earlier", response={"at last": True})
    live = builder().on_tool_call(answering()).before_tool_response(rewrite)
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1"), call_of("g", "2", a=1)))
        await settled()
        assert responses(peer) == [("2", {"rewritten": True}), ("9", {"at last": True})]
    assert executions(seen) == [
        events.ToolExecution("g", {"a": 1}, {"rewritten": True}),
        events.ToolExecution("earlier", {}, {"at last": True}),
    ]


async def test_an_interceptor_that_drops_everything_sends_nothing(autojump_clock: MockClock) -> None:
    live = builder().on_tool_call(answering()).before_tool_response(returning([]))
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert peer.answers == []
    assert executions(seen) == []


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
