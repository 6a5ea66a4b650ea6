"""Steps become the frames that a real server of either platform would send."""

from __future__ import annotations

import pytest

from trio_live import Platform
from trio_live.testing._steps import (
    BATCH_PIECES,
    TONE,
    Asked,
    Asks,
    Cancels,
    CompletesGeneration,
    CompletesTurn,
    GoesAway,
    Hears,
    Interrupts,
    Saying,
    SendsFrame,
    Speaks,
    Thinks,
    Writes,
    batches_of,
    opening,
)
from trio_live.wire import ServerMessage, decode_server_message


def only(step: Saying, platform: Platform = Platform.GOOGLE_AI) -> ServerMessage:
    """The one message of a step."""
    frames = [frame for batch in batches_of(step, platform) for frame in batch]
    assert len(frames) == 1
    return decode_server_message(frames[0])


@pytest.mark.parametrize(
    ("step", "path", "value"),
    [
        (Hears("yes"), "server_content.input_transcription.text", "yes"),
        (Interrupts(), "server_content.interrupted", True),
        (CompletesGeneration(), "server_content.generation_complete", True),
        (CompletesTurn(), "server_content.turn_complete", True),
        (Cancels(("call-1",)), "tool_call_cancellation.ids", ["call-1"]),
        (GoesAway(9.5), "go_away.seconds_left", 9.5),
        (SendsFrame('{"goAway": {"timeLeft": "1s"}}'), "go_away.seconds_left", 1.0),
    ],
)
def test_a_step_is_one_frame(step: Saying, path: str, value: object) -> None:
    found: object = only(step)
    for name in path.split("."):
        found = getattr(found, name)
    assert found == value


@pytest.mark.parametrize(("step", "is_thought"), [(Writes("hm"), None), (Thinks("hm"), True)])
def test_words_and_thoughts_differ_in_a_mark(step: Saying, is_thought: object) -> None:
    content = only(step).server_content
    assert content is not None
    assert content.model_turn is not None
    parts = content.model_turn.parts or []
    assert [(part.text, part.thought) for part in parts] == [("hm", is_thought)]


def test_calls_carry_ids_names_and_arguments() -> None:
    call = only(Asks((Asked("a", {"x": 1}, "call-1"), Asked("b", {}, "call-2")))).tool_call
    assert call is not None
    assert [(c.id, c.name, c.args) for c in call.function_calls or ()] == [
        ("call-1", "a", {"x": 1}),
        ("call-2", "b", {}),
    ]


def test_sound_follows_its_words_in_batches_that_no_reader_loses() -> None:
    words, *sound = batches_of(Speaks("hello", 0.04 * (BATCH_PIECES + 1)), Platform.GOOGLE_AI)
    assert len(words) == 1
    assert [len(batch) for batch in sound] == [BATCH_PIECES, 1]
    assert len(TONE) == 1920


def test_platforms_differ_as_they_do() -> None:
    assert b"sessionId" not in opening(Platform.GOOGLE_AI)
    assert b"sessionId" in opening(Platform.VERTEX)
    ours, theirs = (only(Writes("hi"), platform).server_content for platform in Platform)
    assert ours is not None
    assert theirs is not None
    assert {content.model_turn.role for content in (ours, theirs) if content.model_turn} == {None, "model"}
    ended = only(CompletesTurn(), Platform.VERTEX).server_content
    assert ended is not None
    assert ended.grounding_metadata is not None
