"""What a transfer takes, for every row of the models and whatever differs."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live import Platform
from trio_live.events import Road, SteeringChannel
from trio_live.handoff import PASSAGES, Passage, Prompt, ToolChange, passage_of, plan_transfer
from trio_live.session._internal import lower
from trio_live.wire import PROFILES, UNKNOWN_MODEL, LiveModelProfile, profile_for

ROWS = [row for row in (*PROFILES, *UNKNOWN_MODEL.values()) if not row.retired]
G, V = Platform.GOOGLE_AI, Platform.VERTEX


def test_every_road_of_an_instruction_is_a_passage() -> None:
    roads = {lower(SteeringChannel.INSTRUCTION, row).road for row in ROWS}
    assert roads <= set(PASSAGES)
    assert set(PASSAGES.values()) == set(Passage)
    assert Road.ADVICE not in PASSAGES, "functions are advised, instructions never"


@pytest.mark.parametrize(
    ("model", "platform", "passage"),
    [
        ("gemini-3.8-live", G, Passage.UPDATE),
        ("gemini-3.8-live-extended-thinking", V, Passage.UPDATE),
        ("gemini-3.1-flash-live-preview", G, Passage.SPEECH),
        ("gemini-2.5-flash-native-audio-latest", G, Passage.RECONNECT),
        ("gemini-live-2.5-flash-native-audio", V, Passage.WORDS),
        ("gemini-robotics-er-2-streaming-preview", G, Passage.WORDS),
        ("gemini-3.5-transcribe-live", G, Passage.RECONNECT),
        ("gemini-3.5-live-translate-preview", G, Passage.NOWHERE),
        ("gemini-of-tomorrow", G, Passage.WORDS),
    ],
)
def test_the_passage_follows_from_the_row(model: str, platform: Platform, passage: Passage) -> None:
    assert passage_of(profile_for(model, platform)) is passage


ABILITIES = st.sampled_from(ROWS).flatmap(
    lambda row: st.builds(
        lambda update, heeds: attrs.evolve(row, context_update=update, heeds_new_instructions=heeds),
        st.booleans(),
        st.booleans(),
    )
)


@given(ABILITIES, st.tuples(st.booleans(), st.booleans()), st.tuples(st.booleans(), st.booleans()))
def test_laws(row: LiveModelProfile, differs: tuple[bool, bool], asked: tuple[bool, bool]) -> None:
    (undeclared, voice), (by_call, waits) = differs, asked
    plan = plan_transfer(
        row,
        undeclared=["pay"] if undeclared else [],
        new_voice=voice,
        asked_by_call=by_call,
        user_waits=waits,
    )
    usual = passage_of(row)
    assert plan.passage in {usual, Passage.RECONNECT}
    assert (plan.passage is Passage.NOWHERE) == (usual is Passage.NOWHERE)
    if usual is not Passage.NOWHERE:
        assert plan.reconnects == (usual is Passage.RECONNECT or voice or (undeclared and not row.context_update))
    # Whoever waits for an answer is prompted by it, and a server that has just been set up waits for none.
    assert (plan.prompt is Prompt.ANSWER) == (by_call and not plan.reconnects)
    assert plan.prompt is not Prompt.PENDING or (waits and not by_call and not plan.reconnects)
    # What is not declared is refused; what the model cannot be told before it answers stands in the answer.
    assert (plan.tools is ToolChange.DECLARED) == (row.context_update or plan.reconnects)
    assert plan.answer_tells == (plan.prompt is Prompt.ANSWER and plan.passage in {Passage.WORDS, Passage.SPEECH})
