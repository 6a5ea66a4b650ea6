"""Any talk whatever: random phases, writes, turns, forces, failing hooks and cancellations, against the invariants."""

from __future__ import annotations

import types
from collections.abc import Coroutine, Generator
from itertools import pairwise
from typing import Any, TypeVar

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.phases.hooks import WINDOW, made
from trio_live.errors import LocalProtocolError
from trio_live.phases import (
    Blocked,
    Guard,
    Phase,
    PhaseMachine,
    PhasePreparation,
    PhaseTransition,
    Programmatic,
    Ready,
    StatePredicate,
    SteeringMode,
    Transition,
    TransitionResult,
)
from trio_live.phases._internal import HISTORY_LIMIT, Steps
from trio_live.state import State

T = TypeVar("T")

NAMES = ["a", "b", "c", "d"]
KEYS = ["k0", "k1", "k2"]
CONCEPTS = ["terms", "price"]
DEEDS = ["nothing", "nothing", "raise", "nest", "remove", "write"]


class Cancelled(BaseException):
    """Stands for a cancellation."""


@types.coroutine
def checkpoint() -> Generator[None]:
    yield


def drive(coroutine: Coroutine[Any, Any, T], cut_at: int | None) -> T:
    """Run to the end, or throw a cancellation in at one checkpoint, counted from 0."""
    passed = 0
    try:
        coroutine.send(None)
        while True:
            if passed == cut_at:
                coroutine.throw(Cancelled())
            passed += 1
            coroutine.send(None)
    except StopIteration as stop:
        value: T = stop.value
        return value


@attrs.frozen
class Sketch:
    """What a phase is drawn from."""

    ways: list[tuple[str, str]]
    entry: str | None
    requires: list[str]
    preparing: list[str]
    presents: list[str]
    clears: list[str]
    needs: list[str]
    terminal: bool


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2)


sketches = st.builds(
    Sketch,
    ways=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([*KEYS, "always", "broken"])), max_size=4),
    entry=st.sampled_from([None, None, *KEYS, "broken"]),
    requires=some(KEYS),
    preparing=some([*KEYS, "in vain", "broken"]),
    presents=some(CONCEPTS),
    clears=some([*KEYS, *(f"presented:{concept}" for concept in CONCEPTS)]),
    needs=some(KEYS),
    terminal=st.sampled_from([False, False, False, True]),
)


def holds(key: str) -> StatePredicate:
    if key == "always":
        return lambda _state: True
    return lambda state: bool(state["gone"]) if key == "broken" else state.get(key) is True


class Talk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.state = State({"k0": True})
        self.now = 1000.0
        self.committed: list[PhaseTransition] = []
        self.log: list[tuple[str, str, str]] = []
        self.deeds: dict[str, str] = {}
        self.machine: PhaseMachine

    @initialize(drawn=st.fixed_dictionaries(dict.fromkeys(NAMES, sketches)), mode=st.sampled_from(SteeringMode))
    def begin(self, drawn: dict[str, Sketch], mode: SteeringMode) -> None:
        phases = [self.phase(name, sketch) for name, sketch in drawn.items()]
        self.machine = PhaseMachine(
            phases, "a", now=self.now, report=lambda *_: None, steering=mode, on_commit=self.on_commit
        )
        self.machine.seed(self.state)

    def phase(self, name: str, sketch: Sketch) -> Phase:
        return Phase(
            name,
            f"Be {name}.",
            guard=holds(sketch.entry) if sketch.entry else None,
            transitions=[Transition(target, holds(key)) for target, key in sketch.ways],
            on_enter=self.hook("enter", name),
            on_exit=self.hook("exit", name),
            requires=sketch.requires,
            preparations=[PhasePreparation(key, [key], self.preparing(name, key)) for key in sketch.preparing],
            presents=sketch.presents,
            clear_on_enter=sketch.clears,
            needs=sketch.needs,
            terminal=sketch.terminal,
        )

    def hook(self, kind: str, name: str) -> Any:
        async def run(state: State, _writer: object) -> None:
            self.log.append((kind, name, self.machine.current))
            if kind == "enter":
                self.check_entered(self.machine.phases[name])
            await checkpoint()
            await self.do(self.deeds.get(kind, "nothing"), state)

        return run

    def preparing(self, name: str, key: str) -> Any:
        async def run(state: State, _writer: object) -> None:
            self.log.append(("prepare", name, key))
            await checkpoint()
            if key == "broken":
                raise ValueError(key)
            if key in KEYS:
                state.set(key, value=True)

        return run

    async def do(self, deed: str, state: State) -> None:
        match deed:
            case "raise":
                raise ValueError(deed)
            case "nest":
                await self.nest()
            case "remove":
                state.remove("k0")
            case "write":
                state.set("k1", value=True)

    async def nest(self) -> None:
        """P17: no transition inside a transition."""
        before = (self.machine.current, self.machine.history, self.state.to_dict())
        with pytest.raises(LocalProtocolError):
            next(self.machine.transition("b", Programmatic("nested"), self.state, WINDOW, now=self.now))
        assert (self.machine.current, self.machine.history, self.state.to_dict()) == before

    def on_commit(self, record: PhaseTransition) -> None:
        self.committed.append(record)
        if isinstance(record.trigger, Guard):
            entered = self.machine.phases[record.to]
            missing = set(entered.missing_requirements(self.state))
            assert missing <= set(entered.clear_on_enter), "P8: known when it committed, unless entering cleared it"

    def check_entered(self, phase: Phase) -> None:
        """P15: what the first line of on_enter sees."""
        kept = {f"presented:{concept}" for concept in phase.presents}
        for key in phase.clear_on_enter:
            assert key in kept or key not in self.state
        for key in kept:
            assert self.state[key] is True

    # What can happen.

    @rule(seconds=st.floats(0, 100))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(key=st.sampled_from(KEYS), value=st.sampled_from([True, True, False, None]))
    def somebody_writes(self, key: str, value: bool | None) -> None:  # noqa: FBT001 - Hypothesis passes it by name
        self.state.set(key, value)

    @rule(key=st.sampled_from(KEYS))
    def somebody_removes(self, key: str) -> None:
        self.state.remove(key)

    @rule(exit_deed=st.sampled_from(DEEDS), enter_deed=st.sampled_from(DEEDS))
    def hooks_will(self, exit_deed: str, enter_deed: str) -> None:
        self.deeds = {"exit": exit_deed, "enter": enter_deed}

    @rule(cut_at=st.none() | st.none() | st.integers(0, 3))
    def a_turn_completes(self, cut_at: int | None) -> None:
        first = self.machine.evaluate_for_transition(self.state)
        self.perform(self.machine.advance(self.state, WINDOW, now=self.now), cut_at)
        prepared = [(name, key) for kind, name, key in self.log if kind == "prepare"]
        if isinstance(first, Blocked):
            planned = [(first.target, p.name) for p in self.machine.phases[first.target].preparations]
            assert prepared == (planned if cut_at is None else planned[: len(prepared)]), "P36"
        else:
            assert prepared == [], "P36"
        assert all(isinstance(record.trigger, Guard) for record in self.committed)
        assert len(self.committed) <= 1, "P9"
        self.state.modify("session:turn_count", 0, lambda count: count + 1)
        self.machine.refresh(self.state)

    @rule(aim=st.sampled_from(NAMES), cut_at=st.none() | st.integers(0, 1))
    def somebody_forces(self, aim: str, cut_at: int | None) -> None:
        before = self.machine.current
        force = Programmatic("rule")
        result = self.perform(self.machine.transition(aim, force, self.state, WINDOW, now=self.now), cut_at)
        if cut_at is None:
            assert result is not None
            assert result.record == self.machine.history[-1]
            assert (result.record.from_, result.record.to) == (before, aim)

    @rule()
    def somebody_forces_a_phase_that_is_none(self) -> None:
        before = (self.machine.current, self.machine.history, self.state.to_dict(), self.state.mutation_cursor())
        force = Programmatic("rule")
        nowhere = self.machine.transition("nowhere", force, self.state, WINDOW, now=self.now)
        assert self.perform(nowhere, None) is None
        after = (self.machine.current, self.machine.history, self.state.to_dict(), self.state.mutation_cursor())
        assert after == before, "P10"
        assert self.log == []

    @precondition(lambda self: not self.machine.history)
    @rule(name=st.sampled_from([*NAMES, "nowhere"]))
    def it_is_restored(self, name: str) -> None:
        assert self.machine.restore(name, now=self.now) == (name in NAMES)
        self.machine.seed(self.state)

    def perform(self, move: Steps[TransitionResult | None], cut_at: int | None) -> TransitionResult | None:
        """Drive one move, then check what it did to history, hooks and presented concepts."""
        self.committed.clear()
        self.log.clear()
        old, history, presented = self.machine.current, self.machine.history, self.presented()
        result = None
        try:
            result = drive(made(move, lambda *_: None, self.state, WRITER), cut_at)
        except Cancelled:
            assert cut_at is not None
        self.check_history(old, history)
        self.check_hooks(old)
        cleared = {key for record in self.committed for key in self.machine.phases[record.to].clear_on_enter}
        assert presented - self.presented() <= cleared, "P16"
        assert (result is not None) <= bool(self.committed)
        return result

    def check_history(self, old: str, history: tuple[PhaseTransition, ...]) -> None:
        assert self.machine.history == (*history, *self.committed)[-HISTORY_LIMIT:], "P2"
        assert self.machine.current == (self.committed[-1].to if self.committed else old), "P12"

    def check_hooks(self, old: str) -> None:
        hooks = [entry for entry in self.log if entry[0] != "prepare"]
        if self.committed:
            new = self.committed[0].to
            assert hooks == [("exit", old, old), ("enter", new, new)], "P11"
        else:
            assert hooks in ([], [("exit", old, old)]), "P11"

    def presented(self) -> set[str]:
        keys = {key for key in self.state if key.startswith("presented:")}
        assert all(self.state[key] is True for key in keys), "P16"
        return keys

    # What always holds.

    @invariant()
    def p1_the_current_phase_is_a_phase(self) -> None:
        assert self.machine.current in self.machine.phases

    @invariant()
    def p2_the_history_is_bounded(self) -> None:
        assert len(self.machine.history) <= HISTORY_LIMIT

    @invariant()
    def p3_the_history_is_a_chain_that_ends_here(self) -> None:
        history = self.machine.history
        assert all(earlier.to == later.from_ for earlier, later in pairwise(history))
        if history:
            assert history[-1].to == self.machine.current
        if 0 < len(history) < HISTORY_LIMIT:
            assert history[0].from_ == self.machine.initial

    @invariant()
    def p4_p5_p6_p7_asking_changes_nothing_and_answers_truly(self) -> None:
        before = (self.state.to_dict(), self.state.mutation_cursor(), self.machine.current, self.machine.history)
        answer = self.machine.evaluate_for_transition(self.state)
        assert self.machine.evaluate_for_transition(self.state) == answer
        assert before == (
            self.state.to_dict(),
            self.state.mutation_cursor(),
            self.machine.current,
            self.machine.history,
        )
        if answer is None:
            return
        assert not self.machine.current_phase.terminal, "P5"
        target = self.machine.phases[answer.target]
        assert self.machine.current_phase.transitions[answer.transition_index].target == answer.target
        match answer:
            case Ready():
                assert target.missing_requirements(self.state) == (), "P6"
            case Blocked(missing=missing):
                assert missing == target.missing_requirements(self.state) != (), "P7"
                assert target.preparations, "P7"

    @invariant()
    def p13_time_and_turns_go_forward(self) -> None:
        for earlier, later in pairwise(self.machine.history):
            assert earlier.timestamp <= later.timestamp
            assert earlier.turn <= later.turn
            assert later.duration_in_phase == later.timestamp - earlier.timestamp
        assert all(entry.duration_in_phase >= 0 for entry in self.machine.history)

    @invariant()
    def p14_the_published_phase_is_the_current_one(self) -> None:
        phase = self.machine.current_phase
        assert self.state["session:phase"] == phase.name
        assert self.state.get("session:phase_needs") == (list(phase.needs) or None)
        assert self.state.get("session:phase_requires") == (list(phase.requires) or None)


WRITER: Any = None
Talk.TestCase.settings = settings(stateful_step_count=40, deadline=None)
TestTalk = Talk.TestCase
