"""The laws of text agents, for trees of every kind: what comes of them, when, in what order, and what is left behind."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.agents.trees import ITEMS, BoomError, Expected, Leaf, Log, Node, build, expect, trees
from trio_live import State
from trio_live.agents import (
    Agent,
    AgentCompleted,
    AgentEvent,
    AgentFailed,
    AgentStarted,
    Fallback,
    FnTextAgent,
    as_agent,
)
from trio_live.errors import AgentError, AgentErrorKind

PRIVATE = {"input", "output"}


def shared(state: State) -> dict[str, Any]:
    return {key: each for key, each in state.to_dict().items() if key not in PRIVATE and not key.startswith("_")}


def virtually(work: Any, *arguments: object) -> Any:
    return trio.run(work, *arguments, clock=MockClock(autojump_threshold=0))


async def outcome(agent: Agent, state: State) -> tuple[str | None, str | None]:
    try:
        return await agent.run(state), None
    except AgentError as error:
        kept = isinstance(error.__cause__, BoomError) and error.kind is AgentErrorKind.FAILED
        return None, error.agent if kept else "the original was lost"


@given(trees())
def test_a_tree_does_what_its_shape_says(node: Node) -> None:
    """Replies, errors, times, State: in particular, branches do not see each other's work."""

    async def main() -> None:
        state, running = State({"input": "q", "items": ITEMS}), list[str]()
        agent, began = build(node, running), trio.current_time()
        expected = expect(node, "q", 0.0)
        assert await outcome(agent, state) == (expected.reply, expected.error)
        assert running == [], "K4: nothing runs when run has returned"
        assert trio.current_time() - began == pytest.approx(expected.end)
        assert shared(state) == left_by(expected)
        assert state["input"] == expected.question
        if expected.reply is not None:
            assert state["output"] == expected.reply

    virtually(main)


@given(st.lists(trees(), min_size=1, max_size=3))
def test_k5_a_fallback_leaves_what_was_there_and_the_writes_of_the_one_that_succeeded(nodes: list[Node]) -> None:
    """Each candidate by itself, from the same State, says what it would have left."""

    async def main() -> None:
        before = {"input": "q", "items": ITEMS, "app:kept": 1}
        alone: dict[str, Any] = dict(before)
        for node in nodes:
            state = State(before)
            reply, _ = await outcome(build(node, []), state)
            if reply is not None:
                alone = state.to_dict()
                break
        together = State(before)
        await outcome(Fallback([build(node, []) for node in nodes]), together)
        assert together.to_dict() == alone

    virtually(main)


def left_by(expected: Expected) -> dict[str, Any]:
    writes = sorted(expected.writes, key=lambda write: write[0])
    return {"items": ITEMS} | {key: each for _, key, each in writes}


@given(trees(), st.floats(0.01, 0.99))
def test_k4_a_cancelled_tree_leaves_no_task_and_writes_nothing_more(node: Node, share: float) -> None:
    async def main() -> None:
        state, running = State({"input": "q", "items": ITEMS}), list[str]()
        with trio.move_on_after(expect(node, "q", 0.0).end * share) as scope:
            await build(node, running).run(state)
        assert scope.cancelled_caught
        assert running == []
        left = state.to_dict()
        await trio.sleep(100)
        assert state.to_dict() == left

    virtually(main)


def names_in(node: Node) -> dict[str, list[str]]:
    """Agent → the agents right inside of it."""
    agent = build(node, [])
    found = {agent.name: [build(child, []).name for child in node.children]}
    for child in node.children:
        found |= names_in(child)
    return found


@given(trees(), st.none() | st.floats(0.1, 0.9))
def test_events_tell_the_beginning_first_and_one_end_and_stand_inside_of_each_other(
    node: Node, share: float | None
) -> None:
    log = Log()

    async def main() -> None:
        state = State({"input": "q", "items": ITEMS})
        with trio.move_on_after(expect(node, "q", 0.0).end * share if share else 1000):
            await outcome(build(node, []).with_middleware(log), state)

    virtually(main)
    spans = spans_of(log.events)
    for parent, children in names_in(node).items():
        for child in children:
            for begun, ended in spans[child]:
                around = next((b, e) for b, e in reversed(spans[parent]) if b < begun)
                assert around[1] > ended or ended == NEVER
    whole = build(node, []).name
    assert len(spans[whole]) == 1
    if share is None:
        assert spans[whole][0] == (0, len(log.events) - 1)


NEVER = 10**6


def spans_of(events: list[AgentEvent]) -> dict[str, list[tuple[int, int]]]:
    """Agent → the places of the beginning and the end of each run."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, event in enumerate(events):
        runs = spans[event.agent]
        match event:
            case AgentStarted():
                runs.append((place, NEVER))
            case AgentCompleted() | AgentFailed():
                assert runs, "an end without a beginning"
                assert runs[-1][1] == NEVER, "two ends"
                runs[-1] = (runs[-1][0], place)
    return spans


AGENTS = [FnTextAgent(name, lambda state, name=name: f"{state.get('input')}{name}") for name in "abc"]  # type: ignore[misc]
some = st.lists(st.sampled_from([*AGENTS, Leaf(0), Leaf(1, fails=True)]), min_size=1, max_size=3)


@given(some, some, some, st.sampled_from([">>", "|", "/"]))
def test_k1_putting_together_is_associative_and_changes_nothing(
    first: list[Agent], second: list[Agent], third: list[Agent], operator: str
) -> None:
    def join(*parts: Agent) -> Agent:
        whole = parts[0]
        for part in parts[1:]:
            whole = {">>": whole.__rshift__, "|": whole.__or__, "/": whole.__truediv__}[operator](part)
        return whole

    a, b, c = join(*first), join(*second), join(*third)
    before = (repr(a), repr(b), repr(c))
    left, right = join(join(a, b), c), join(a, join(b, c))
    assert left == right
    assert len(left.children) == len(first) + len(second) + len(third)  # type: ignore[attr-defined]
    assert (repr(a), repr(b), repr(c)) == before

    async def main() -> None:
        states = State({"input": "q"}), State({"input": "q"})
        assert await outcome(left, states[0]) == await outcome(right, states[1])
        assert states[0].to_dict() == states[1].to_dict()

    virtually(main)


def test_what_is_no_agent_cannot_be_put_together() -> None:
    with pytest.raises(TypeError):
        AGENTS[0] >> 3
    with pytest.raises(TypeError, match="run\\(state\\)"):
        as_agent("nobody")
