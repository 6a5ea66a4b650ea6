"""Agents that let one of several work, or one for so long, or one for each item of a list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import attrs
import trio

from trio_live._callables import answered_nothing, answered_truth
from trio_live._typing import Json, Seconds
from trio_live._values import value
from trio_live.agents._agent import Agent, as_agent, as_agents
from trio_live.agents._events import AgentTimedOut, RouteSelected
from trio_live.agents._layers import tell
from trio_live.agents._together import first_of
from trio_live.agents._until import StatePredicate, refuse_async
from trio_live.dispatch._internal import INPUT, work_branch
from trio_live.errors import AgentError, AgentErrorKind, ConfigError
from trio_live.state import State

ITEM: Final = "_item"
"""What `MapOver` is at, as it stands in the list."""
RESULTS: Final = "_results"
"""What came of all of them."""


def _rules(given: Iterable[tuple[StatePredicate, object]]) -> tuple[tuple[StatePredicate, Agent], ...]:
    return tuple((predicate, as_agent(agent)) for predicate, agent in given)


@value
class Route(Agent):
    """The first whose predicate holds; else the default. Exactly one works.

    Predicates are plain functions of the State; one that raises fails the route.
    """

    rules: tuple[tuple[StatePredicate, Agent], ...] = attrs.field(converter=_rules)
    default: Agent = attrs.field(converter=as_agent)
    name: str = attrs.field(default="route", kw_only=True)

    def __attrs_post_init__(self) -> None:
        for predicate, _ in self.rules:
            refuse_async(predicate, f"a predicate of the route {self.name!r}")

    async def perform(self, state: State) -> str:
        """Choose, and run what was chosen."""
        chosen = next((agent for holds, agent in self.rules if answered_truth(holds(state))), self.default)
        await tell(RouteSelected(self.name, chosen.name))
        return await chosen.run(state)


def conditional(predicate: StatePredicate, then: object, otherwise: object) -> Route:
    """One of two, as the State says.

    Args:
        predicate: asked when the work begins. Plain.
        then: works if it holds.
        otherwise: works if not.

    Raises:
        ConfigError: the predicate is async.
        TypeError: one of the two is no agent.
    """
    return Route([(predicate, then)], otherwise)


@value
class Race(Agent):
    """The first to finish, with its result or its error; the others are cancelled, and leave nothing in the State.

    With ``first_success=True`` a failure does not count as long as another one runs; if all fail, the last error stays.
    """

    children: tuple[Agent, ...] = attrs.field(converter=as_agents)
    first_success: bool = attrs.field(default=False, kw_only=True)
    name: str = attrs.field(default="race", kw_only=True)

    async def perform(self, state: State) -> str:
        """Run all, each on a State of which only the winner's writes count."""
        if not self.children:
            raise AgentError("nobody takes part", kind=AgentErrorKind.EMPTY, agent=self.name)
        question = state.get(INPUT)
        views = [work_branch(state, question, holds=True) for _ in self.children]
        works = [partial(child.run, view) for child, view in zip(self.children, views, strict=True)]
        why = f"another agent of {self.name!r} was first"
        winner, reply = await first_of(works, why, only_success=self.first_success)
        views[winner].commit()
        return reply


@value
class Timeout(Agent):
    """An agent with so many seconds; it is cancelled when they are over."""

    inner: Agent = attrs.field(converter=as_agent)
    seconds: Seconds

    def __attrs_post_init__(self) -> None:
        if type(self.seconds) not in {int, float} or not 0 < self.seconds < float("inf"):
            raise ConfigError(f"a timeout is a number of seconds above 0, not {self.seconds!r}")

    @property
    def name(self) -> str:
        """The agent's."""
        return self.inner.name

    async def perform(self, state: State) -> str:
        """Run it, in time."""
        with trio.move_on_after(self.seconds):
            return await self.inner.run(state)
        await tell(AgentTimedOut(self.name, self.seconds))
        raise AgentError(f"no reply within {self.seconds:g} s", kind=AgentErrorKind.TIMED_OUT, agent=self.name)


@value
class MapOver(Agent):
    """One agent for each item of a list in the State, in order; the replies, a line each.

    For every item ``_item`` is the item and ``input`` its text: a text as it is, everything else as JSON. The replies also
    stand as a list under ``_results``. A missing list is an empty one.
    """

    agent: Agent = attrs.field(converter=as_agent)
    list_key: str
    name: str = attrs.field(default="map", kw_only=True)

    async def perform(self, state: State) -> str:
        """Run it for each."""
        items = state.get(self.list_key, [])
        if not isinstance(items, list):
            raise AgentError(f"{self.list_key!r} holds no list", kind=AgentErrorKind.SHAPE, agent=self.name)
        replies: list[str] = []
        for item in items:
            work = work_branch(state, _as_text(item))
            work.set(ITEM, item)
            replies.append(await self.agent.run(work))
        state.set(RESULTS, replies)
        return "\n".join(replies)


def _as_text(item: Json) -> str:
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)


@value
class Tap(Agent):
    """Looks at the State, and changes nothing: the question goes through it unchanged."""

    function: Callable[[State], object]
    name: str = attrs.field(default="tap", kw_only=True)

    def __attrs_post_init__(self) -> None:
        refuse_async(self.function, f"the function of the tap {self.name!r}")

    async def perform(self, state: State) -> str:
        """Let it look."""
        view = work_branch(state, state.get(INPUT), holds=True)  # whose writes are never committed
        answered_nothing(self.function(view))
        return state.get(INPUT, "", type=str)
