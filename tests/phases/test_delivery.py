from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.events._internal import Steer
from trio_live.phases import ContextDelivery, SteeringMode, TransitionResult
from trio_live.phases._internal import (
    InstructionLedger,
    StandingContext,
    TurnDelivery,
    TurnSayings,
    TurnWrites,
    compose_turn,
    join_results,
    plan_writes,
    resolve_instruction,
)
from trio_live.wire import Blob, Content, Part, Tool

UPDATE, INJECT, HYBRID = SteeringMode.INSTRUCTION_UPDATE, SteeringMode.CONTEXT_INJECTION, SteeringMode.HYBRID
DECLARE = SteeringMode.CONTEXT_UPDATE
NEW_PHASE = TransitionResult(instruction="new phase", context=(Content.of("entering", "model"),), prompt_on_enter=False)


def texts(delivery: TurnDelivery) -> list[str | None]:
    return [part.text for content in delivery.context for part in content.parts or ()]


def test_a_quiet_turn_says_nothing() -> None:
    delivery = compose_turn(TurnSayings(mode=UPDATE))
    assert (delivery.instruction, delivery.context, delivery.prompt) == (None, (), False)
    assert plan_writes(delivery, ContextDelivery.IMMEDIATE) == TurnWrites(now=Steer())


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
    steering = [] if mode in {UPDATE, DECLARE} else ["steering"]
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
            ledger.settle(Steer(instruction=update), written=True)
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


# The part that stands.


@pytest.mark.parametrize("mode", [UPDATE, HYBRID, DECLARE])
def test_what_stands_comes_before_the_phase_wherever_the_whole_instruction_is_replaced(mode: SteeringMode) -> None:
    sayings = TurnSayings(mode=mode, standing_instruction="standing", transition=NEW_PHASE)
    assert resolve_instruction(sayings) == "standing\n\nnew phase"
    assert resolve_instruction(TurnSayings(mode=mode, standing_instruction="standing")) is None, "nothing is news"
    amended = TurnSayings(mode=mode, standing_instruction="standing", base="base", amendment="amendment")
    assert resolve_instruction(amended) == "standing\n\nbase\n\namendment"
    assert resolve_instruction(attrs.evolve(amended, base="standing")) == "standing\n\namendment", "and is said once"
    assert resolve_instruction(attrs.evolve(sayings, template="template")) == "template"


def test_what_stands_is_not_said_again_where_the_instruction_is_never_touched() -> None:
    sayings = TurnSayings(mode=INJECT, standing_instruction="standing", transition=NEW_PHASE)
    assert texts(compose_turn(sayings)) == ["new phase", "entering"]


def test_tools_that_are_to_be_declared_go_out_at_once_whatever_waits() -> None:
    tools = (Tool(google_search={}),)
    delivery = compose_turn(TurnSayings(mode=DECLARE, tools=tools, advisory="x"))
    assert plan_writes(delivery, ContextDelivery.IMMEDIATE).now == Steer(tools=tools, facts=delivery.context)
    assert plan_writes(delivery, ContextDelivery.DEFERRED).now == Steer(tools=tools)


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
def test_p18_one_step_says_one_update_one_content_and_one_prompt(sayings: TurnSayings, last_sent: str | None) -> None:
    delivery = compose_turn(sayings, last_sent=last_sent)
    now = plan_writes(delivery, ContextDelivery.IMMEDIATE).now
    assert now == Steer(instruction=delivery.instruction, facts=delivery.context, prompt=delivery.prompt)
    assert now.instruction not in {"", last_sent} or now.instruction is None
    if sayings.mode is INJECT:
        assert now.instruction is None
    if sayings.template and now.instruction is not None:
        assert now.instruction == sayings.template


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
        assert later.now == Steer(instruction=now.now.instruction)
        assert later.arms_prompt == delivery.prompt
        immediate += now.now.facts
        deferred += later.pending
        assert (now.pending, now.arms_prompt) == ((), False)
    assert deferred == immediate
