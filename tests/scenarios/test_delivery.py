"""What a turn says to the model, frame by frame: by steering mode, and by who else wants to be heard."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary, Peer, builder, settled, turn_complete
from tests.scenarios.harness import BoomError, say, stage, truth
from trio_live import Live, Platform, State, SteeringMode, events
from trio_live.conversation import TranscriptWindow
from trio_live.phases import CustomAppend, Phase, StateAppend, Transition
from trio_live.wire import Blob, Content, Part

UPDATE, CONTEXT, HYBRID = SteeringMode.INSTRUCTION_UPDATE, SteeringMode.CONTEXT_INJECTION, SteeringMode.HYBRID
MODES = [UPDATE, CONTEXT, HYBRID]


def entry(_: State, window: TranscriptWindow) -> list[Content]:
    return [Content.of("We are full tonight.", "model")]


def agent(mode: SteeringMode = UPDATE) -> Live:
    """a ⇄ b, each way by its key; b has everything a phase can have."""
    a = Phase("a", "Be a.", transitions=[Transition("b", truth("b"))])
    b = Phase(
        "b",
        "Be b.",
        tools_enabled=["order"],
        modifiers=[StateAppend(["guests"])],
        prompt_on_enter=True,
        on_enter_context=entry,
        transitions=[Transition("a", truth("a"))],
    )
    return builder("order").initial_phase("a").phases(a, b).steering_mode(mode)


ADVISORY = "Tools available in this phase: order. Do not call any other."


@pytest.mark.parametrize(("mode", "lines"), [
    (UPDATE, ["instruction: Be b.\n\n[Context: guests=2]", f"context: {ADVISORY} | We are full tonight.", "prompt"]),
    (CONTEXT, [f"context: {ADVISORY} | Current context: guests=2 | Be b. | We are full tonight.", "prompt"]),
    (HYBRID, ["instruction: Be b.", f"context: {ADVISORY} | Current context: guests=2 | We are full tonight.", "prompt"]),
])  # fmt: skip
async def test_p18_a_transition_is_one_instruction_one_batch_and_one_prompt_in_this_order(
    mode: SteeringMode, lines: list[str], autojump_clock: MockClock
) -> None:
    async with stage(agent(mode)) as talk:
        talk.state.from_dict({"b": True, "guests": 2})
        assert await talk.turn() == lines


@pytest.mark.parametrize(("mode", "lines"), [
    (UPDATE, []), (CONTEXT, ["context: Current context: guests=3"]), (HYBRID, ["context: Current context: guests=3"]),
])  # fmt: skip
async def test_p24_on_quiet_turns_modifiers_come_as_context_where_they_are_not_baked_in(
    mode: SteeringMode, lines: list[str], autojump_clock: MockClock
) -> None:
    async with stage(agent(mode)) as talk:
        talk.state.from_dict({"b": True, "guests": 2})
        await talk.turn()
        talk.state.set("guests", 3)
        assert await talk.turns(2) == [lines, []], "and what stood the turn before is not said again"


async def test_p24_what_left_the_standing_context_and_comes_back_is_said_again(autojump_clock: MockClock) -> None:
    live = builder().initial_phase("a").steering_mode(HYBRID).phase("a").when(truth("busy"), "Be quick.").done()
    async with stage(live) as talk:
        said = []
        for busy in (True, True, False, True):
            talk.state.set("busy", busy)
            said.append(await talk.turn())
        assert said == [["context: Be quick."], [], [], ["context: Be quick."]]


async def test_a_turn_with_anything_but_text_is_never_held_back(autojump_clock: MockClock) -> None:
    def picture(*_: object) -> list[Content]:
        return [Content("model", [Part(inline_data=Blob("image/jpeg", b"jpeg"))])]

    again = Phase("a", on_enter_context=picture, transitions=[Transition("a", lambda _: True)])
    async with stage(builder().initial_phase("a").phases(again)) as talk:
        assert await talk.turns(2) == [["context: (no text)"]] * 2


async def test_p25_a_text_that_two_modifiers_say_is_said_once(autojump_clock: MockClock) -> None:
    both = [CustomAppend(lambda _: "Be kind."), CustomAppend(lambda _: "Be kind.")]
    for mode in MODES:
        b = Phase("b", "Be b.", modifiers=both)
        live = builder().initial_phase("a").phases(Phase("a", transitions=[Transition("b", lambda _: True)]), b)
        async with stage(live.steering_mode(mode)) as talk:
            assert " ".join(await talk.turn()).count("Be kind.") == 1


@pytest.mark.parametrize("platform", Platform)
async def test_p19_context_injection_never_touches_the_instruction(
    platform: Platform, autojump_clock: MockClock
) -> None:
    live = agent(CONTEXT).instruction_template(lambda state: f"T{state.get('session:turn_count', 0)}")
    async with stage(live, platform=platform) as talk:
        talk.state.set("b", True)
        await talk.turns(3)
        assert not [line for line in talk.lines if line.startswith("instruction")]
        assert any("T2" in line for line in talk.lines)


@pytest.mark.parametrize("platform", Platform)
async def test_an_instruction_goes_out_on_both_platforms(platform: Platform, autojump_clock: MockClock) -> None:
    async with stage(agent(), platform=platform) as talk:
        talk.state.set("b", True)
        assert (await talk.turn())[0] == "instruction: Be b."


async def test_an_entry_context_that_makes_no_sense_is_reported_and_left_out(autojump_clock: MockClock) -> None:
    for nonsense in ("text", [Content("model", ["text"])], [Content("user", None), 1]):  # type: ignore[list-item]
        b = Phase("b", "Be b.", on_enter_context=lambda *_, made=nonsense: made)
        live = builder().initial_phase("a").phases(Phase("a", transitions=[Transition("b", lambda _: True)]), b)
        async with stage(live) as talk:
            assert await talk.turn() == ["instruction: Be b."]
            assert [error.partition(":")[0] for error in talk.errors] == ["phase 'b' on_enter_context"]


# -- amendment and template ------------------------------------------------------------------------------------------


async def test_p22_an_amendment_stands_behind_its_base_and_is_sent_once(autojump_clock: MockClock) -> None:
    live = agent().instruction_amendment(lambda state: "Hurry." if state.get("late") else None)
    async with stage(live) as talk:
        assert await talk.turn() == []
        talk.state.set("late", True)
        assert await talk.turns(2) == [["instruction: Be a.\n\nHurry."], []]


async def test_the_base_of_an_amendment_has_the_modifiers_where_they_are_baked_in(autojump_clock: MockClock) -> None:
    for mode, base in ((UPDATE, "Be b.\n\n[Context: guests=2]"), (HYBRID, "Be b.")):
        live = agent(mode).instruction_amendment(lambda _: "Hurry.")
        async with stage(live) as talk:
            talk.state.from_dict({"b": True, "guests": 2})
            await talk.turn()
            assert (await talk.turn()) == [f"instruction: {base}\n\nHurry."]


async def test_p22_without_phases_an_amendment_has_the_setups_instruction_for_base_and_without_that_it_is_not_sent(
    autojump_clock: MockClock,
) -> None:
    live = builder().instruction_amendment(lambda _: "Hurry.")
    async with stage(live.instruction("Be a waiter.")) as talk:
        await talk.session.update_instruction("Be a cook.")
        assert await talk.turn() == ["instruction: Be a cook.", "instruction: Be a waiter.\n\nHurry."]
    async with stage(live) as talk:
        assert await talk.turn() == []


async def test_p21_a_transition_silences_the_amendment(autojump_clock: MockClock) -> None:
    asked = Diary()

    def amendment(_: State) -> str:
        asked.entries.append("asked")
        return "Hurry."

    async with stage(agent().instruction_amendment(amendment)) as talk:
        talk.state.set("b", True)
        assert "Hurry" not in " ".join(await talk.turn())
        assert asked.entries == []
        assert "Hurry" in " ".join(await talk.turn())


async def test_p21_a_template_beats_transition_and_amendment_word_for_word(autojump_clock: MockClock) -> None:
    live = agent().instruction_amendment(lambda _: "Hurry.").instruction_template(lambda _: "Just listen.")
    async with stage(live) as talk:
        talk.state.set("b", True)
        assert (await talk.turn())[0] == "instruction: Just listen."
        assert await talk.turn() == []


async def test_amendment_and_template_that_raise_are_reported_and_say_nothing(autojump_clock: MockClock) -> None:
    def broken(_: State) -> str:
        raise BoomError("oh")

    async with stage(agent().instruction_amendment(broken).instruction_template(broken)) as talk:
        assert await talk.turn() == []
        assert talk.errors == ["instruction_amendment: oh", "instruction_template: oh"]


# -- the ledger ------------------------------------------------------------------------------------------------------


async def test_i7_what_the_setup_said_is_not_said_again(autojump_clock: MockClock) -> None:
    async with stage(agent().instruction_template(lambda _: "Be a.")) as talk:
        assert await talk.turn() == []


async def test_i7_an_update_by_the_user_is_remembered_for_better_and_worse(autojump_clock: MockClock) -> None:
    live = agent().instruction_template(lambda state: state.get("wish", type=str))
    async with stage(live) as talk:
        talk.state.set("wish", "Sing.")
        await talk.session.update_instruction("Sing.")
        assert await talk.turn() == ["instruction: Sing."], "the user's own, and no second one"
        await talk.session.update_instruction("Dance.")
        assert await talk.turn() == ["instruction: Dance.", "instruction: Sing."]


async def test_an_update_by_a_hook_is_remembered_too(autojump_clock: MockClock) -> None:
    a = Phase("a", on_exit=say("Be b."), transitions=[Transition("b", lambda _: True)])
    async with stage(builder().initial_phase("a").phases(a, Phase("b", "Be b."))) as talk:
        assert await talk.turn() == ["instruction: Be b."]


async def test_p20_an_update_that_was_given_up_is_not_taken_for_sent(autojump_clock: MockClock) -> None:
    peer = Peer(capacity=1)
    live = builder().instruction_template(lambda state: state.get("wish", type=str))
    async with stage(live, peer=peer) as talk:
        with trio.move_on_after(1):
            while True:
                await talk.session.send_audio(b"00")
        with trio.move_on_after(1) as patience:
            await talk.session.update_instruction("Sing.")
        assert patience.cancelled_caught, "the queue is full"
        talk.state.set("wish", "Sing.")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(peer.send, turn_complete())
            while not talk.of(events.TurnComplete):
                await peer.read()
                await settled()
        with trio.move_on_after(1):
            while True:
                await peer.read()
        assert talk.lines[-1] == "instruction: Sing."


async def test_i1_turn_and_user_who_want_the_same_at_once_say_it_once(autojump_clock: MockClock) -> None:
    for _ in range(20):  # which of the two goes first is Trio's choice
        async with stage(builder().instruction_template(lambda _: "Sing.")) as talk, trio.open_nursery() as nursery:
            await talk.peer.send({"serverContent": {"turnComplete": True}})
            nursery.start_soon(talk.session.update_instruction, "Sing.")
            await settled()
            await talk.turn()
            assert talk.lines[0] == "instruction: Sing."
            assert len(talk.lines) <= 2, "the user may say it after the turn has said it"
            assert await talk.turn() == []


async def test_the_ledger_knows_what_was_queued_last_whoever_queued_it(autojump_clock: MockClock) -> None:
    for _ in range(30):
        async with stage() as talk:
            async with trio.open_nursery() as nursery:
                for text in ("one", "two", "three"):
                    nursery.start_soon(talk.session.update_instruction, text)
            await settled()
            assert talk.lines[-1] == f"instruction: {talk.talk.ledger.last_sent}"
