"""The beginning: the initial phase is entered like any other, and then the greeting is said."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary, Peer, builder, call, heard, settled
from tests.scenarios.harness import BoomError, lines_of, puts, stage, truth
from trio_live import ContextDelivery, Live, State, SteeringMode, events
from trio_live.conversation import TranscriptWindow
from trio_live.events import SessionWriter
from trio_live.phases import Phase, PhaseBuilder
from trio_live.wire import Content

CONTEXT = SteeringMode.CONTEXT_INJECTION


def opening(mode: SteeringMode = SteeringMode.INSTRUCTION_UPDATE) -> PhaseBuilder[Live]:
    return builder().steering_mode(mode).initial_phase("start").phase("start").instruction("Begin.")


def instruction_of(peer: Peer) -> str | None:
    content = peer.setup.get("systemInstruction")
    return content["parts"][0]["text"] if content else None


@pytest.mark.parametrize("mode", SteeringMode)
async def test_the_standing_instruction_comes_first_and_the_phase_behind_it_by_the_road_of_the_mode(
    mode: SteeringMode, autojump_clock: MockClock
) -> None:
    async with stage(opening(mode).done().instruction("You are a waiter.")) as talk:
        if mode is CONTEXT:
            assert instruction_of(talk.peer) == "You are a waiter."
            assert talk.opening == ["context: Begin."]
        else:
            assert instruction_of(talk.peer) == "You are a waiter.\n\nBegin."
            assert talk.opening == []


@pytest.mark.parametrize("mode", SteeringMode)
async def test_no_phase_replaces_the_standing_instruction(mode: SteeringMode, autojump_clock: MockClock) -> None:
    """It was gone with the first transition."""
    live = opening(mode).transition("b", lambda _: True).done().phase("b").instruction("Go on.").done()
    async with stage(live.instruction("Never give medical advice.")) as talk:
        assert await talk.turn() == (
            ["context: Go on."] if mode is CONTEXT else ["instruction: Never give medical advice.\n\nGo on."]
        )
        assert "Never give medical advice." in (instruction_of(talk.peer) or "")


@pytest.mark.parametrize("mode", [SteeringMode.INSTRUCTION_UPDATE, SteeringMode.HYBRID])
async def test_without_one_of_the_builder_the_phases_instruction_is_in_the_setup(
    mode: SteeringMode, autojump_clock: MockClock
) -> None:
    async with stage(opening(mode).done()) as talk:
        assert instruction_of(talk.peer) == "Begin."
        assert talk.opening == []


async def test_context_injection_leaves_the_setup_alone(autojump_clock: MockClock) -> None:
    async with stage(opening(CONTEXT).done()) as talk:
        assert instruction_of(talk.peer) is None
        assert talk.opening == ["context: Begin."]


@pytest.mark.parametrize(("mode", "setup"), [
    (SteeringMode.INSTRUCTION_UPDATE, "Begin.\n\nBe brief."), (SteeringMode.HYBRID, "Begin."), (CONTEXT, None),
])  # fmt: skip
async def test_modifiers_of_the_initial_phase_are_said_by_exactly_one_road(
    mode: SteeringMode, setup: str | None, autojump_clock: MockClock
) -> None:
    async with stage(opening(mode).when(lambda _: True, "Be brief.").done()) as talk:
        assert instruction_of(talk.peer) == setup
        everything = [setup or "", *talk.opening]
        assert sum(text.count("Be brief.") for text in everything) == 1


async def test_the_entry_comes_after_connected_and_before_the_greeting_in_one_order(autojump_clock: MockClock) -> None:
    diary, peer = Diary(), Peer()

    async def on_enter(state: State, writer: SessionWriter) -> None:
        diary.entries.append(("on_enter", state.get("session:phase"), state.get("presented:menu")))
        assert list(peer.received[0]) == ["setup"], "the setup was sent before"
        await writer.send_text("from on_enter")

    def entry_context(state: State, window: TranscriptWindow) -> list[Content]:
        diary.entries.append(("on_enter_context", len(window)))
        return [Content.of("We open at nine.", "model")]

    live = (
        opening(CONTEXT)
        .presents(["menu"])
        .on_enter(on_enter)
        .on_enter_context(entry_context)
        .with_context(lambda _: "Be brief.")
        .done()
        .greeting("Say hello")
        .on_connected(diary.anote("on_connected"))
    )
    async with stage(live, peer=peer) as talk:
        assert talk.opening == [
            "context: Begin.",
            "user: from on_enter",
            "context: Be brief. | We open at nine.",
            "user: Say hello",
        ]
        assert [entry[0] for entry in diary.entries] == ["on_enter", "on_enter_context", "on_connected"]
        assert diary.entries[0] == ("on_enter", "start", True)


@pytest.mark.parametrize(("greeting", "lines"), [(None, ["prompt"]), ("Hello", ["user: Hello"])])
async def test_the_initial_phase_prompts_only_where_no_greeting_makes_the_model_speak(
    greeting: str | None, lines: list[str], autojump_clock: MockClock
) -> None:
    live = opening().prompt_on_enter().done()
    async with stage(live.greeting(greeting) if greeting else live) as talk:
        assert talk.opening == lines
        assert await talk.turn() == []


async def test_everything_about_the_phase_is_in_the_state_before_the_setup_is_sent(autojump_clock: MockClock) -> None:
    peer, state = Peer(accepts=False), State()
    live = opening().needs(["name"]).requires(["table"]).presents(["menu"]).done().state(state)
    async with trio.open_nursery() as nursery:

        async def connect() -> None:
            async with call(live, peer):
                pass

        nursery.start_soon(connect)
        await settled()
        assert lines_of(peer.talk) == []
        assert state.get("session:phase") == "start"
        assert state.get("session:phase_needs") == ["name"]
        assert state.get("session:phase_requires") == ["table"]
        assert state.get("presented:menu") is True
        assert "Current phase: start" in state.get("session:navigation_context", "", type=str)
        nursery.cancel_scope.cancel()


async def test_the_initial_phase_leaves_no_record_and_publishes_no_transition(autojump_clock: MockClock) -> None:
    async with stage(opening().on_exit(puts("left")).done()) as talk:
        await talk.turn()
        assert talk.machine.history == ()
        assert talk.moves == []
        assert "left" not in talk.state


async def test_an_initial_hook_that_raises_is_reported_and_the_greeting_is_said_all_the_same(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()

    async def on_enter(*_: object) -> None:
        raise BoomError("no menu")

    def broken(*_: object) -> list[Content]:
        raise BoomError("no context")

    live = opening().on_enter(on_enter).on_enter_context(broken).done().greeting("Hello").on_error(diary.anote("error"))
    async with stage(live) as talk:
        assert talk.opening == ["user: Hello"]
        assert diary.entries == [
            ("error", "phase 'start' on_enter: no menu"),
            ("error", "phase 'start' on_enter_context: no context"),
        ]


async def test_with_callback_errors_raise_the_initial_hooks_own_exception_comes_out(autojump_clock: MockClock) -> None:
    boom = BoomError("no menu")

    async def on_enter(*_: object) -> None:
        raise boom

    with pytest.raises(BoomError) as caught:
        async with stage(opening().on_enter(on_enter).done().callback_errors("raise")):
            await trio.sleep_forever()
    assert caught.value is boom


async def test_what_the_initial_hook_writes_shows_in_the_first_steering_and_wakes_no_watcher(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()
    live = (
        opening(CONTEXT)
        .on_enter(puts("guests", 2))
        .with_state(["guests", "derived:chairs"])
        .done()
        .computed("chairs", ["guests"], lambda state: state.get("guests", 0, type=int) * 2)
        .watch("guests")
        .then(diary.anote("watch"))
    )
    async with stage(live) as talk:
        assert talk.opening == ["context: Begin.", "context: Current context: guests=2, chairs=4"]
        await talk.turn()
        assert diary.entries == []


async def test_a_guard_may_leave_the_initial_phase_at_the_very_first_turn(autojump_clock: MockClock) -> None:
    live = opening().transition("next", lambda _: True).done().phase("next").instruction("Go on.").done()
    async with stage(live.greeting("Hello")) as talk:
        assert await talk.turn() == ["instruction: Go on."]


async def test_deferred_context_of_the_initial_phase_leaves_in_front_of_the_greeting(autojump_clock: MockClock) -> None:
    live = opening(CONTEXT).done().context_delivery(ContextDelivery.DEFERRED).greeting("Hello")
    async with stage(live) as talk:
        assert talk.opening == ["context: Begin.", "user: Hello"]


async def test_the_greeting_is_no_word_of_the_user(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(opening().done().greeting("Hello").on_input_transcript(diary.note("final"))) as talk:
        await talk.turn()
        assert [turn.user for turn in talk.talk.buffer.all_turns()] == [""]
        await talk.turn(heard("Good evening"))
        assert [entry[1] for entry in diary.entries if entry[2]] == ["Good evening"]


async def test_time_before_the_beginning_wakes_no_pattern(autojump_clock: MockClock) -> None:
    diary, peer = Diary(), Peer(accepts=False)
    live = opening().done().when_sustained("idle", lambda _: True, 2.0, diary.anote("idle"))
    async with trio.open_nursery() as nursery:
        started = trio.Event()

        async def connect() -> None:
            async with call(live, peer):
                started.set()
                await trio.sleep(60)

        nursery.start_soon(connect)
        await trio.sleep(10)
        assert diary.entries == [], "nobody has said anything yet, and nobody could be told"
        await peer.send({"setupComplete": {}})
        await started.wait()
        await trio.sleep(3)
        assert diary.names() == ["idle"]
        nursery.cancel_scope.cancel()


async def test_a_guard_of_the_first_turn_that_is_true_of_the_state_it_was_given_fires(
    autojump_clock: MockClock,
) -> None:
    state = State()
    state.set("known", True)
    live = (
        builder().state(state).initial_phase("a").phases(Phase("b")).phase("a").transition("b", truth("known")).done()
    )
    async with stage(live) as talk:
        await talk.turn()
        assert talk.moves == [("a", "b")]
        assert talk.of(events.TurnComplete)
