from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import pytest

from tests.phases.hooks import WINDOW
from trio_live.events import SessionWriter
from trio_live.phases import (
    Conditional,
    CustomAppend,
    Dynamic,
    Phase,
    PhaseBuilder,
    PhasePreparation,
    StateAppend,
    Static,
    Transition,
)
from trio_live.phases._internal import navigation_context
from trio_live.state import State
from trio_live.wire import Content


def yes(_state: State) -> bool:
    return True


def tell(_state: State) -> str:
    return "told"


def context(_state: State, _window: object) -> Sequence[Content]:
    return ()


async def hook(_state: State, _writer: SessionWriter) -> None: ...


class Narrative:
    def render(self, state: State) -> str:
        return "narrated"


NARRATIVE = Narrative()


def test_a_phase_of_every_call() -> None:
    phase = (
        PhaseBuilder("order")
        .instruction("Take the order.")
        .needs(["dish"])
        .requires(["table"])
        .prepare("seat", ["table"], hook, timeout=2.0, retry_after=10.0)
        .presents(["menu"])
        .clear_on_enter(["agreed"])
        .tools(["cook"])
        .guard(yes)
        .on_enter(hook)
        .on_exit(hook)
        .transition("pay", yes)
        .transition_with("bye", yes, "when the guest leaves")
        .terminal()
        .with_state(["name"])
        .when(yes, "Smile.")
        .with_context(tell)
        .context(NARRATIVE)
        .navigation()
        .modifiers([StateAppend(["more"])])
        .prompt_on_enter()
        .on_enter_context(context)
        .done()
    )
    assert phase == Phase(
        "order",
        "Take the order.",
        needs=["dish"],
        requires=["table"],
        preparations=[PhasePreparation("seat", ["table"], hook, timeout=2.0, retry_after=10.0)],
        presents=["menu"],
        clear_on_enter=["agreed"],
        tools_enabled=["cook"],
        guard=yes,
        on_enter=hook,
        on_exit=hook,
        transitions=[Transition("pay", yes), Transition("bye", yes, "when the guest leaves")],
        terminal=True,
        modifiers=[
            StateAppend(["name"]),
            Conditional(yes, "Smile."),
            CustomAppend(tell),
            CustomAppend(NARRATIVE.render),
            CustomAppend(navigation_context),
            StateAppend(["more"]),
        ],
        prompt_on_enter=True,
        on_enter_context=context,
    )


def test_every_call_returns_a_new_builder() -> None:
    base = PhaseBuilder("order").instruction("Take the order.")
    hungry, thirsty = base.needs(["dish"]), base.needs(["drink"]).transition("bar", yes)
    assert base.done() == Phase("order", "Take the order.")
    assert hungry.done() == Phase("order", "Take the order.", needs=["dish"])
    assert thirsty.done().needs == ("drink",)


@pytest.mark.parametrize("call", ["needs", "requires", "presents", "clear_on_enter", "tools"])
def test_lists_replace(call: str) -> None:
    builder: Any = PhaseBuilder("order")
    phase = getattr(getattr(builder, call)(["a", "b"]), call)(["c"]).done()
    assert getattr(phase, "tools_enabled" if call == "tools" else call) == ("c",)


def test_preparations_transitions_and_modifiers_append() -> None:
    phase = (
        PhaseBuilder("order")
        .prepare("one", [], hook)
        .prepare("two", [], hook)
        .transition("a", yes)
        .transition("b", yes)
        .with_state(["x"])
        .with_state(["y"])
        .done()
    )
    assert [preparation.name for preparation in phase.preparations] == ["one", "two"]
    assert [transition.target for transition in phase.transitions] == ["a", "b"]
    assert phase.modifiers == (StateAppend(["x"]), StateAppend(["y"]))


def test_the_later_of_two_instructions_counts() -> None:
    builder = PhaseBuilder("a").instruction("text")
    assert builder.dynamic_instruction(tell).done().instruction == Dynamic(tell)
    assert builder.dynamic_instruction(tell).instruction("again").done().instruction == Static("again")


def test_prompting_has_three_answers() -> None:
    builder = PhaseBuilder("a")
    assert builder.done().prompt_on_enter is None
    assert builder.prompt_on_enter(False).done().prompt_on_enter is False
    assert builder.prompt_on_enter().done().prompt_on_enter is True


def entry(phase: Phase, state: State) -> Sequence[Content] | None:
    assert phase.on_enter_context is not None
    return phase.on_enter_context(state, WINDOW)


def test_an_enter_prompt_is_one_thought_of_the_model_and_asks_it_to_speak(state: State) -> None:
    phase = PhaseBuilder("a").enter_prompt("I will check now.").done()
    assert phase.prompt_on_enter is True
    assert entry(phase, state) == (Content.of("I will check now.", "model"),)


def test_an_enter_prompt_may_be_made_of_state_and_window(state: State) -> None:
    phase = PhaseBuilder("a").enter_prompt_fn(lambda s, window: f"{s.get('name', '')}{window.turns[-1].user}").done()
    assert phase.prompt_on_enter is True
    assert entry(phase, state) == (Content.of("Hello", "model"),)
    assert entry(PhaseBuilder("a").enter_prompt_fn(lambda _s, _w: "").done(), state) == ()


def test_a_way_out_may_wait_for_an_acknowledgement_of_what_was_presented(state: State) -> None:
    (way,) = PhaseBuilder("a").transition_after_presented("b", "terms", "agreed", "when agreed").done().transitions
    assert (way.target, way.description) == ("b", "when agreed")
    state.set("agreed", value=True)
    assert not way.guard(state)
    state.set("presented:terms", value=True)
    assert way.guard(state)


def test_done_hands_the_phase_to_whoever_began() -> None:
    collected: list[Phase] = []

    def collect(phase: Phase) -> int:
        collected.append(phase)
        return len(collected)

    builder = PhaseBuilder("a", collect).needs(["k"])
    assert builder.done() == 1
    assert collected == [Phase("a", needs=["k"])]
    assert "PhaseBuilder of Phase(name='a'" in repr(builder)


def test_a_builder_may_begin_with_a_phase() -> None:
    assert PhaseBuilder(Phase("a", "text")).needs(["k"]).done() == Phase("a", "text", needs=["k"])


def test_what_a_half_one_does_not_have_is_told_with_how_to_finish_it() -> None:
    half: Any = PhaseBuilder("menu")
    with pytest.raises(AttributeError, match=r"done[(][)]") as refusal:
        half.connect_google_ai("key")
    assert "connect_google_ai" in str(refusal.value)
    assert not hasattr(half, "phase")
    assert copy.deepcopy(half) == half or repr(copy.copy(half)) == repr(half)
