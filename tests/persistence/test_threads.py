from __future__ import annotations

import threading

import pytest
import trio

from trio_live.persistence._threads import Turns, read


async def test_what_fails_is_told_and_keeps_nobody_out() -> None:
    turns, done = Turns(), list[int]()

    def fail() -> int:
        raise OSError

    with pytest.raises(OSError):
        await turns.run("a", fail, done.append)
    await turns.run("a", lambda: 1, done.append)
    assert done == [1]


async def test_only_sessions_under_way_are_remembered() -> None:
    turns = Turns()
    for number in range(20):
        await turns.run(str(number), lambda: None, lambda _: None)
    assert not turns._begun
    assert not turns._finished


async def test_a_session_does_not_wait_for_another_one_that_is_still_preparing() -> None:
    turns, let_go, done = Turns(), threading.Event(), list[str]()

    def wait() -> str:
        let_go.wait(10)
        return "slow"

    async with trio.open_nursery() as nursery:
        nursery.start_soon(turns.run, "slow", wait, done.append, done.append)
        await turns.run("quick", lambda: "quick", done.append)
        let_go.set()
    assert done == ["quick", "slow"]


async def test_reading_may_be_given_up() -> None:
    let_go = threading.Event()
    with trio.move_on_after(0.02) as patience:
        await read(lambda: let_go.wait(10))
    let_go.set()
    assert patience.cancelled_caught
