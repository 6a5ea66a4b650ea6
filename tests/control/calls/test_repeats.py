"""Calls that come again and again."""

from __future__ import annotations

from trio.testing import MockClock

from tests.control.calls.answers import answering, responses
from tests.peer import builder, call, call_of, settled, tool_call, turn_complete
from trio_live.control._calls._repeats import MOST_KINDS, REPEATS, Repeats, noticed
from trio_live.session._internal import Answered
from trio_live.wire import FunctionCall, FunctionResponse


async def test_the_model_is_told_when_it_asks_the_same_too_often_in_a_turn(autojump_clock: MockClock) -> None:
    async with call(builder().on_tool_call(answering())) as (_, peer):
        for number in range(REPEATS + 2):
            await peer.send(
                tool_call(call_of("f", f"a{number}", city="Oslo"), call_of("f", f"b{number}", city=str(number)))
            )
        await peer.send(turn_complete(), tool_call(call_of("f", "c", city="Oslo")))
        await settled()
        told = {key for key, response in responses(peer) if "notice" in response}
        assert told == {f"a{REPEATS}", f"a{REPEATS + 1}"}
        assert len(responses(peer)) == 2 * (REPEATS + 2) + 1
        notice = dict(responses(peer))[f"a{REPEATS}"]["notice"]
    assert notice.startswith(f"f has been called {REPEATS + 1} times with the same arguments")


def test_only_so_many_different_calls_are_remembered() -> None:
    repeats = Repeats()
    calls = [FunctionCall(name="f", args={"n": number}) for number in range(MOST_KINDS + 1)]
    assert {repeats.count(each) for each in calls} == {1}
    assert [repeats.count(calls[0]), repeats.count(calls[-1])] == [2, 1]


def test_an_answer_with_a_notice_of_its_own_keeps_it() -> None:
    one = FunctionCall("1", "f")
    answered = Answered(one, FunctionResponse.of(one, {"notice": "mine"}))
    assert noticed(answered, 9) is answered
