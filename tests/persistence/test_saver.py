from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.persistence.snapshots import snapshot
from trio_live._tasks import open_service_nursery
from trio_live.persistence import SessionSnapshot
from trio_live.persistence._saver import Saver


class Slow:
    """A back end that takes a second, and fails when told to."""

    def __init__(self) -> None:
        self.kept: list[int] = []
        self.fails: Exception | None = None
        self.busy = 0

    async def save(self, _: str, kept: SessionSnapshot) -> None:
        self.busy += 1
        assert self.busy == 1, "two at once"
        try:
            await trio.sleep(1)
        finally:
            self.busy -= 1
        if self.fails is not None:
            raise self.fails
        self.kept.append(kept.turn_count)

    async def load(self, _: str) -> SessionSnapshot | None:
        raise NotImplementedError

    async def delete(self, _: str) -> None:
        raise NotImplementedError


async def test_of_those_that_wait_only_the_newest_is_saved(autojump_clock: MockClock) -> None:
    backend = Slow()
    saver = Saver(backend, "a", pytest.fail)
    async with open_service_nursery("enough") as nursery:
        nursery.start_soon(saver.run)
        for number in range(25):
            saver.offer(snapshot(number))
            await trio.sleep(0.11)
        await trio.sleep(3)
    assert backend.kept == [0, 9, 18, 24]


async def test_a_failure_is_told_once_until_it_is_over_or_another_one(autojump_clock: MockClock) -> None:
    backend, told = Slow(), list[str]()
    saver = Saver(backend, "a", told.append)
    async with open_service_nursery("enough") as nursery:
        nursery.start_soon(saver.run)
        for fails in (OSError("full"), OSError("full"), None, OSError("full"), KeyError("another"), ValueError()):
            backend.fails = fails
            saver.offer(snapshot(1))
            await trio.sleep(2)
    assert told == [
        "the session could not be saved: full",
        "the session could not be saved: full",
        "the session could not be saved: 'another'",
        "the session could not be saved: ValueError",
    ]


async def test_the_last_one_is_saved_although_everything_is_cancelled(autojump_clock: MockClock) -> None:
    backend = Slow()
    saver = Saver(backend, "a", pytest.fail)
    with trio.CancelScope() as scope:
        scope.cancel()
        await saver.finish(snapshot(5), 5)
    assert backend.kept == [5]


async def test_a_disk_that_hangs_holds_nobody_up_for_ever(autojump_clock: MockClock) -> None:
    backend, told = Slow(), list[str]()
    saver = Saver(backend, "a", told.append)
    began = trio.current_time()
    await saver.finish(snapshot(5), 0.5)
    assert trio.current_time() - began == pytest.approx(0.5)
    assert told == ["the session could not be saved: it took more than 0.5 s"]
