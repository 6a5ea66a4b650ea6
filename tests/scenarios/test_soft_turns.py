"""The model chooses silence: everything moves on, nothing is written, and what was to be said waits."""

from __future__ import annotations

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import (
    Diary,
    Frame,
    audio,
    builder,
    call_of,
    generation_complete,
    heard,
    said,
    speech,
    text,
    tool_call,
    turn_complete,
)
from tests.scenarios.harness import stage, truth
from trio_live import Live, State, SteeringMode, events
from trio_live._typing import Json
from trio_live.conversation import TranscriptWindow
from trio_live.events import SessionWriter
from trio_live.extraction import TurnExtractor
from trio_live.phases import Phase, Transition
from trio_live.wire import Content

WORDS = (speech("START"), heard("Never mind."), speech("END"))


def agent(mode: SteeringMode = SteeringMode.HYBRID) -> Live:
    """a → b → c, each by its key; b limits tools, has a thought of its own, and wants to speak."""
    a = Phase("a", "Be a.", transitions=[Transition("b", truth("b"))])
    b = Phase(
        "b",
        "Be b.",
        tools_enabled=["order"],
        prompt_on_enter=True,
        on_enter_context=lambda *_: [Content.of("Thought of b.", "model")],
        transitions=[Transition("c", truth("c"))],
    )
    c = Phase("c", "Be c.", tools_enabled=["order"])
    return builder("order").initial_phase("a").phases(a, b, c).steering_mode(mode).soft_turn_timeout(2)


async def test_f2_a_soft_turn_moves_on_and_writes_nothing(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = agent().on_turn_boundary(diary.anote("boundary")).on_turn_complete(diary.anote("complete"))
    async with stage(live.watch("b").blocking().then(diary.anote("watch"))) as talk:
        talk.state.set("b", True)
        talk.state.set("turn:x", 1)
        await talk.hears(*WORDS)
        assert await talk.after(1.9) == []
        assert talk.phase == "a"
        assert await talk.after(0.3) == []
        assert talk.moves == [("a", "b")]
        assert diary.names() == ["watch", "boundary"], "on_turn_complete is for turns the model completed"
        assert not talk.of(events.TurnComplete)
        assert "session:turn_count" not in talk.state
        assert "turn:x" not in talk.state
        assert talk.session.telemetry.snapshot()["soft_turns"] == 1


@pytest.mark.parametrize(("mode", "lines"), [
    (SteeringMode.HYBRID, ["instruction: Be b.", "context: {advisory} | Thought of b.", "prompt"]),
    (SteeringMode.CONTEXT_INJECTION, ["context: {advisory} | Be b. | Thought of b.", "prompt"]),
])  # fmt: skip
async def test_what_it_would_have_said_is_said_with_the_next_real_turn_once(
    mode: SteeringMode, lines: list[str], autojump_clock: MockClock
) -> None:
    advisory = "Tools available in this phase: order. Do not call any other."
    async with stage(agent(mode)) as talk:
        talk.state.set("b", True)
        await talk.hears(*WORDS)
        await talk.after(3)
        assert await talk.turn() == [line.format(advisory=advisory) for line in lines]
        assert await talk.turn() == []


async def test_of_several_soft_transitions_the_last_instruction_and_every_context_is_said(
    autojump_clock: MockClock,
) -> None:
    async with stage(agent()) as talk:
        for key in "bc":
            talk.state.set(key, True)
            await talk.hears(*WORDS)
            await talk.after(3)
        assert talk.phase == "c"
        advisory = "Tools available in this phase: order. Do not call any other."
        assert await talk.turn() == ["instruction: Be c.", f"context: {advisory} | Thought of b.", "prompt"]


async def test_f2_only_the_boundary_callback_itself_may_write(autojump_clock: MockClock) -> None:
    async def boundary(_: State, writer: SessionWriter) -> None:
        await writer.send_text("Are you there?")

    async with stage(agent().on_turn_boundary(boundary)) as talk:
        talk.state.set("b", True)
        await talk.hears(*WORDS)
        assert await talk.after(3) == ["user: Are you there?"]


async def test_words_filed_by_a_soft_turn_are_not_filed_again_when_the_model_speaks_after_all(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()
    async with stage(agent().on_input_transcript(diary.note("in")).on_output_transcript(diary.note("out"))) as talk:
        await talk.hears(*WORDS)
        await talk.after(3)
        await talk.turn(said("Well."))
        turns = [(turn.user, turn.model) for turn in talk.talk.buffer.all_turns()]
        assert turns == [("Never mind.", ""), ("", "Well.")]
        assert [entry for entry in diary.entries if entry[2]] == [("in", "Never mind.", True), ("out", "Well.", True)]
        assert talk.state.get("session:turn_count") == 1


async def test_silence_without_words_is_a_soft_turn_without_a_transcript(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        await talk.hears(speech("START"), speech("END"))
        await talk.after(3)
        assert talk.talk.buffer.turn_count == 0
        assert talk.session.telemetry.snapshot()["soft_turns"] == 1


@pytest.mark.parametrize("sign", [
    said("Yes"), text("Yes"), audio(b"00"), tool_call(call_of("f", "1")), generation_complete(), turn_complete(),
    speech("START"),
], ids=str)  # fmt: skip
async def test_f1_any_sign_of_life_or_of_the_user_going_on_disarms_it(sign: Frame, autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        await talk.hears(*WORDS)
        await talk.after(1.5)
        await talk.hears(sign)
        await talk.after(10)
        assert talk.session.telemetry.snapshot()["soft_turns"] == 0


@pytest.mark.parametrize(
    "sign", [said("Yes"), text("Yes"), audio(b"00"), tool_call(call_of("f", "1")), turn_complete()], ids=str
)
async def test_f1_an_answer_in_the_same_burst_as_the_end_of_speech_disarms_it_too(
    sign: Frame, autojump_clock: MockClock
) -> None:
    for _ in range(10):  # which lane wakes first is Trio's choice
        async with stage(agent()) as talk:
            await talk.hears(*WORDS, sign)
            await talk.after(10)
            assert talk.session.telemetry.snapshot()["soft_turns"] == 0


async def test_f1_one_silence_is_one_soft_turn_and_none_comes_without_speech(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        await talk.after(30)
        assert talk.session.telemetry.snapshot()["soft_turns"] == 0
        await talk.hears(*WORDS)
        await talk.after(30)
        assert talk.session.telemetry.snapshot()["soft_turns"] == 1
        await talk.hears(*WORDS)
        await talk.after(1.5)
        await talk.hears(speech("START"), speech("END"))
        await talk.after(1.9)
        assert talk.session.telemetry.snapshot()["soft_turns"] == 1, "the wait began anew"
        await talk.after(0.2)
        assert talk.session.telemetry.snapshot()["soft_turns"] == 2


async def test_it_waits_for_the_control_lane_like_everything_else(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(agent().on_turn_complete(diary.anote("complete", takes=10))) as talk:
        await talk.hears(turn_complete(), *WORDS)
        await talk.after(9)
        assert talk.session.telemetry.snapshot()["soft_turns"] == 0
        await talk.after(2)
        assert talk.session.telemetry.snapshot()["soft_turns"] == 1


async def test_without_a_timeout_there_are_none(autojump_clock: MockClock) -> None:
    async with stage(builder()) as talk:
        await talk.hears(*WORDS)
        await trio.sleep(60)
        assert talk.session.telemetry.snapshot()["soft_turns"] == 0
        assert not any(task.name == "timers lane" for task in _tasks())


def _tasks() -> list[trio.lowlevel.Task]:
    root = trio.lowlevel.current_root_task()
    found, todo = [], [root] if root is not None else []
    while todo:
        task = todo.pop()
        found.append(task)
        todo += [child for nursery in task.child_nurseries for child in nursery.child_tasks]
    return found


class Witness(TurnExtractor):
    """Looks at one turn at a time, and remembers them."""

    name = "Witness"
    window_size = 1

    def __init__(self) -> None:
        self.looked_at: list[tuple[str, str]] = []

    async def extract(self, window: TranscriptWindow) -> Json:
        turn = window.turns[-1]
        self.looked_at.append((turn.user, turn.model))
        return {"turns": len(self.looked_at)}


ENDS = st.lists(st.tuples(st.sampled_from(["silence", "turn"]), st.booleans(), st.booleans()), min_size=1, max_size=6)
"""How a turn ends: with a silence in the place of an answer or not, whether the user said words, and whether the model did."""


@settings(max_examples=60, deadline=None)
@given(ENDS)
def test_extractors_look_at_every_turn_and_of_silences_at_those_with_words(story: list[tuple[str, bool, bool]]) -> None:
    """Guards of a soft turn see what was found in it; a silence without words brings no old turn up again."""

    async def main() -> None:
        witness = Witness()
        guards: list[int] = []

        def guard(state: State) -> bool:
            guards.append(state.get("turns", 0))
            return False

        stays = Phase("stays", "Stay.", transitions=[Transition("gone", guard)])
        live = builder().initial_phase("stays").phases(stays, Phase("gone", terminal=True))
        async with stage(live.extractor(witness).soft_turn_timeout(2)) as talk:
            wanted: list[tuple[str, str]] = []
            for number, (end, user_speaks, model_speaks) in enumerate(story):
                words, answer = f"Words {number}." if user_speaks else "", f"Answer {number}." if model_speaks else ""
                guards.clear()
                await talk.hears(speech("START"), *([heard(words)] if words else []), speech("END"))
                if end == "silence":
                    await talk.after(3)
                    wanted += [(words, "")] if words else []
                else:  # without words of the model there was sound, which nobody transcribed
                    await talk.turn(said(answer) if answer else audio(b"00"))
                    await talk.after(3)
                    wanted += [(words, answer)]
                assert witness.looked_at == wanted
                assert set(guards) == {len(wanted)}
            assert talk.state.get("session:turn_count", 0) == sum(end == "turn" for end, *_ in story)

    trio.run(main, clock=MockClock(autojump_threshold=0))
