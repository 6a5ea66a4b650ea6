"""What answers calls, and how it is ended when nobody waits for the answers."""

from __future__ import annotations

import math

import pytest
import trio

from trio_live.lanes._internal import CallScope, RunningCalls
from trio_live.session._internal import CallLedger
from trio_live.wire import FunctionCall

ONE, TWO, NAMELESS = FunctionCall(id="1", name="f"), FunctionCall(id="2", name="f"), FunctionCall(name="f")
BESIDE = FunctionCall(id="3", name="beside")


class Rig:
    """A ledger, and code that answers."""

    def __init__(self, *opened: FunctionCall) -> None:
        self.ledger = CallLedger(lambda name: name != "beside")
        self.ledger.opened(opened)
        self.running = RunningCalls(self.ledger)

    def cancel(self, *ids: str) -> None:
        self.ledger.cancel(ids)
        self.running.review("the server cancelled the call")

    def interrupt(self) -> None:
        self.ledger.give_up()
        self.running.review("the user interrupted")


async def test_cancelling_one_of_two_lets_the_code_run() -> None:
    rig = Rig(ONE, TWO)
    with rig.running.scope([ONE, TWO]) as scope:
        rig.cancel("1", "9", "g")
        assert not scope._scope.cancel_called


@pytest.mark.parametrize("cancellations", [[["1", "2"]], [["2"], ["1"]], [["1", "2", "2", "9"]]])
async def test_code_that_answers_only_cancelled_calls_is_ended_and_told_why(cancellations: list[list[str]]) -> None:
    rig, reached = Rig(ONE, TWO), False
    reasons: list[str] = []
    with rig.running.scope([ONE, TWO], reasons.append):
        for ids in cancellations:
            rig.cancel(*ids)
        await trio.sleep(math.inf)
        reached = True
    assert not reached
    assert reasons == ["the server cancelled the call"]


async def test_calls_that_were_cancelled_before_are_ended_at_once() -> None:
    rig = Rig(ONE)
    rig.cancel("1")
    with rig.running.scope([ONE]) as scope:
        assert scope._scope.cancel_called


@pytest.mark.parametrize("calls", [[ONE], [NAMELESS], [ONE, NAMELESS]])
async def test_an_interruption_ends_everything_that_the_server_waits_for(calls: list[FunctionCall]) -> None:
    rig = Rig(*calls, TWO)
    with rig.running.scope(calls) as one, rig.running.scope([TWO]) as other:
        rig.interrupt()
        assert one._scope.cancel_called
        assert other._scope.cancel_called


@pytest.mark.parametrize("calls", [[BESIDE], [ONE, BESIDE]])
async def test_an_interruption_leaves_alone_what_is_wanted_all_the_same(calls: list[FunctionCall]) -> None:
    rig = Rig(*calls)
    with rig.running.scope(calls) as scope:
        rig.interrupt()
        assert not scope._scope.cancel_called
        rig.cancel("3")
        assert scope._scope.cancel_called


async def test_what_is_over_is_left_alone() -> None:
    rig = Rig(ONE)
    with rig.running.scope([ONE]) as scope:
        pass
    rig.interrupt()
    assert not scope._scope.cancel_called


async def test_at_the_end_of_the_session_everything_ends_and_nothing_begins() -> None:
    rig = Rig(ONE, BESIDE)
    with rig.running.scope([BESIDE]) as before:
        rig.running.end_all("the session is over")
        assert before._scope.cancel_called
    with rig.running.scope([ONE]) as after:
        assert after._scope.cancel_called


async def test_the_only_call_of_a_scope_needs_no_scope_of_its_own() -> None:
    rig, reasons, reached = Rig(ONE), list[str](), False
    with rig.running.scope([ONE]) as scope:
        with scope.of_one(ONE, reasons.append):
            rig.cancel("1")
            await trio.sleep(math.inf)
        reached = True
    assert not reached  # what answers the only call is what answers the batch
    assert reasons == ["the server cancelled the call"]


async def test_whoever_answers_a_call_that_was_cancelled_before_is_told_so_at_once() -> None:
    rig, reasons = Rig(ONE), list[str]()
    with rig.running.scope([ONE]) as scope:
        scope.cancel("too late")
        with scope.of_one(ONE, reasons.append):
            assert reasons == ["too late"]


async def test_one_call_of_several_is_ended_alone() -> None:
    rig, reasons, reached = Rig(ONE, TWO), list[str](), False
    with rig.running.scope([ONE, TWO]) as scope:
        with scope.of_one(ONE, reasons.append):
            rig.cancel("1")
            await trio.sleep(math.inf)
        with scope.of_one(TWO, reasons.append):
            await trio.lowlevel.checkpoint()
            reached = True
    assert reached
    assert reasons == ["the server cancelled the call"]


async def test_a_task_knows_the_outermost_scope_within_which_it_was_started() -> None:
    rig, found = Rig(ONE, TWO), list[CallScope | None]()

    async def look() -> None:
        found.append(rig.running.here())

    assert rig.running.here() is None
    with rig.running.scope([ONE, TWO]) as outer, rig.running.scope([ONE]):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(look)
        await look()
    assert found == [outer, outer]
    assert rig.running.here() is None
