"""Batches of calls while they are answered: given up, let go, or waited for to their end."""

from __future__ import annotations

import math

import pytest
import trio

from trio_live.lanes._internal import CallBatch, RunningCalls
from trio_live.session._internal import CallLedger
from trio_live.wire import FunctionCall

ONE, TWO, NAMELESS = FunctionCall(id="1", name="f"), FunctionCall(id="2", name="f"), FunctionCall(name="f")
BESIDE = FunctionCall(id="3", name="beside")


class Rig:
    """A ledger, and batches that run."""

    def __init__(self, *opened: FunctionCall) -> None:
        self.ledger = CallLedger(lambda name: name != "beside")
        self.ledger.opened(opened)
        self.running = RunningCalls(self.ledger)

    def begin(self, *calls: FunctionCall) -> CallBatch:
        batch = CallBatch(calls)
        self.running.begin(batch)
        return batch

    def cancel(self, *ids: str) -> None:
        self.ledger.cancel(ids)
        self.running.cancelled()

    def interrupt(self) -> None:
        self.ledger.give_up()
        self.running.interrupted()


async def test_cancelling_one_of_two_lets_the_batch_run() -> None:
    rig = Rig(ONE, TWO)
    batch = rig.begin(ONE, TWO)
    rig.cancel("1", "9", "g")
    assert not batch.scope.cancel_called
    assert not batch.let_go.is_set()


@pytest.mark.parametrize("cancellations", [[["1", "2"]], [["2"], ["1"]], [["1", "2", "2", "9"]]])
async def test_a_batch_of_which_everything_was_cancelled_is_given_up(cancellations: list[list[str]]) -> None:
    rig, reached = Rig(ONE, TWO), False
    with rig.begin(ONE, TWO).scope:
        for ids in cancellations:
            rig.cancel(*ids)
        await trio.sleep(math.inf)
        reached = True
    assert not reached


async def test_a_batch_that_was_cancelled_before_it_began_is_given_up_at_once() -> None:
    rig = Rig(ONE)
    rig.cancel("1")
    assert rig.begin(ONE).scope.cancel_called


@pytest.mark.parametrize("calls", [[ONE], [NAMELESS], [ONE, NAMELESS]])
async def test_an_interruption_gives_up_every_batch_that_the_server_waits_for(calls: list[FunctionCall]) -> None:
    rig = Rig(*calls, TWO)
    batches = [rig.begin(*calls), rig.begin(TWO)]
    rig.interrupt()
    assert all(batch.scope.cancel_called for batch in batches)
    assert not any(batch.let_go.is_set() for batch in batches), "the lane waits until they have cleaned up"


@pytest.mark.parametrize("calls", [[BESIDE], [ONE, BESIDE]])
async def test_an_interruption_lets_go_of_a_batch_that_is_wanted_all_the_same(calls: list[FunctionCall]) -> None:
    rig = Rig(*calls)
    batch = rig.begin(*calls)
    rig.interrupt()
    assert batch.let_go.is_set()
    assert not batch.scope.cancel_called
    rig.cancel("3")
    assert batch.scope.cancel_called


async def test_waiting_ends_with_the_batch() -> None:
    rig = Rig(ONE)
    batch = rig.begin(ONE)
    rig.running.end(batch)
    await rig.running.wait(batch)
    rig.interrupt()
    assert not batch.scope.cancel_called, "what is over is left alone"

    rig = Rig(ONE)
    batch = rig.begin(ONE)
    with trio.CancelScope() as scope:
        scope.cancel()
        await rig.running.wait(batch)
    assert batch.scope.cancel_called
