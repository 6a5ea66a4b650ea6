"""Branches of a State against a model of them: some keys are private, all others go through, at once or when told."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live import State
from trio_live.errors import ConfigError, StateError
from trio_live.state import MemoryJournalSink
from trio_live.state._internal import branch, claim_keys

KEYS = ["input", "_a", "app:a", "plain", "derived:plain"]
ABSENT: Any = ...


def is_private(key: str) -> bool:
    return key == "input" or key.startswith("_")


@attrs.define
class Model:
    """What stands in one State, over what stands beneath it."""

    beneath: Model | None = None
    has_private: bool = False
    holds: bool = False
    own: dict[str, Any] = attrs.field(factory=dict)
    pending: dict[str, Any] = attrs.field(factory=dict)

    def read(self, key: str) -> Any:
        if key in self.pending:
            return self.pending[key]
        if self.beneath is None or (self.has_private and is_private(key)):
            return self.own.get(key, ABSENT)
        return self.beneath.read(key)

    def write(self, key: str, new: Any) -> None:
        if self.holds:
            self.pending[key] = new
        elif self.beneath is None or (self.has_private and is_private(key)):
            self.own[key] = new
        else:
            self.beneath.write(key, new)

    def commit(self) -> None:
        pending, self.pending = self.pending, {}
        self.holds = False
        for key, new in pending.items():
            self.write(key, new)
        self.holds = True

    def rollback(self) -> None:
        self.pending = {}


SHAPES = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=3)
OPERATIONS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["set", "set", "remove", "commit", "rollback", "modify", "update", "clear"]),
        st.sampled_from(KEYS),
        st.integers(0, 9),
    ),
    max_size=15,
)


def perform(state: State, model: Model, operation: str, key: str, number: int) -> None:
    match operation:
        case "set":
            state.set(key, number)
            model.write(key, number)
        case "remove":
            state.remove(key)
            if model.read(key) is not ABSENT:
                model.write(key, ABSENT)
        case "modify":
            state.modify(key, 0, lambda old: old + number)
            old = model.read(key)
            model.write(key, number + (0 if old is ABSENT else old))
        case "update":
            state.update({key: number, "more": 1})
            for each, new in ((key, number), ("more", 1)):
                if model.read(each) != new:
                    model.write(each, new)
        case "clear":
            state.clear_prefix("app:")
            if model.read("app:a") is not ABSENT:
                model.write("app:a", ABSENT)
        case "commit" if model.holds:
            state.commit()
            model.commit()
        case "rollback" if model.holds:
            state.rollback()
            model.rollback()
        case _:
            state.commit()  # nothing is pending here
            assert not state.has_delta()


@given(SHAPES, OPERATIONS)
def test_branches_on_branches_do_what_the_model_does(shapes: list[tuple[bool, bool]], operations: Any) -> None:
    states, models = [State({"plain": 0})], [Model(own={"plain": 0})]
    for private, holds in shapes:
        own = {"input": 5} if private and not holds else {}
        kept = {"is_private": is_private} if private else {}
        states.append(branch(states[-1], own=own, holds=holds, **kept))
        models.append(Model(models[-1], private, holds, dict(own)))
    for place, operation, key, number in operations:
        perform(states[place % len(states)], models[place % len(states)], operation, key, number)
        for state, model in zip(states, models, strict=True):
            there = {each for each in [*KEYS, "more"] if model.read(each) is not ABSENT}
            assert set(state.keys()) == there
            for each in there:
                assert state.get_raw(each) == model.read(each)


def test_private_keys_of_a_held_branch_survive_its_commit() -> None:
    state = State()
    view = branch(state, is_private=is_private, holds=True)
    view.set("input", "q")
    view.set("app:a", 1)
    view.commit()
    assert (view["input"], state.to_dict()) == ("q", {"app:a": 1})


def test_the_journal_tells_what_reached_the_bottom_and_nothing_private() -> None:
    sink = MemoryJournalSink()
    state = State(sinks=[sink])
    top = branch(branch(state, is_private=is_private), holds=True)
    top.set("input", "q")
    top.set("app:a", 1)
    assert [(each.key, each.delta) for each in sink.mutations()] == [("app:a", True)]
    top.commit()
    assert [(each.key, each.delta) for each in sink.mutations()] == [("app:a", True), ("app:a", False)]


def test_a_branch_refuses_what_the_state_refuses() -> None:
    state = State()
    end = claim_keys(state, ["session:phase"])
    with pytest.raises(StateError, match="a running session writes this key itself"):
        branch(state).set("session:phase", "mine")
    end()
    held = branch(state, holds=True)
    assert held.is_tracking_delta()
    assert branch(held).is_tracking_delta(), "what stands on something that may be taken back may be taken back"
    with pytest.raises(ConfigError):
        branch(held).with_delta_tracking()
    view = branch(state, is_private=is_private, own={"input": "q"}).with_delta_tracking()
    view.set("input", "other")
    view.set("app:b", 2)
    view.commit()
    assert state.to_dict() == {"app:b": 2}
