"""Calls that are waited for inline: cancelled by id, by an interruption, before they began or while they run."""

from __future__ import annotations

import math

import pytest
import trio

from trio_live.lanes import InlineCalls
from trio_live.wire import FunctionCall

ONE, TWO, NAMELESS = FunctionCall(id="1", name="f"), FunctionCall(id="2", name="f"), FunctionCall(name="g")


def routed(*calls: FunctionCall) -> InlineCalls:
    inline = InlineCalls()
    inline.routed(calls)
    return inline


def test_only_open_calls_can_be_cancelled() -> None:
    inline = routed(ONE)
    inline.cancelled(["1", "2"])
    assert inline.is_cancelled(ONE)
    assert not inline.is_cancelled(TWO)
    inline.routed([TWO])
    assert not inline.is_cancelled(TWO)


def test_nothing_is_remembered_of_a_batch_that_is_done() -> None:
    inline = routed(ONE)
    inline.cancelled(["1"])
    inline.done([ONE])
    assert not inline.is_cancelled(ONE)
    inline.cancelled(["1"])
    assert not inline.is_cancelled(ONE)


async def test_cancelling_one_of_two_lets_the_batch_run() -> None:
    inline = routed(ONE, TWO)
    with inline.running([ONE, TWO]) as scope:
        inline.cancelled(["1"])
        await trio.lowlevel.checkpoint()
    assert not scope.cancel_called
    assert inline.is_cancelled(ONE)


@pytest.mark.parametrize("cancellations", [[["1", "2"]], [["2"], ["1"]], [["1", "2", "2", "9"]]])
async def test_cancelling_all_of_a_batch_frees_the_lane(cancellations: list[list[str]]) -> None:
    inline, reached = routed(ONE, TWO), False
    with inline.running([ONE, TWO]):
        for ids in cancellations:
            inline.cancelled(ids)
        await trio.sleep(math.inf)
        reached = True
    assert not reached


async def test_a_batch_that_was_cancelled_before_does_not_begin() -> None:
    inline = routed(ONE)
    inline.cancelled(["1"])
    with inline.running([ONE]) as scope:
        await trio.sleep(math.inf)
    assert scope.cancelled_caught


@pytest.mark.parametrize("batch", [[ONE], [NAMELESS], [ONE, NAMELESS]])
async def test_an_interruption_frees_whatever_runs(batch: list[FunctionCall]) -> None:
    inline = routed(*batch)
    with inline.running(batch) as scope:
        inline.interrupted()
        await trio.sleep(math.inf)
    assert scope.cancelled_caught


async def test_an_interruption_gives_up_what_waits_too() -> None:
    inline = routed(ONE, TWO)
    with inline.running([ONE]):
        inline.interrupted()
        await trio.lowlevel.checkpoint()
    inline.done([ONE])
    assert inline.is_cancelled(TWO)


async def test_a_call_without_an_id_is_not_freed_by_an_id() -> None:
    inline = routed(NAMELESS)
    with inline.running([NAMELESS]) as scope:
        inline.cancelled(["g", ""])
        await trio.lowlevel.checkpoint()
    assert not scope.cancel_called


async def test_after_a_batch_nothing_is_running() -> None:
    inline = routed(ONE)
    with inline.running([ONE]):
        pass
    inline.interrupted()
    inline.cancelled(["1"])
    await trio.lowlevel.checkpoint()
