"""Text agents that work beside a talk, each under a name, so many at once.

Strategy: a name is one question. Asking it again makes the older answer worthless, so the older agent is cancelled, and
writes nothing any more; what it would have cost goes to the newer one.
"""

from __future__ import annotations

import logging
from typing import Protocol

import attrs
import trio

from trio_live._typing import Json
from trio_live.dispatch._pool import AgentPool
from trio_live.dispatch._work import INPUT, work_branch
from trio_live.errors import ConfigError
from trio_live.state import State

logger = logging.getLogger("trio_live.tools")


class TextAgent(Protocol):
    """Somebody who thinks in text, beside the talk."""

    async def run(self, state: State) -> Json:
        """Do the work.

        Args:
            state: what is known; may be written to.

        Returns:
            What came of it, as JSON.

        Cancellation: the work is given up.
        """
        ...


@attrs.frozen(eq=False)
class _Task:
    """One agent at work, or waiting for its turn."""

    scope: trio.CancelScope = attrs.field(factory=trio.CancelScope)


class BackgroundAgentDispatcher(AgentPool[_Task]):
    """Runs text agents in the background; ``async with``, which ends all of them.

    Each works on a branch of the State, where ``input``, ``output`` and keys that begin with ``_`` are its own; everything
    else that it writes goes through. What came of an agent stands in the State under ``<name>:result``, and why it failed under ``<name>:error``; there is
    never both.

    Args:
        max_concurrent: agents that work at once; others wait for their turn.

    Raises:
        ConfigError: the number is not above 0.
    """

    def __init__(self, max_concurrent: int) -> None:
        if max_concurrent < 1:
            raise ConfigError(f"max_concurrent must be at least 1, not {max_concurrent}")
        super().__init__(max_concurrent)
        self.max_concurrent = max_concurrent
        """Agents that work at once."""

    def dispatch(self, name: str, agent: TextAgent, state: State) -> None:
        """Start an agent, or let it wait for its turn. An older one of the same name is cancelled.

        Args:
            name: of the work; names its keys in the State.
            agent: does it.
            state: where it reads, and where its result is written.

        Raises:
            RuntimeError: outside of the ``async with`` block.
        """
        nursery = self._nursery()
        self.cancel(name)
        state.remove(f"{name}:result")  # of an older one
        state.remove(f"{name}:error")
        task = self._tasks[name] = _Task()
        nursery.start_soon(self._run, name, task, agent, state, name=f"agent {name}")

    def is_running(self, name: str) -> bool:
        """Whether an agent of this name works, or waits for its turn.

        Args:
            name: of the work.
        """
        return name in self._tasks

    def cancel(self, name: str) -> None:
        """Give up the agent of this name, if there is one; it writes nothing any more.

        Args:
            name: of the work.
        """
        self._give_up(name, f"the agent {name} was given up")

    def cancel_all(self) -> None:
        """Give up all agents."""
        for name in tuple(self._tasks):
            self.cancel(name)

    def active_count(self) -> int:
        """Agents that work or wait for their turn."""
        return len(self._tasks)

    @property
    def available_permits(self) -> int:
        """Agents that could begin now."""
        return self._permits.value

    async def _run(self, name: str, task: _Task, agent: TextAgent, state: State) -> None:
        with task.scope:
            async with self._permits:
                try:
                    result = await agent.run(work_branch(state, state.get(INPUT)))
                    if self._tasks.get(name) is task:
                        state.set(f"{name}:result", result)
                        state.remove(f"{name}:error")
                except Exception as error:
                    logger.exception("the agent %s raised", name)
                    if self._tasks.get(name) is task:
                        state.set(f"{name}:error", str(error) or type(error).__name__)
                        state.remove(f"{name}:result")
        if self._tasks.get(name) is task:
            del self._tasks[name]
