from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.events import SendClientContent, UpdateInstruction
from trio_live.phases import (
    ContextDelivery,
    InstructionLedger,
    StandingContext,
    SteeringMode,
    TransitionResult,
    TurnDelivery,
    TurnSayings,
    TurnWrites,
    compose_turn,
    join_results,
    plan_writes,
    resolve_instruction,
)
from trio_live.wire import Blob, Content, Part

UPDATE, INJECT, HYBRID = SteeringMode.INSTRUCTION_UPDATE, SteeringMode.CONTEXT_INJECTION, SteeringMode.HYBRID
NEW_PHASE = TransitionResult(instruction="new phase", context=(Content.of("entering", "model"),), prompt_on_enter=False)


def texts(delivery: TurnDelivery) -> list[str | None]:
    return [part.text for content in delivery.context for part in content.parts or ()]


def test_a_quiet_turn_says_nothing() -> None:
    delivery = compose_turn(TurnSayings(mode=UPDATE))
    assert (delivery.instruction, delivery.context, delivery.prompt) == (None, (), False)
    assert plan_writes(delivery, ContextDelivery.IMMEDIATE) == TurnWrites(commands=())


@pytest.mark.parametrize("mode", SteeringMode)
def test_p19_the_batch_comes_in_its_order_and_no_mode_takes_anothers_road(mode: SteeringMode) -> None:
    sayings = TurnSayings(
        mode=mode,
        transition=NEW_PHASE,
        advisory="advisory",
        nudge="nudge",
        steering="steering",
    )
    delivery = compose_turn(sayings)
    steering = [] if mode is UPDATE else ["steering"]
    lines: list[str | None] = ["advisory", "nudge", *steering]
    if mode is INJECT:
        assert delivery.instruction is None
        assert texts(delivery) == [*lines, "new phase", "entering"]
    else:
        assert delivery.instruction == "new phase"
        assert texts(delivery) == [*lines, "entering"]
    assert {content.role for content in delivery.context} == {"model"}


def test_p21_an_amendment_is_not_heard_when_a_transition_fired() -> None:
    sayings = TurnSayings(mode=UPDATE, transition=NEW_PHASE, base="base", amendment="amendment")
    assert resolve_instruction(sayings) == "new phase"
    silent = attrs.evolve(NEW_PHASE, instruction=None)
    assert resolve_instruction(attrs.evolve(sayings, transition=silent)) is None


def test_p21_a_template_beats_everything() -> None:
    sayings = TurnSayings(mode=UPDATE, base="base", amendment="amendment", template="template")
    assert resolve_instruction(sayings) == "template"
    assert resolve_instruction(attrs.evolve(sayings, transition=NEW_PHASE)) == "template"
    assert resolve_instruction(attrs.evolve(sayings, template="")) == "base\n\namendment"


@pytest.mark.parametrize("base", [None, ""])
@pytest.mark.parametrize("mode", SteeringMode)
def test_p22_an_amendment_never_goes_without_its_base(mode: SteeringMode, base: str | None) -> None:
    delivery = compose_turn(TurnSayings(mode=mode, base=base, amendment="amendment"))
    assert (delivery.instruction, delivery.context) == (None, ())
    delivery = compose_turn(TurnSayings(mode=mode, base="base", amendment="amendment"))
    assert [delivery.instruction, *texts(delivery)] == (
        [None, "base\n\namendment"] if mode is INJECT else ["base\n\namendment"]
    )


def test_p20_the_instruction_the_server_has_is_not_sent_again() -> None:
    ledger = InstructionLedger("setup")
    sent = []
    for turn, (template, succeeds) in enumerate(
        [("setup", True), ("x", False), ("x", True), ("x", True), ("setup", True), ("x", True)]
    ):
        update = compose_turn(TurnSayings(mode=HYBRID, template=template), last_sent=ledger.last_sent).instruction
        if update is not None and succeeds:
            ledger.record(update)
            sent.append((turn, update))
    assert sent == [(2, "x"), (4, "setup"), (5, "x")], "a failed update is tried again"


@pytest.mark.parametrize(
    ("sayings", "prompts"),
    [
        (TurnSayings(mode=UPDATE, nudge="nudge", nudge_prompts=True), True),
        (TurnSayings(mode=UPDATE, nudge="nudge"), False),
        (TurnSayings(mode=UPDATE, nudge_prompts=True), False),
        (TurnSayings(mode=UPDATE, transition=NEW_PHASE), False),
        (TurnSayings(mode=UPDATE, transition=attrs.evolve(NEW_PHASE, prompt_on_enter=True)), True),
        (TurnSayings(mode=UPDATE, unsaid=attrs.evolve(NEW_PHASE, prompt_on_enter=True)), True),
        (TurnSayings(mode=UPDATE, advisory="advisory", steering="steering", template="template"), False),
    ],
)
def test_p26_only_a_first_nudge_or_the_entered_phase_prompts(*, sayings: TurnSayings, prompts: bool) -> None:
    assert compose_turn(sayings).prompt is prompts


def test_p24_unchanged_steering_is_said_once() -> None:
    standing, said = StandingContext(), []
    for steering in ["x", "x", "y", "x"]:
        delivery = compose_turn(TurnSayings(mode=HYBRID, steering=steering), standing=standing)
        standing = delivery.standing
        said.append(texts(delivery))
    assert said == [["x"], [], ["y"], ["x"]]


# What soft turns could not say.


def test_what_a_soft_turn_left_unsaid_is_said_in_the_next_real_turn() -> None:
    delivery = compose_turn(TurnSayings(mode=UPDATE, unsaid=NEW_PHASE))
    assert (delivery.instruction, texts(delivery)) == ("new phase", ["entering"])


def test_a_later_instruction_replaces_one_unsaid_and_the_context_of_both_is_kept() -> None:
    later = TransitionResult(instruction="later", context=(Content.of("then", "model"),), prompt_on_enter=True)
    delivery = compose_turn(TurnSayings(mode=UPDATE, unsaid=NEW_PHASE, transition=later))
    assert (delivery.instruction, texts(delivery), delivery.prompt) == ("later", ["entering", "then"], True)
    amended = TurnSayings(mode=UPDATE, unsaid=NEW_PHASE, base="new phase", amendment="amendment")
    assert resolve_instruction(amended) == "new phase\n\namendment"


def test_several_unsaid_results_become_one() -> None:
    later = TransitionResult(instruction=None, context=(Content.of("then", "model"),), prompt_on_enter=True)
    joined = join_results(NEW_PHASE, later)
    assert joined == TransitionResult(
        instruction="new phase",
        context=(Content.of("entering", "model"), Content.of("then", "model")),
        prompt_on_enter=True,
    )
    assert join_results(None, later) is later
    bare = attrs.evolve(later, context=None)
    assert join_results(bare, bare).context is None


# By every kind of delivery.

lines = st.none() | st.sampled_from(["", "x", "y", "z"])
contents = st.sampled_from(
    [
        Content.of("x", "model"),
        Content.of("hello", "user"),
        Content(role="user", parts=[Part(inline_data=Blob("image/png", b"x"))]),
    ]
)
results = st.builds(
    TransitionResult,
    instruction=lines,
    context=st.none() | st.lists(contents, max_size=2).map(tuple),
    prompt_on_enter=st.booleans(),
)
turns = st.builds(
    TurnSayings,
    mode=st.sampled_from(SteeringMode),
    transition=st.none() | results,
    unsaid=st.none() | results,
    base=lines,
    amendment=lines,
    template=lines,
    advisory=lines,
    nudge=lines,
    nudge_prompts=st.booleans(),
    steering=lines,
)


@given(turns, lines)
def test_p18_one_update_then_one_content_then_one_prompt(sayings: TurnSayings, last_sent: str | None) -> None:
    delivery = compose_turn(sayings, last_sent=last_sent)
    commands = plan_writes(delivery, ContextDelivery.IMMEDIATE).commands
    shapes = [
        "update" if isinstance(c, UpdateInstruction) else "prompt" if _prompts(c) else "content" for c in commands
    ]
    assert shapes == [shape for shape in ("update", "content", "prompt") if shape in shapes]
    assert ("prompt" in shapes) == delivery.prompt
    assert all(c.text not in {"", last_sent} for c in commands if isinstance(c, UpdateInstruction))
    if sayings.mode is INJECT:
        assert "update" not in shapes
    if sayings.template and "update" in shapes:
        assert commands[0] == UpdateInstruction(sayings.template)


def _prompts(command: object) -> bool:
    assert isinstance(command, SendClientContent)
    assert command.turn_complete == (not command.turns), "a prompt is empty, a batch is not a prompt"
    return command.turn_complete


@given(st.lists(turns, max_size=8))
def test_p23_deferred_says_the_same_later_and_writes_no_content_now(talk: list[TurnSayings]) -> None:
    standing = StandingContext()
    immediate: list[Content] = []
    deferred: list[Content] = []
    for sayings in talk:
        delivery = compose_turn(sayings, standing=standing)
        standing = delivery.standing
        now = plan_writes(delivery, ContextDelivery.IMMEDIATE)
        later = plan_writes(delivery, ContextDelivery.DEFERRED)
        assert all(isinstance(command, UpdateInstruction) for command in later.commands)
        assert later.commands == tuple(c for c in now.commands if isinstance(c, UpdateInstruction))
        assert later.arms_prompt == delivery.prompt
        immediate += [turn for c in now.commands if isinstance(c, SendClientContent) for turn in c.turns]
        deferred += later.pending
        assert (now.pending, now.arms_prompt) == ((), False)
    assert deferred == immediate
