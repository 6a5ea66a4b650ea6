"""A nursery that is there before it is open."""

from __future__ import annotations

import pytest
import trio

from trio_live.lanes._callbacks._aside import Aside


async def test_tasks_are_started_only_while_it_is_open_and_waited_for_at_its_end() -> None:
    aside, done, was_open = Aside(), list[str](), list[bool]()

    async def note() -> None:
        await trio.lowlevel.checkpoint()
        done.append("note")

    was_open.append(aside.is_open)
    with pytest.raises(RuntimeError, match="only while their session does"):
        aside.start_soon(note)
    async with aside.open():
        was_open.append(aside.is_open)
        aside.start_soon(note)
    was_open.append(aside.is_open)
    assert done == ["note"]
    assert was_open == [False, True, False]


async def test_a_cancelled_one_is_closed() -> None:
    aside = Aside()
    with trio.CancelScope() as scope:
        async with aside.open():
            aside.start_soon(trio.sleep_forever)
            scope.cancel()
    assert scope.cancelled_caught
    assert not aside.is_open
