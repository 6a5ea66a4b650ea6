"""Transformations of a State."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live import State
from trio_live.agents import FnTextAgent, StateChanged
from trio_live.compose import M, S, StateTransform
from trio_live.errors import AgentError, AgentErrorKind

STEPS = [
    S.set("a", 1),
    S.rename({"a": "b"}),
    S.counter("n"),
    S.drop("b"),
    S.merge(["a", "b"], "c"),
    S.flatten("c"),
    S.history("n", 2),
    S.identity(),
]
some = st.lists(st.sampled_from(STEPS), max_size=4)
entries = st.dictionaries(st.sampled_from(["a", "b", "n", "app:x"]), st.integers(0, 3))


def chain(steps: list[StateTransform]) -> StateTransform:
    whole = StateTransform()
    for step in steps:
        whole = whole >> step
    return whole


@given(some, some, some, entries)
def test_k1_putting_together_is_associative_and_changes_nothing(
    first: list[StateTransform], second: list[StateTransform], third: list[StateTransform], held: dict[str, Any]
) -> None:
    a, b, c = chain(first), chain(second), chain(third)
    before, given_ = (len(a), len(b), len(c)), dict(held)
    assert (a >> b) >> c == a >> (b >> c)
    assert len(a >> b) == len(a) + len(b)
    assert (a >> b)(held) == b(a(held))
    assert (len(a), len(b), len(c)) == before
    assert held == given_, "what it is given stays as it is"
    state = State(held)
    changed = (a >> b).apply_to(state)
    assert state.to_dict() == (a >> b)(held)
    assert set(changed) == {
        key for key in held.keys() | state.to_dict().keys() if held.get(key) != state.to_dict().get(key)
    }


def test_what_fails_changes_nothing() -> None:
    state = State({"a": 1})
    with pytest.raises(AgentError, match="required and not known: name") as caught:
        (S.set("a", 2) >> S.require("a", "name")).apply_to(state)
    assert caught.value.kind is AgentErrorKind.REFUSED
    assert state.to_dict() == {"a": 1}
    with pytest.raises(AgentError, match="gave back no entries"):
        S.map(lambda _: None)({})  # type: ignore[arg-type, return-value]


def test_what_the_session_keeps_is_neither_seen_nor_written() -> None:
    state = State({"session:phase": "p", "derived:x": 1, "a": 1, "app:b": 2})
    seen: list[dict[str, Any]] = []

    def look(entries: dict[str, Any]) -> dict[str, Any]:
        seen.append(dict(entries))
        return entries

    (S.map(look) >> S.pick()).apply_to(state)
    assert seen == [{"a": 1, "app:b": 2}]
    assert state.to_dict() == {"session:phase": "p", "derived:x": 1, "app:b": 2}
    with pytest.raises(AgentError, match="'session:phase' is a key of the session"):
        S.set("session:phase", "q").apply_to(state)


async def test_a_transformation_stands_between_agents() -> None:
    def says(word: str) -> FnTextAgent:
        return FnTextAgent(word, lambda state: f"{state.get('input', '')}{word}{state.get('n', '')}")

    seen: list[Any] = []
    agent = (says("a") >> (S.counter("n") >> S.counter("n")) >> says("b")).with_middleware(M.tap(seen.append))
    state = State()
    assert await agent.ask("q", state) == "qab2"
    assert state.to_dict() == {"n": 2}
    assert StateChanged("S.counter >> S.counter", ("n",)) in seen
    assert await (S.counter("n") >> says("b")).ask("q", state) == "qb3"
    with pytest.raises(AgentError, match=r"S\.require"):
        await (says("a") >> S.require("name")).ask("q")


@pytest.mark.parametrize("held", [{"a": 1, "b": 2}, {"b": 2, "a": 1}], ids=["old first", "new first"])
def test_what_is_renamed_replaces_what_had_the_name(held: dict[str, Any]) -> None:
    assert S.rename({"a": "b"})(held) == {"b": 1}
    assert S.rename({"a": "b", "b": "a"})(held) == {"a": 2, "b": 1}  # at once, so that two can change places
