"""Middleware that travels with the task."""

from __future__ import annotations

import trio

from trio_live.dispatch._internal import middleware_in_force, put_in_force
from trio_live.tools import ToolMiddleware


async def test_it_stands_around_tasks_that_are_started_inside_and_nothing_stands_there_twice() -> None:
    outer, inner = ToolMiddleware(), ToolMiddleware()
    seen: list[tuple[ToolMiddleware, ...]] = []

    async def look() -> None:
        seen.append(middleware_in_force())

    with put_in_force([outer]):
        async with trio.open_nursery() as nursery:
            with put_in_force([inner, outer]) as layers:
                nursery.start_soon(look)
                assert layers == (outer, inner)
            nursery.start_soon(look)
    assert sorted(seen, key=len) == [(outer,), (outer, inner)]
    assert middleware_in_force() == ()
