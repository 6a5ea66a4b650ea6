"""Agents that work while others go on: started by `Dispatch`, waited for by `Join`.

Both hold the same `AgentTasks`, whose ``async with`` block bounds them: nothing outlives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs
import trio

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.agents._agent import Agent, as_agent
from trio_live.agents._events import AgentsDispatched, AgentsJoined, AgentTimedOut
from trio_live.agents._layers import tell
from trio_live.dispatch._internal import INPUT, AgentPool, work_branch
from trio_live.errors import AgentError, AgentErrorKind, ConfigError
from trio_live.state import State

STATUS: Final = "_dispatch_status"
"""Who was started: name → ``running``."""


@attrs.define(eq=False)
class _Task:
    name: str
    scope: trio.CancelScope = attrs.field(factory=trio.CancelScope)
    done: trio.Event = attrs.field(factory=trio.Event)
    reply: str | None = None
    error: AgentError | None = None


class AgentTasks(AgentPool[_Task]):
    """The agents that work in the background of one program, or of one session; ``async with``, which ends all of them.

    Args:
        at_once: agents that work at once; the others wait for their turn.

    Raises:
        ConfigError: the number is not above 0.
    """

    def __init__(self, at_once: int = 8) -> None:
        if type(at_once) is not int or at_once < 1:
            raise ConfigError(f"at_once is a whole number above 0, not {at_once!r}")
        super().__init__(at_once)

    @property
    def names(self) -> tuple[str, ...]:
        """Who was started and not joined, in that order."""
        return tuple(self._tasks)

    def start(self, name: str, agent: Agent, state: State) -> None:
        """Start an agent. An older one of the same name is cancelled, and forgotten.

        Args:
            name: to be joined by.
            agent: works.
            state: what it works on.

        Raises:
            RuntimeError: outside of the ``async with`` block.
        """
        nursery = self._nursery()
        self.cancel(name, f"{name} was started anew")
        task = self._tasks[name] = _Task(name)
        nursery.start_soon(self._run, task, agent, state, name=f"agent {name}")

    def cancel(self, name: str, why: str) -> None:
        """Give up an agent, if there is one of this name.

        Args:
            name: it was started by.
            why: told to it.
        """
        self._give_up(name, why)

    async def join(self, names: Iterable[str], within: Seconds | None = None) -> Mapping[str, str | AgentError]:
        """Wait for agents, and forget them.

        Args:
            names: they were started by.
            within: seconds for all of them together; ``None`` for as long as it takes.

        Returns:
            Name → the reply or the error, in the given order.

        Raises:
            KeyError: nobody was started by a name.
            TimeoutError: the time is over; those that still worked are cancelled.

        Cancellation: they work on, and can be joined later.
        """
        wanted = [self._tasks[name] for name in names]
        with trio.move_on_after(within if within is not None else float("inf")) as patience:
            for task in wanted:
                await task.done.wait()
        for task in wanted:
            self.cancel(task.name, "the time of the join is over")
        if patience.cancelled_caught:
            raise TimeoutError
        return {task.name: task.error or task.reply or "" for task in wanted}

    async def _run(self, task: _Task, agent: Agent, state: State) -> None:
        try:
            with task.scope:
                async with self._permits:
                    task.reply = await agent.run(state)
        except AgentError as error:
            task.error = error
        finally:
            task.done.set()


def _named(given: Mapping[str, object]) -> dict[str, Agent]:
    return {name: as_agent(agent) for name, agent in given.items()}


@value
class Dispatch(Agent):
    """Starts agents in the background, and goes on at once: the question goes through it unchanged.

    ``_dispatch_status`` says who was started. Cannot stand inside of a `Fallback` or `Race`, which may take back what was
    done: what it starts would work on a State that nobody keeps.
    """

    children: Mapping[str, Agent] = attrs.field(converter=_named)
    tasks: AgentTasks
    name: str = attrs.field(default="dispatch", kw_only=True)

    async def perform(self, state: State) -> str:
        """Start them."""
        if state.is_tracking_delta():
            raise AgentError(
                "what it starts would outlive a decision that is not made yet; dispatch before the Fallback or Race",
                kind=AgentErrorKind.REFUSED,
                agent=self.name,
            )
        question = state.get(INPUT)
        for name, child in self.children.items():
            self.tasks.start(name, child, work_branch(state, question))
        state.set(STATUS, dict.fromkeys(self.children, "running"))
        await tell(AgentsDispatched(self.name, tuple(self.children)))
        return state.get(INPUT, "", type=str)


@value
class Join(Agent):
    """Waits for agents that `Dispatch` has started; each reply also stands under ``_result_<name>``.

    The replies in the order in which the agents were started, a line each. If some fail, the others are waited for, and
    the first error is raised. When the time is over, those that still work are cancelled.
    """

    tasks: AgentTasks
    targets: tuple[str, ...] | None = None
    """Whom it waits for; ``None`` for all."""
    timeout: Seconds | None = attrs.field(default=None, kw_only=True)
    """Seconds for all of them together."""
    name: str = attrs.field(default="join", kw_only=True)

    async def perform(self, state: State) -> str:
        """Wait for them."""
        names = self.tasks.names if self.targets is None else self.targets
        if unknown := [name for name in names if name not in self.tasks.names]:
            raise AgentError(f"{unknown[0]!r} was not started", kind=AgentErrorKind.EMPTY, agent=self.name)
        try:
            found = await self.tasks.join(names, self.timeout)
        except TimeoutError:
            limit = self.timeout or 0.0
            await tell(AgentTimedOut(self.name, limit))
            words = f"not all were done within {limit:g} s"
            raise AgentError(words, kind=AgentErrorKind.TIMED_OUT, agent=self.name) from None
        replies = {name: reply for name, reply in found.items() if isinstance(reply, str)}
        failed = {name: error for name, error in found.items() if isinstance(error, AgentError)}
        for name, reply in replies.items():
            state.set(f"_result_{name}", reply)
        await tell(AgentsJoined(self.name, tuple(found), tuple(failed)))
        for error in failed.values():
            raise error
        return "\n".join(replies.values())
