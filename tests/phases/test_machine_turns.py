"""A turn's worth of moving on, and the beginning: what the machine does around its transitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from tests.phases.hooks import FORCE, WINDOW, Cancelled, made, raising, yes
from trio_live.errors import LocalProtocolError
from trio_live.events import SessionWriter
from trio_live.phases import Blocked, Guard, Phase, PhaseMachine, PhasePreparation, Ready, Transition, TransitionResult
from trio_live.phases._internal import ErrorReporter, Steps
from trio_live.state import State
from trio_live.wire import Content

T = TypeVar("T")


class Table:
    """A machine with everything it asks for."""

    def __init__(self, *phases: Phase, report: ErrorReporter, writer: SessionWriter, state: State) -> None:
        self.machine = PhaseMachine(phases, phases[0].name, now=100.0, report=report)
        self.writer, self.state, self.report = writer, state, report

    async def go(self, target: str, *, now: float = 101.0) -> TransitionResult | None:
        return await self.run(self.machine.transition(target, FORCE, self.state, WINDOW, now=now))

    async def advance(self) -> TransitionResult | None:
        return await self.run(self.machine.advance(self.state, WINDOW, now=101.0))

    async def run(self, steps: Steps[T]) -> T:
        return await made(steps, self.report, self.state, self.writer)


SetTable = Callable[..., Table]


@pytest.fixture
def table(report: ErrorReporter, writer: SessionWriter, state: State) -> SetTable:
    return lambda *phases: Table(*phases, report=report, writer=writer, state=state)


async def test_p9_one_advance_takes_one_transition(table: SetTable) -> None:
    t = table(Phase("a", transitions=[Transition("b", yes)]), Phase("b", transitions=[Transition("a", yes)]))
    result = await t.advance()
    assert result is not None
    assert result.record is not None
    assert result.record.trigger == Guard(0)
    assert len(t.machine.history) == 1


async def test_a_preparation_that_helps_lets_the_talk_move_on_at_once(table: SetTable) -> None:
    async def load(state: State, _writer: SessionWriter) -> None:
        state.set("k", 1)

    t = table(
        Phase("a", transitions=[Transition("b", yes)]),
        Phase("b", requires=["k"], preparations=[PhasePreparation("load", ["k"], load)]),
    )
    assert await t.advance() is not None
    assert t.machine.current == "b"


async def test_after_preparing_the_whole_list_is_asked_again(
    table: SetTable, state: State, writer: SessionWriter
) -> None:
    async def load(state: State, _writer: SessionWriter) -> None:
        state.set("k", 1)
        state.set("urgent", value=True)

    t = table(
        Phase("a", transitions=[Transition("c", lambda s: s.get("urgent") is True), Transition("b", yes)]),
        Phase("b", requires=["k"], preparations=[PhasePreparation("load", ["k"], load)]),
        Phase("c"),
    )
    assert await t.run(t.machine.evaluate_with_preparations(state, now=0.0)) == Ready("c", 0)


async def test_p36_a_preparation_that_does_not_help_is_tried_once_in_a_turn_and_again_in_the_next(
    table: SetTable, state: State, writer: SessionWriter
) -> None:
    tries: list[str] = []

    async def in_vain(*_: object) -> None:
        tries.append("try")

    t = table(
        Phase("a", transitions=[Transition("b", yes), Transition("c", yes)]),
        Phase("b", requires=["k", "m"], preparations=[PhasePreparation("load", ["k"], in_vain)]),
        Phase("c"),
    )
    assert await t.run(t.machine.evaluate_with_preparations(state, now=0.0)) == Blocked("b", 0, ("k", "m"))
    assert tries == ["try"]
    assert await t.advance() is None
    assert tries == ["try", "try"]
    assert t.machine.current == "a", "no later way is tried"


async def test_p36_a_preparation_that_opens_another_way_but_not_its_own_phase_moves_nothing(table: SetTable) -> None:
    async def astray(state: State, _writer: SessionWriter) -> None:
        state.set("urgent", value=True)

    t = table(
        Phase("a", transitions=[Transition("c", lambda s: s.get("urgent") is True), Transition("b", yes)]),
        Phase("b", requires=["k"], preparations=[PhasePreparation("load", ["k"], astray)]),
        Phase("c"),
    )
    assert await t.advance() is None
    assert t.machine.current == "a"
    assert await t.advance() is not None, "the next turn sees it"
    assert t.machine.current == "c"


async def test_p36_a_second_phase_that_blocks_is_not_prepared_in_the_same_turn(table: SetTable) -> None:
    async def load(state: State, _writer: SessionWriter) -> None:
        state.set("k", 1)

    t = table(
        Phase("a", transitions=[Transition("c", lambda s: s.is_known("k")), Transition("b", yes)]),
        Phase("b", requires=["k"], preparations=[PhasePreparation("load", ["k"], load)]),
        Phase("c", requires=["m"], preparations=[PhasePreparation("no", [], raising(AssertionError("twice")))]),
    )
    assert await t.advance() is None
    assert t.machine.current == "a"


async def test_preparing_an_unknown_phase_runs_nothing(table: SetTable) -> None:
    t = table(Phase("a"))
    assert await t.run(t.machine.prepare("z", now=0.0)) == ()


async def test_cancelled_while_preparing_nothing_has_moved(table: SetTable) -> None:
    preparation = PhasePreparation("load", ["k"], raising(Cancelled()))
    t = table(Phase("a", transitions=[Transition("b", yes)]), Phase("b", requires=["k"], preparations=[preparation]))
    with pytest.raises(Cancelled):
        await t.advance()
    assert (t.machine.current, t.machine.history) == ("a", ())
    assert await t.go("b") is not None


# The initial phase.


async def test_the_initial_phase_is_published_before_anything_is_sent(table: SetTable, state: State) -> None:
    t = table(Phase("a", "Welcome. Smile.", needs=["name"], requires=["k"], presents=["menu"]))
    t.machine.seed(state)
    assert state.to_dict() == {
        "presented:menu": True,
        "session:phase": "a",
        "session:phase_needs": ["name"],
        "session:phase_requires": ["k"],
        "session:navigation_context": (
            "[Navigation]\nCurrent phase: a (Welcome)\nStill needed: name\nBlocked: a requires k\nPresented: menu"
        ),
    }
    assert t.machine.history == ()


@pytest.mark.parametrize(
    ("prompt_on_enter", "has_greeting", "prompts"),
    [(True, False, True), (True, True, False), (False, False, False), (None, False, False)],
)
async def test_fix_the_initial_phase_is_entered_like_any_other(
    *,
    prompt_on_enter: bool | None,
    has_greeting: bool,
    prompts: bool,
    table: SetTable,
    state: State,
    writer: SessionWriter,
) -> None:
    async def enter(state: State, _writer: SessionWriter) -> None:
        state.set("name", "Ann")

    phase = Phase(
        "a",
        "Welcome.",
        needs=["name"],
        on_enter=enter,
        on_enter_context=lambda s, w: [Content.of(f"{s['name']}: {w.turns[-1].user}", "model")],
        prompt_on_enter=prompt_on_enter,
    )
    t = table(phase)
    t.machine.seed(state)
    result = await t.run(t.machine.enter_initial(state, WINDOW, has_greeting=has_greeting))
    assert result == TransitionResult(
        instruction=None, context=(Content.of("Ann: Hello", "model"),), prompt_on_enter=prompts
    )
    assert t.machine.history == ()
    assert "Still needed" not in state["session:navigation_context"]


async def test_p17_the_entry_of_the_initial_phase_starts_no_transition(
    table: SetTable, state: State, writer: SessionWriter, reports: list[tuple[str, Exception]]
) -> None:
    async def nested(*_: object) -> None:
        await t.go("b")

    t = table(Phase("a", on_enter=nested), Phase("b"))
    await t.run(t.machine.enter_initial(state, WINDOW, has_greeting=False))
    assert t.machine.current == "a"
    assert [type(error) for _, error in reports] == [LocalProtocolError]


async def test_a_restored_machine_begins_where_it_stood_without_hooks(table: SetTable) -> None:
    t = table(Phase("a"), Phase("b", on_enter=raising(AssertionError("entered"))))
    assert t.machine.restore("b", now=500.0)
    assert (t.machine.current, t.machine.initial, t.machine.entered_at) == ("b", "b", 500.0)
    await t.go("a", now=501.0)
    assert t.machine.history[0].from_ == t.machine.initial
    assert t.machine.history[0].duration_in_phase == 1.0


async def test_only_an_unmoved_machine_is_restored_and_only_to_a_phase_it_has(table: SetTable) -> None:
    t = table(Phase("a"), Phase("b"))
    assert not t.machine.restore("gone", now=500.0)
    await t.go("a")
    assert not t.machine.restore("b", now=500.0)
    assert (t.machine.current, t.machine.initial) == ("a", "a")
