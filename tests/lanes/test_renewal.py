from __future__ import annotations

import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from trio_live.lanes._internal import Renewal


async def test_whoever_waits_is_told_once_for_each_wish(autojump_clock: MockClock) -> None:
    renewal, told = Renewal(), list[int]()

    async def wait(number: int) -> None:
        await renewal.wait()
        told.append(number)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(wait, 1)
        await wait_all_tasks_blocked()
        assert not renewal.is_wanted
        renewal.ask()
        await wait_all_tasks_blocked()
        assert (told, renewal.is_wanted) == ([1], True)
        renewal.fulfil()
        nursery.start_soon(wait, 2)
        await wait_all_tasks_blocked()
        assert (told, renewal.is_wanted) == ([1], False)
        nursery.cancel_scope.cancel()
