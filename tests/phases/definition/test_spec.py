from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.phases.hooks import WINDOW, made
from trio_live.conversation import TranscriptWindow
from trio_live.errors import ConfigError
from trio_live.events import SessionWriter
from trio_live.phases import (
    Dynamic,
    Phase,
    PhaseMachine,
    PhasePreparation,
    PhaseSpec,
    StateAppend,
    Transition,
    leads_to,
)
from trio_live.phases._internal import as_phase, prepares
from trio_live.state import State
from trio_live.wire import Content


def yes(_state: State) -> bool:
    return True


async def load(_state: State, _writer: SessionWriter) -> None: ...


class TakeOrder(PhaseSpec):
    instruction = "Take the order."
    tools_enabled = ("cook",)
    transitions = (Transition("bye", yes),)
    modifiers = (StateAppend(["name"]),)
    prompt_on_enter = True
    needs = ("dish",)
    requires = ("table",)
    preparations = (PhasePreparation("load", ["menu"], load),)
    presents = ("menu",)
    clear_on_enter = ("agreed",)

    def __init__(self, kitchen: list[str]) -> None:
        self.kitchen = kitchen

    def guard(self, state: State) -> bool:
        return "open" in self.kitchen

    async def on_enter(self, state: State, writer: SessionWriter) -> None:
        self.kitchen.append("enter")

    async def on_exit(self, state: State, writer: SessionWriter) -> None:
        self.kitchen.append("exit")

    def on_enter_context(self, state: State, window: TranscriptWindow) -> Sequence[Content]:
        return [Content.of(f"after {window.turns[-1].user}", "model")]

    @leads_to("pay", description="when the guest has ordered")
    def ordered(self, state: State) -> bool:
        return state.is_known("dish")

    @leads_to("bye")
    def closed(self, state: State) -> bool:
        return "closed" in self.kitchen

    @prepares("table", timeout=2.0, retry_after=5.0)
    async def seat(self, state: State, writer: SessionWriter) -> None:
        state.set("table", len(self.kitchen))


async def test_a_class_becomes_the_phase_it_describes(state: State, writer: SessionWriter) -> None:
    spec = TakeOrder(["open"])
    phase = spec.as_phase()
    assert phase == Phase(
        "take_order",
        "Take the order.",
        tools_enabled=["cook"],
        transitions=[
            Transition("bye", yes),
            Transition("pay", spec.ordered, "when the guest has ordered"),
            Transition("bye", spec.closed),
        ],
        modifiers=[StateAppend(["name"])],
        prompt_on_enter=True,
        needs=["dish"],
        requires=["table"],
        preparations=[
            PhasePreparation("load", ["menu"], load),
            PhasePreparation("seat", ["table"], spec.seat, timeout=2.0, retry_after=5.0),
        ],
        presents=["menu"],
        clear_on_enter=["agreed"],
        guard=spec.guard,
        on_enter=spec.on_enter,
        on_exit=spec.on_exit,
        on_enter_context=spec.on_enter_context,
    )
    assert phase.guard is not None
    assert phase.guard(state)
    assert not phase.transitions[1].guard(state)
    await phase.preparations[1].run(state, writer)
    assert state["table"] == 1


def test_a_class_that_says_nothing_is_a_phase_that_does_nothing() -> None:
    class Bye(PhaseSpec):
        name = "goodbye"
        terminal = True

    assert Bye().as_phase() == Phase("goodbye", terminal=True)


@pytest.mark.parametrize(
    ("class_name", "name"),
    [("Bye", "bye"), ("TakeOrder", "take_order"), ("AskPIN", "ask_pin"), ("PINCode", "pin_code")],
)
def test_a_class_gives_its_name_in_lower_case(class_name: str, name: str) -> None:
    spec: PhaseSpec = type(class_name, (PhaseSpec,), {})()
    assert spec.as_phase().name == name


def test_an_instruction_may_be_a_method(state: State) -> None:
    class Hello(PhaseSpec):
        def dynamic_instruction(self, state: State) -> str:
            return f"Welcome {state.get('name')}."

    phase = Hello().as_phase()
    assert isinstance(phase.instruction, Dynamic)
    assert phase.instruction.resolve(state) == "Welcome None."


def test_two_instructions_are_one_too_many() -> None:
    class Hello(PhaseSpec):
        instruction = "Welcome."

        def dynamic_instruction(self, state: State) -> str:
            return "Welcome."

    with pytest.raises(ConfigError, match="Phase 'hello' has both"):
        Hello().as_phase()


def test_a_subclass_keeps_the_order_of_its_base_and_may_take_a_way_away() -> None:
    class Late(TakeOrder):
        def closed(self, state: State) -> bool:
            return True

        @leads_to("door")
        def fire(self, state: State) -> bool:
            return False

        @leads_to("pay at the bar")
        def ordered(self, state: State) -> bool:
            return True

    assert [way.target for way in Late([]).as_phase().transitions] == ["bye", "pay at the bar", "door"]


async def test_classes_and_values_live_in_one_machine(state: State, writer: SessionWriter) -> None:
    kitchen = ["open"]
    phases = [as_phase(each) for each in (TakeOrder(kitchen), Phase("pay"), Phase("bye"))]
    machine = PhaseMachine(phases, "pay", now=0.0, report=lambda *_: None)
    ways = [Transition("take_order", yes)]
    machine = PhaseMachine(
        [phases[0], Phase("pay", transitions=ways), Phase("bye")], "pay", now=0.0, report=lambda *_: None
    )
    result = await made(machine.advance(state, WINDOW, now=1.0), lambda *_: None, state, writer)
    assert result is not None
    assert result.context == (Content.of("after Hello", "model"),)
    assert kitchen == ["open", "enter"]


def test_marked_methods_are_still_methods(state: State) -> None:
    assert TakeOrder.ordered(TakeOrder([]), state) is False
    assert TakeOrder(["closed"]).closed(state) is True
