from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from tests.phases.hooks import FORCE, WINDOW, Cancelled, made, raising, yes
from trio_live.errors import LocalProtocolError
from trio_live.events import SessionWriter
from trio_live.phases import (
    CustomAppend,
    Guard,
    Phase,
    PhaseHook,
    PhaseMachine,
    PhasePreparation,
    PhaseTransition,
    Programmatic,
    SteeringMode,
    Transition,
    TransitionResult,
    TransitionTrigger,
)
from trio_live.phases._internal import HISTORY_LIMIT, ErrorReporter, Steps, navigation_context
from trio_live.state import State
from trio_live.wire import Content

T = TypeVar("T")


class Table:
    """A machine with everything it asks for."""

    def __init__(self, *phases: Phase, report: ErrorReporter, writer: SessionWriter, state: State) -> None:
        self.committed: list[PhaseTransition] = []
        self.machine = PhaseMachine(phases, phases[0].name, now=100.0, report=report, on_commit=self.committed.append)
        self.writer, self.state, self.report = writer, state, report

    async def go(
        self, target: str, trigger: TransitionTrigger = FORCE, *, now: float = 101.0
    ) -> TransitionResult | None:
        return await self.run(self.machine.transition(target, trigger, self.state, WINDOW, now=now))

    async def advance(self, *, now: float = 101.0) -> TransitionResult | None:
        return await self.run(self.machine.advance(self.state, WINDOW, now=now))

    async def run(self, steps: Steps[T]) -> T:
        return await made(steps, self.report, self.state, self.writer)


SetTable = Callable[..., Table]


@pytest.fixture
def table(report: ErrorReporter, writer: SessionWriter, state: State) -> SetTable:
    return lambda *phases: Table(*phases, report=report, writer=writer, state=state)


async def test_p10_an_unknown_target_has_no_effect_of_any_kind(table: SetTable, state: State) -> None:
    t = table(Phase("a", on_exit=raising(AssertionError("left"))))
    assert await t.go("nowhere") is None
    assert (t.machine.current, t.machine.history, t.committed, state.mutation_cursor()) == ("a", (), [], 0)


async def test_the_steps_of_a_transition_come_in_their_order(table: SetTable, state: State) -> None:
    seen: list[object] = []

    def noting(what: str) -> PhaseHook:
        async def hook(state: State, _writer: SessionWriter) -> None:
            seen.append((what, t.machine.current, len(t.machine.history), state.to_dict()))

        return hook

    def context(state: State, window: object) -> list[Content]:
        seen.append(("context", window, state["session:navigation_context"]))
        return [Content.of("hello", "model")]

    t = table(
        Phase("a", "Be a.", on_exit=noting("exit")),
        Phase(
            "b",
            "Be b.",
            on_enter=noting("enter"),
            on_enter_context=context,
            clear_on_enter=["old", "presented:x"],
            presents=["x"],
            needs=["n"],
            prompt_on_enter=True,
        ),
    )
    state.set("old", 1)
    state.set("session:turn_count", 4)
    result = await t.go("b", Guard(0), now=103.0)
    navigation = "[Navigation]\nCurrent phase: b (Be b)\nPrevious: a (turn 4)\nStill needed: n\nPresented: x"
    entered = {
        "session:turn_count": 4,
        "presented:x": True,
        "session:phase": "b",
        "session:phase_needs": ["n"],
        "session:navigation_context": navigation,
    }
    assert seen == [
        ("exit", "a", 0, {"old": 1, "session:turn_count": 4}),
        ("enter", "b", 1, entered),
        ("context", WINDOW, navigation),
    ]
    record = PhaseTransition(from_="a", to="b", turn=4, timestamp=103.0, trigger=Guard(0), duration_in_phase=3.0)
    assert result == TransitionResult(
        instruction="Be b.", context=(Content.of("hello", "model"),), prompt_on_enter=True, record=record
    )
    assert t.machine.history == (record,)
    assert t.committed == [record]
    assert t.machine.entered_at == 103.0


async def test_fix_the_new_instruction_describes_the_new_phase(table: SetTable, state: State) -> None:
    async def learn(state: State, _writer: SessionWriter) -> None:
        state.set("dish", "soup")

    t = table(
        Phase("a"),
        Phase(
            "b", "Take the order.", needs=["dish", "size"], modifiers=[CustomAppend(navigation_context)], on_enter=learn
        ),
    )
    result = await t.go("b")
    assert result is not None
    assert result.instruction == (
        "Take the order.\n\n[Navigation]\nCurrent phase: b (Take the order)\nPrevious: a (turn 0)\nStill needed: size"
    ), "neither a phase late, nor blind to what on_enter learned"


async def test_a_phase_may_be_left_for_itself(table: SetTable) -> None:
    calls: list[str] = []

    async def enter(*_: object) -> None:
        calls.append("enter")

    async def leave(*_: object) -> None:
        calls.append("exit")

    t = table(Phase("a", on_enter=enter, on_exit=leave))
    assert await t.go("a") is not None
    assert calls == ["exit", "enter"]
    assert [(entry.from_, entry.to) for entry in t.machine.history] == [("a", "a")]


async def test_p2_the_oldest_of_more_than_a_hundred_transitions_are_forgotten(table: SetTable) -> None:
    t = table(Phase("a"), Phase("b"))
    for number in range(HISTORY_LIMIT + 5):
        await t.go("ba"[number % 2], now=200.0 + number)
    assert [entry.timestamp for entry in t.machine.history] == [205.0 + number for number in range(HISTORY_LIMIT)]


async def test_p12_a_failing_hook_is_told_and_aborts_nothing(
    table: SetTable, reports: list[tuple[str, Exception]]
) -> None:
    t = table(
        Phase("a", on_exit=raising(ValueError("one"))),
        Phase("b", "Be b.", on_enter=raising(ValueError("two")), on_enter_context=lambda s, _w: [s["gone"]]),
    )
    result = await t.go("b")
    assert result is not None
    assert (result.instruction, result.context) == ("Be b.", None)
    assert t.machine.current == t.machine.history[-1].to == "b"
    assert [where for where, _ in reports] == [
        "phase 'a' on_exit",
        "phase 'b' on_enter",
        "phase 'b' on_enter_context",
    ]


async def test_p12_cancelled_while_leaving_it_is_wholly_in_the_old_phase(table: SetTable, state: State) -> None:
    t = table(Phase("a", on_exit=raising(Cancelled())), Phase("b", presents=["x"]))
    t.machine.seed(state)
    before = state.to_dict()
    with pytest.raises(Cancelled):
        await t.go("b")
    assert (t.machine.current, t.machine.history, t.machine.entered_at, t.committed) == ("a", (), 100.0, [])
    assert state.to_dict() == before


async def test_p12_cancelled_while_entering_it_is_wholly_in_the_new_phase(table: SetTable, state: State) -> None:
    t = table(Phase("a"), Phase("b", presents=["x"], on_enter=raising(Cancelled())))
    with pytest.raises(Cancelled):
        await t.go("b")
    assert (t.machine.current, t.machine.history[-1].to, t.machine.entered_at) == ("b", "b", 101.0)
    assert len(t.committed) == 1, "whoever counts for phases heard of it"
    assert state["session:phase"] == "b"
    assert state["presented:x"] is True
    assert await t.go("a") is not None, "and it can move on"


async def test_p12_a_dynamic_text_that_is_cut_short_leaves_nothing_half_done(table: SetTable, state: State) -> None:
    def cut(_state: State) -> str:
        raise Cancelled

    t = table(Phase("a"), Phase("b", cut, presents=["x"]))
    with pytest.raises(Cancelled):
        await t.go("b")
    assert t.machine.current == t.machine.history[-1].to == state["session:phase"] == "b"
    assert state["presented:x"] is True


@pytest.mark.parametrize(("hook", "ends_in"), [("on_exit", "a"), ("on_enter", "b")])
async def test_p12_a_reporter_that_raises_ends_the_transition_on_one_side(
    hook: str, ends_in: str, state: State, writer: SessionWriter
) -> None:
    def strict(_where: str, error: Exception) -> None:
        raise error

    broken = {hook: raising(ValueError("no"))}
    phases = [Phase("a", on_exit=broken.get("on_exit")), Phase("b", on_enter=broken.get("on_enter"))]
    machine = PhaseMachine(phases, "a", now=0.0, report=strict)
    with pytest.raises(ValueError, match="no"):
        await made(machine.transition("b", FORCE, state, WINDOW, now=1.0), strict, state, writer)
    assert machine.current == ends_in
    assert len(machine.history) == (ends_in == "b")


@pytest.mark.parametrize("hook", ["on_exit", "on_enter"])
async def test_p17_a_transition_from_inside_a_hook_is_refused(
    hook: str, table: SetTable, reports: list[tuple[str, Exception]]
) -> None:
    async def nested(*_: object) -> None:
        await t.go("c")

    hooks: dict[str, PhaseHook] = {hook: nested}
    t = table(Phase("a", on_exit=hooks.get("on_exit")), Phase("b", on_enter=hooks.get("on_enter")), Phase("c"))
    assert await t.go("b") is not None
    assert [(entry.from_, entry.to) for entry in t.machine.history] == [("a", "b")]
    assert [type(error) for _, error in reports] == [LocalProtocolError]
    assert "phase 'c' was started while the transition to phase 'b' is still running" in str(reports[0][1])


async def test_p17_a_preparation_cannot_start_a_transition_nor_another_preparation(
    table: SetTable, state: State, writer: SessionWriter, reports: list[tuple[str, Exception]]
) -> None:
    async def nested(*_: object) -> None:
        await t.go("b")

    async def again(*_: object) -> None:
        await t.run(t.machine.prepare("b", now=0.0))

    preparations = [PhasePreparation("nested", [], nested), PhasePreparation("again", [], again)]
    t = table(Phase("a", transitions=[Transition("b", yes)]), Phase("b", requires=["k"], preparations=preparations))
    assert await t.advance() is None
    assert t.machine.current == "a"
    assert [type(error) for _, error in reports] == [LocalProtocolError] * 2


async def test_p8_a_requirement_lost_while_leaving_keeps_it_in_the_old_phase(
    table: SetTable, state: State, reports: list[tuple[str, Exception]]
) -> None:
    async def forget(state: State, _writer: SessionWriter) -> None:
        state.remove("k")

    t = table(Phase("a", on_exit=forget, transitions=[Transition("b", yes)]), Phase("b", requires=["k"]))
    state.set("k", 1)
    assert await t.advance() is None
    assert (t.machine.current, t.machine.history) == ("a", ())
    assert [str(error) for _, error in reports] == ["given up: no longer known after on_exit: k"]
    assert await t.go("b") is not None, "a force does not ask"


async def test_a_force_asks_neither_guards_nor_requirements_nor_preparations(table: SetTable) -> None:
    preparation = PhasePreparation("load", ["k"], raising(AssertionError("prepared")))
    t = table(Phase("a", terminal=True), Phase("b", guard=lambda _: False, requires=["k"], preparations=[preparation]))
    result = await t.go("b", Programmatic("supervisor"))
    assert result is not None
    assert result.record is not None
    assert result.record.trigger == Programmatic("supervisor")
    assert t.machine.current == "b"


async def test_p13_a_clock_that_runs_backwards_makes_no_negative_duration(table: SetTable) -> None:
    t = table(Phase("a"), Phase("b"))
    await t.go("b", now=110.0)
    await t.go("a", now=105.0)
    assert [(entry.timestamp, entry.duration_in_phase) for entry in t.machine.history] == [(110.0, 10.0), (110.0, 0.0)]


async def test_on_enter_may_set_again_what_entering_cleared(table: SetTable, state: State) -> None:
    async def enter(state: State, _writer: SessionWriter) -> None:
        assert "agreed" not in state
        state.set("agreed", value=False)

    t = table(Phase("a"), Phase("b", clear_on_enter=["agreed"], on_enter=enter))
    state.set("agreed", value=True)
    await t.go("b")
    assert state["agreed"] is False


async def test_p14_the_published_phase_survives_a_hook_that_scribbles_over_it(table: SetTable, state: State) -> None:
    async def scribble(state: State, _writer: SessionWriter) -> None:
        state.set("session:phase", "ModelSpeaking")

    t = table(Phase("a"), Phase("b", on_enter=scribble))
    await t.go("b")
    assert state["session:phase"] == "b"


async def test_context_on_entry_must_be_content(table: SetTable, reports: list[tuple[str, Exception]]) -> None:
    t = table(
        Phase("a"),
        Phase("b", on_enter_context=lambda _s, _w: ["text"]),  # type: ignore[list-item]  # the mistake
        Phase("c", on_enter_context=lambda _s, _w: None),
    )
    result = await t.go("b")
    assert result is not None
    assert result.context is None
    assert "returned str where Content was expected" in str(reports[0][1])
    result = await t.go("c")
    assert result is not None
    assert result.context is None
    assert len(reports) == 1


@pytest.mark.parametrize("mode", SteeringMode)
async def test_p25_a_transition_carries_modifiers_only_where_they_are_baked_in(
    mode: SteeringMode, state: State, writer: SessionWriter, report: ErrorReporter
) -> None:
    phases = [Phase("a"), Phase("b", "Be b.", modifiers=[CustomAppend(lambda _: "Smile.")])]
    machine = PhaseMachine(phases, "a", now=0.0, report=report, steering=mode)
    result = await made(machine.transition("b", FORCE, state, WINDOW, now=1.0), report, state, writer)
    assert result is not None
    said = f"{result.instruction} {machine.steering_text(state)}"
    assert said.count("Smile.") == 1
