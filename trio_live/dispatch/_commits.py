"""Commits of guarded tools: each key once, and what fails is undone."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import trio

from trio_live._typing import Json, Seconds
from trio_live.errors import ToolError
from trio_live.state import State
from trio_live.tools import CommitGuard
from trio_live.tools._internal import commit_key, compensated_key

logger = logging.getLogger("trio_live.tools")

UNDOING: Final[Seconds] = 10.0
"""A compensation may take so long even though its call was cancelled: the session waits for it."""


class Commits:
    """The commits of one session."""

    def __init__(self) -> None:
        self._locks: defaultdict[str, trio.Lock] = defaultdict(trio.Lock)

    async def run(
        self,
        guard: CommitGuard,
        tool: str,
        args: Mapping[str, Json],
        state: State,
        *,
        commit: Callable[[], Awaitable[Json]],
        undo: Callable[[str], Awaitable[object]],
    ) -> Json:
        """Commit, unless it was done before.

        Args:
            guard: the tool's.
            tool: its name.
            args: of the call.
            state: keeps results.
            commit: runs the tool.
            undo: runs the compensating tool, by its name, with the same arguments.

        Returns:
            The result, of now or of before.

        Raises:
            ToolError: the tool failed; whatever it did is undone.

        Cancellation: whatever the tool did is undone first.
        """
        key = guard.filled(args, state)
        if key is None:
            logger.warning(
                "%s is not guarded against being run twice: its key %r names what is not known", tool, guard.key
            )
            return await self._committed(guard, tool, state, commit, undo)
        place = commit_key(tool, key)
        async with self._locks[place]:  # the same thing asked for twice at once is done once
            if place in state:
                return state.get(place)
            result = await self._committed(guard, tool, state, commit, undo)
            state.set(place, result)
            return result

    async def _committed(
        self,
        guard: CommitGuard,
        tool: str,
        state: State,
        commit: Callable[[], Awaitable[Json]],
        undo: Callable[[str], Awaitable[object]],
    ) -> Json:
        try:
            return await commit()
        except (ToolError, trio.Cancelled):
            if guard.compensate is not None:
                with trio.CancelScope(shield=True, deadline=trio.current_time() + UNDOING):
                    await _undone(undo, guard.compensate, tool, state)
            raise


async def _undone(undo: Callable[[str], Awaitable[object]], name: str, tool: str, state: State) -> None:
    try:
        await undo(name)
    except ToolError as error:
        logger.error("%s failed, and %s could not undo it: %s", tool, name, error)  # noqa: TRY400  # the sentence says it
    else:
        state.set(compensated_key(tool), value=True)
