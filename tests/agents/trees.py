"""Trees of agents, and what must come of them: an interpreter that knows no tasks, only times.

Every leaf takes another, irrational time, so that no two things ever happen at one instant. What a tree does is then a
function of its shape: when it ends, with what, and what stands in the State.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import attrs
import trio
from hypothesis import strategies as st

from trio_live import State
from trio_live.agents import (
    Agent,
    AgentEvent,
    AgentMiddleware,
    Fallback,
    Loop,
    MapOver,
    Parallel,
    Race,
    Route,
    Sequential,
)

PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101]
ITEMS = ["x", "y"]


class BoomError(Exception):
    """What leaves raise."""


@attrs.define
class Leaf(Agent):
    """Writes what it was asked, works for a while, then replies or fails."""

    number: int
    fails: bool = False
    running: list[str] = attrs.field(factory=list)

    @property
    def name(self) -> str:
        return f"leaf{self.number}"

    @property
    def seconds(self) -> float:
        return math.sqrt(PRIMES[self.number])

    async def perform(self, state: State) -> str:
        self.running.append(self.name)
        try:
            state.set(f"began:{self.number}", state.get("input"))
            state.set("_scratch", self.number)
            await trio.sleep(self.seconds)
            assert state.get("_scratch") == self.number, "somebody else wrote what belongs to this work"
            state.set(f"ended:{self.number}", state.get("input"))
            if self.fails:
                raise BoomError(self.name)
            return f"{state.get('input')}{chr(97 + self.number)}"
        finally:
            self.running.remove(self.name)


@attrs.frozen
class Node:
    """A tree."""

    kind: str
    children: tuple[Node, ...] = ()
    number: int = 0
    flag: bool = False


@attrs.frozen
class Expected:
    """What must come of a tree that begins at some time."""

    end: float
    reply: str | None
    error: str | None
    writes: tuple[tuple[float, str, Any], ...]
    question: Any
    """What stands under ``input`` after it."""


def build(node: Node, running: list[str]) -> Agent:
    """The tree as an agent; its leaves say in ``running`` that they run."""
    parts = [build(child, running) for child in node.children]
    name = f"{node.kind}{node.number}"
    match node.kind:
        case "leaf":
            return Leaf(node.number, node.flag, running)
        case "seq":
            return Sequential(parts, name=name)
        case "par":
            return Parallel(parts, name=name)
        case "fall":
            return Fallback(parts, name=name)
        case "race":
            return Race(parts, first_success=node.flag, name=name)
        case "loop":
            return Loop(parts[0], 2)
        case "route":
            return Route([(lambda _: node.flag, parts[0])], parts[-1], name=name)
        case _:
            return MapOver(parts[0], "items", name=name)


def expect(node: Node, question: Any, now: float) -> Expected:
    """What must come of a tree."""
    return _EXPECT[node.kind](node, question, now)


def _leaf(node: Node, question: Any, now: float) -> Expected:
    end = now + math.sqrt(PRIMES[node.number])
    writes = ((now, f"began:{node.number}", question), (end, f"ended:{node.number}", question))
    if node.flag:
        return Expected(end, None, f"leaf{node.number}", writes, question)
    return Expected(end, f"{question}{chr(97 + node.number)}", None, writes, question)


def _in_order(
    steps: list[tuple[Node, Any]], question: Any, now: float, *, hands_on: bool
) -> tuple[list[Expected], Any]:
    done: list[Expected] = []
    for child, asked in steps:
        found = expect(child, question if hands_on or asked is None else asked, now)
        done.append(found)
        now, question = found.end, found.question
        if found.error:
            break
        if hands_on:
            question = found.reply
    return done, question


def _seq(node: Node, question: Any, now: float) -> Expected:
    done, after = _in_order([(child, None) for child in node.children], question, now, hands_on=True)
    return _whole(done, done[-1].reply, after)


def _loop(node: Node, question: Any, now: float) -> Expected:
    done, after = _in_order([(node.children[0], None)] * 2, question, now, hands_on=False)
    return _whole(done, done[-1].reply, after)


def _map(node: Node, question: Any, now: float) -> Expected:
    done: list[Expected] = []
    for item in ITEMS:
        done.append(expect(node.children[0], item, done[-1].end if done else now))
        if done[-1].error:
            break
    return _whole(done, "\n".join(each.reply or "" for each in done), question)


def _whole(done: list[Expected], reply: str | None, question: Any) -> Expected:
    error = done[-1].error
    writes = tuple(write for each in done for write in each.writes)
    return Expected(done[-1].end, None if error else reply, error, writes, question)


def _route(node: Node, question: Any, now: float) -> Expected:
    return expect(node.children[0] if node.flag else node.children[-1], question, now)


def _par(node: Node, question: Any, now: float) -> Expected:
    done = [expect(child, question, now) for child in node.children]
    failed = min((each for each in done if each.error), key=lambda each: each.end, default=None)
    end = failed.end if failed else max(each.end for each in done)
    writes = tuple(write for each in done for write in each.writes if write[0] <= end)
    reply = None if failed else "\n".join(each.reply or "" for each in done)
    return Expected(end, reply, failed.error if failed else None, writes, question)


def _fall(node: Node, question: Any, now: float) -> Expected:
    error = None
    for child in node.children:
        found = expect(child, question, now)
        now, error = found.end, found.error
        if not error:
            return attrs.evolve(found, writes=_at(found.end, found))
    return Expected(now, None, error, (), question)


def _race(node: Node, question: Any, now: float) -> Expected:
    done = sorted((expect(child, question, now) for child in node.children), key=lambda each: each.end)
    winner = next((each for each in done if not each.error), done[-1]) if node.flag else done[0]
    writes = () if winner.error else _at(winner.end, winner)
    return attrs.evolve(winner, writes=writes, question=question)


def _at(time: float, found: Expected) -> tuple[tuple[float, str, Any], ...]:
    return tuple((time, key, each) for _, key, each in sorted(found.writes, key=lambda write: write[0]))


_EXPECT: dict[str, Callable[[Node, Any, float], Expected]] = {
    "leaf": _leaf,
    "seq": _seq,
    "loop": _loop,
    "map": _map,
    "route": _route,
    "par": _par,
    "fall": _fall,
    "race": _race,
}


@st.composite
def trees(draw: st.DrawFn, *, failures: bool = True) -> Node:
    """Any tree of all kinds, of at most a dozen leaves."""
    leaves = iter(range(len(PRIMES)))
    numbers = iter(range(1000))

    def node(depth: int) -> Node:
        kind = draw(st.sampled_from(["leaf", *(_EXPECT if depth else ())]))
        if kind == "leaf":
            return Node("leaf", (), next(leaves), failures and draw(st.integers(0, 3)) == 0)
        count = 1 if kind in {"loop", "map"} else draw(st.integers(1, 2 if depth < 3 else 3))
        return Node(kind, tuple(node(depth - 1) for _ in range(count)), next(numbers), draw(st.booleans()))

    return node(3)


@attrs.define(eq=False)
class Log(AgentMiddleware):
    """Keeps every event."""

    events: list[AgentEvent] = attrs.field(factory=list)

    async def on_event(self, event: AgentEvent) -> None:
        self.events.append(event)
