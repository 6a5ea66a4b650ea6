"""Tasks under names, so many at once, inside of one ``async with`` block: what both kinds of background agents share."""

from __future__ import annotations

from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

import trio

from trio_live._tasks import cancel, open_service_nursery


class Scoped(Protocol):
    """A task that can be given up."""

    @property
    def scope(self) -> trio.CancelScope:
        """Holds its work."""
        ...


TaskT = TypeVar("TaskT", bound=Scoped)


class AgentPool(Generic[TaskT]):
    """Bounds background agents: nothing outlives the block.

    Args:
        at_once: agents that work at once; the others wait for their turn.
    """

    def __init__(self, at_once: int) -> None:
        self._permits = trio.Semaphore(at_once)
        self._tasks: dict[str, TaskT] = {}
        self._service = open_service_nursery("nobody waits for the agents any more")
        self._open: trio.Nursery | None = None

    async def __aenter__(self) -> Self:
        """Begin to take agents."""
        self._open = await self._service.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        """Cancel the agents, and wait for their end."""
        self._open = None
        return await self._service.__aexit__(kind, error, traceback)

    def _nursery(self) -> trio.Nursery:
        """Where agents are started.

        Raises:
            RuntimeError: outside of the ``async with`` block.
        """
        if self._open is None:
            raise RuntimeError(f"{type(self).__name__} takes agents only inside its `async with` block")
        return self._open

    def _give_up(self, name: str, why: str) -> None:
        task = self._tasks.pop(name, None)
        if task is not None:
            cancel(task.scope, why)
