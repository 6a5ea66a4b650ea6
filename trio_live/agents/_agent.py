"""What a text agent is, how agents are put together, and the four ways that have an operator.

========  ==============================  ==================================================
operator  makes                           so that
========  ==============================  ==================================================
``>>``    `Sequential`                    each gets what the one before has said
``|``     `Parallel`                      all work at once, on the same question
``*``     `Loop`                          one works again and again: ``* 3``, ``* until(done)``
``/``     `Fallback` (``//`` as well)     the next one works where the one before has failed
========  ==============================  ==================================================

Agents are values. An operator changes none of its operands; chains of one operator are one agent, however they were
bracketed, unless a part has a name of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar, Protocol, runtime_checkable

import attrs

from trio_live._callables import answered_text
from trio_live._values import value
from trio_live.agents._events import StateChanged
from trio_live.agents._layers import BringsLayers, flat_layers, run_agent, tell
from trio_live.agents._middleware import AgentMiddleware
from trio_live.agents._performing import run_at_once, run_in_rounds, run_in_sequence, run_until_success
from trio_live.agents._until import StatePredicate, Until, refuse_async
from trio_live.dispatch import TextAgent
from trio_live.dispatch._internal import INPUT, OUTPUT, put_in_force, work_branch
from trio_live.errors import ConfigError
from trio_live.state import State


@runtime_checkable
class ChangesState(Protocol):
    """A transformation of the State; what `S` makes is one. Can stand wherever an agent can."""

    def apply_to(self, state: State) -> list[str]:
        """Transform; returns the keys that changed."""
        ...


class Agent(ABC):
    """Somebody who works in text beside a talk: reads ``input`` in a State, and replies.

    Derive from it to bring an agent of your own: `perform` is all that is needed, and a ``name``.
    """

    joint: ClassVar[str]
    """Between the names of the parts, for agents that are put together."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What it is called, in events and errors."""

    @abstractmethod
    async def perform(self, state: State) -> str:
        """Do the work. Called by `run`.

        Args:
            state: what is known; ``input`` is the question.

        Returns:
            The reply.

        Raises:
            Exception: there is none.

        Cancellation: the work is given up.
        """

    async def run(self, state: State) -> str:
        """Do the work, inside of everything that stands around it; the reply also stands under ``output``.

        Args:
            state: what is known; ``input`` is the question.

        Returns:
            The reply.

        Raises:
            AgentError: there is none; the original error is its cause. Nothing else comes out.

        Cancellation: the work is given up, and no task of it is left.
        """
        return await run_agent(self.name, state, partial(self._replied, state))

    async def _replied(self, state: State) -> str:
        reply = answered_text(await self.perform(state))
        state.set(OUTPUT, reply)
        return reply

    async def ask(self, question: str, state: State | None = None) -> str:
        """Ask one question. Raises and cancels as `run`.

        Args:
            question: stands under ``input``, for this question only.
            state: what is known; ``None`` for nothing.
        """
        return await self.run(work_branch(State() if state is None else state, question))

    def with_middleware(self, *middleware: AgentMiddleware | BringsLayers) -> Agent:
        """The same agent inside of middleware, which sees every agent, model and tool inside of it.

        Args:
            middleware: layers, or sets of them (see `M` and `G`); the first is outermost.

        Raises:
            TypeError: one of them is no `AgentMiddleware`.
        """
        return Layered(self, flat_layers(middleware))

    def __rshift__(self, other: object) -> Agent:
        return _joined(Sequential, self, other)

    def __rrshift__(self, other: object) -> Agent:
        return _joined(Sequential, other, self)

    def __or__(self, other: object) -> Agent:
        return _joined(Parallel, self, other)

    def __ror__(self, other: object) -> Agent:
        return _joined(Parallel, other, self)

    def __truediv__(self, other: object) -> Agent:
        return _joined(Fallback, self, other)

    def __rtruediv__(self, other: object) -> Agent:
        return _joined(Fallback, other, self)

    __floordiv__ = __truediv__
    __rfloordiv__ = __rtruediv__

    def __mul__(self, times: int | Until) -> Agent:
        if isinstance(times, Until):
            return Loop(self, times.at_most, until=times.predicate)
        return Loop(self, times) if type(times) is int else NotImplemented


@value
class FnTextAgent(Agent):
    """A plain function as an agent: receives the State, returns the reply. It is called inline, so it must not block."""

    name: str
    function: Callable[[State], str]

    def __attrs_post_init__(self) -> None:
        refuse_async(self.function, f"the function of the agent {self.name!r}")

    async def perform(self, state: State) -> str:
        """Call it."""
        return self.function(state)


@value
class _Lifted(Agent):
    """Somebody else's agent, with the protocol alone."""

    inner: TextAgent

    @property
    def name(self) -> str:
        return str(getattr(self.inner, "name", type(self.inner).__name__))

    async def perform(self, state: State) -> str:
        return str(await self.inner.run(state))


@value
class _Step(Agent):
    """A transformation of the State among agents: the question goes through it unchanged."""

    change: ChangesState

    @property
    def name(self) -> str:
        return str(self.change)

    async def perform(self, state: State) -> str:
        question = state.get(INPUT, "", type=str)
        if changed := self.change.apply_to(state):
            await tell(StateChanged(self.name, tuple(changed)))
        return question


def as_agent(given: object) -> Agent:
    """An agent as it is; anything with ``run(state)``, a transformation of the State or a plain function as an agent.

    Args:
        given: what shall work.

    Raises:
        TypeError: it cannot.
        ConfigError: it is an async function.
    """
    match given:
        case Agent():
            return given
        case ChangesState():
            return _Step(given)
        case _ if callable(getattr(given, "run", None)):
            runs: Any = given
            return _Lifted(runs)
        case _ if callable(given):
            return FnTextAgent(str(getattr(given, "__name__", type(given).__name__)), given)
        case _:
            raise TypeError(f"an agent has a method run(state), which {given!r} has not")


def as_agents(given: Iterable[object]) -> tuple[Agent, ...]:
    """Several of them; see `as_agent`."""
    return tuple(as_agent(each) for each in given)


@value
class Layered(Agent):
    """An agent inside of middleware. It is that agent to everybody else."""

    inner: Agent
    around: tuple[AgentMiddleware, ...]

    @property
    def name(self) -> str:
        """The agent's."""
        return self.inner.name

    async def run(self, state: State) -> str:
        """As the agent's own."""
        with put_in_force(self.around):
            return await self.inner.run(state)

    async def perform(self, state: State) -> str:
        """As `run`."""
        return await self.run(state)


@value
class _Composed(Agent):
    """Several agents as one."""

    children: tuple[Agent, ...] = attrs.field(converter=as_agents)
    title: str | None = attrs.field(default=None, alias="name", kw_only=True)
    """Its own name, where it has one; such an agent stays one when it becomes part of a longer chain."""

    @property
    def name(self) -> str:
        """Its own, or those of its parts."""
        return self.title if self.title is not None else f" {self.joint} ".join(child.name for child in self.children)

    def __len__(self) -> int:
        return len(self.children)


def _joined(kind: type[_Composed], *parts: object) -> Agent:
    children: list[Agent] = []
    for part in parts:
        try:
            agent = as_agent(part)
        except TypeError:
            refused: Agent = NotImplemented
            return refused
        children += agent.children if isinstance(agent, kind) and agent.title is None else [agent]
    return kind(children)


class Sequential(_Composed):
    """One after the other: after each, ``input`` is what it has said. The first error ends it; nobody says ``""``."""

    joint = ">>"

    async def perform(self, state: State) -> str:
        """Run them in order."""
        return await run_in_sequence(self.name, self.children, state)


class Parallel(_Composed):
    """All at once, on the same question; the replies in their declared order, a line each.

    They share the State, but for what belongs to one work: each has an ``input`` and ``output`` of its own, and keys of its
    own that begin with ``_``. The first error cancels the others.
    """

    joint = "|"

    async def perform(self, state: State) -> str:
        """Run them at once."""
        return await run_at_once(self.name, self.children, state)


class Fallback(_Composed):
    """The first that succeeds. What those before it wrote to the State is taken back; if all fail, the last error stays."""

    joint = "/"

    async def perform(self, state: State) -> str:
        """Run one after the other."""
        return await run_until_success(self.name, self.children, state)


@value
class Loop(Agent):
    """One agent, again and again, up to so many rounds or until the State says so; the reply of the last round."""

    body: Agent = attrs.field(converter=as_agent)
    at_most: int
    until: StatePredicate | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if type(self.at_most) is not int or self.at_most < 0:
            raise ConfigError(f"a loop runs a whole number of rounds, not {self.at_most!r}")

    @property
    def name(self) -> str:
        """The agent's, and how often."""
        return f"{self.body.name} * {'until' if self.until else self.at_most}"

    async def perform(self, state: State) -> str:
        """Run it."""
        return await run_in_rounds(self.name, self.body, self.at_most, self.until, state)
