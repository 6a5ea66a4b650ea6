"""Several agents at once: the only place of this room where tasks begin, and where they end.

A nursery puts errors of its tasks into a group. Here no task raises: each leaves what came of it, and cancels the others
where that decides the matter. So one failure comes out as it is, every task has ended, and each knows why.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import trio

from trio_live._tasks import cancel, unwrapped
from trio_live.errors import AgentError

Work = Callable[[], Awaitable[str]]


async def all_of(works: Sequence[Work], why: str) -> list[str]:
    """The results of all, in their order.

    Args:
        works: run at once.
        why: told to the others when one has failed.

    Raises:
        AgentError: the first that failed; the others are cancelled.

    Cancellation: all are cancelled.
    """
    found: dict[int, str] = {}
    failed: list[AgentError] = []

    async def one(number: int, work: Work, scope: trio.CancelScope) -> None:
        try:
            found[number] = await work()
        except AgentError as error:
            failed.append(error)
            cancel(scope, why)

    await _at_once([partial(one, number, work) for number, work in enumerate(works)])
    if failed:
        raise failed[0]
    return [found[number] for number in range(len(works))]


async def first_of(works: Sequence[Work], why: str, *, only_success: bool) -> tuple[int, str]:
    """The first to finish: its number and its result.

    Args:
        works: run at once; at least one.
        why: told to the others when one has won.
        only_success: whether a failure does not count, as long as somebody else still runs.

    Raises:
        AgentError: the first to finish has failed; with ``only_success``, all have, and this is the last.

    Cancellation: all are cancelled.
    """
    won: list[tuple[int, str]] = []
    failed: list[AgentError] = []

    async def one(number: int, work: Work, scope: trio.CancelScope) -> None:
        try:
            result = await work()
        except AgentError as error:
            if not won:
                failed.append(error)
            if not only_success:
                cancel(scope, why)
        else:
            if only_success or not failed:
                won.append((number, result))
            cancel(scope, why)

    await _at_once([partial(one, number, work) for number, work in enumerate(works)])
    if won:
        return won[0]
    raise failed[-1 if only_success else 0]


async def _at_once(works: Sequence[Callable[[trio.CancelScope], Awaitable[None]]]) -> None:
    try:
        async with trio.open_nursery() as nursery:
            for work in works:
                nursery.start_soon(work, nursery.cancel_scope)
    except BaseExceptionGroup as group:
        raise unwrapped(group) from None
