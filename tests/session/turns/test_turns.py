"""Turns of the model: what is told, in which order, and where the session stands meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.session.link import (
    ACTIVE,
    AUDIO,
    ENTERED,
    MODEL_SPEAKING,
    PCM,
    hear,
    hear_content,
    kinds,
    open_protocol,
    said,
    sound,
    text,
)
from trio_live import wire_events
from trio_live.events._internal import ActivityStart, Command, SendAudio, SendClientContent, SendText, SendToolResponse
from trio_live.session import SessionPhase
from trio_live.session._internal import QUIET_SECONDS, TURN_CHARACTERS, TURN_PIECES, SessionProtocol
from trio_live.session._turns import LATE_SECONDS, MISSING_SECONDS
from trio_live.wire import FunctionResponse, UsageMetadata

# -- a turn of the model ------------------------------------------------------------------------------------------


def test_a_spoken_turn_goes_from_active_to_speaking_and_back() -> None:
    protocol = open_protocol()
    assert hear_content(protocol, **AUDIO) == [MODEL_SPEAKING, wire_events.AudioData(PCM)]
    assert hear_content(protocol, **AUDIO) == [wire_events.AudioData(PCM)]
    assert hear_content(protocol, generationComplete=True) == [wire_events.GenerationComplete()]
    assert protocol.phase is SessionPhase.MODEL_SPEAKING
    assert hear_content(protocol, turnComplete=True) == [wire_events.TurnComplete(), ACTIVE]


@pytest.mark.parametrize("part", [{"text": "Hi"}, sound(), sound(b"mp4", "video/mp4")])
def test_words_sound_and_pictures_mean_that_the_model_speaks(part: dict[str, Any]) -> None:
    protocol = open_protocol()
    assert hear_content(protocol, modelTurn=said(part))[0] == MODEL_SPEAKING


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"modelTurn": said({"text": "hm", "thought": True})},
        {"outputTranscription": {"text": "Hi"}},
        {"inputTranscription": {"text": "Hi"}},
        {"generationComplete": True},
        {"groundingMetadata": {}},
    ],
)
def test_a_thought_or_a_transcript_is_not_yet_speech(fields: dict[str, Any]) -> None:
    protocol = open_protocol()
    hear_content(protocol, **fields)
    assert protocol.phase is SessionPhase.ACTIVE


def test_the_text_of_a_turn_comes_whole_right_before_its_end() -> None:
    protocol = open_protocol()
    hear_content(protocol, **text("It is"))
    hear_content(protocol, modelTurn=said({"text": "hm", "thought": True}, {"text": " foggy"}))
    events = hear_content(protocol, **text("."), generationComplete=True, turnComplete=True)
    assert events == [
        wire_events.TextDelta("."),
        wire_events.GenerationComplete(),
        wire_events.TextComplete("It is foggy."),
        wire_events.TurnComplete(),
        ACTIVE,
    ]


def test_every_turn_has_its_own_text_and_a_silent_one_has_none() -> None:
    protocol = open_protocol()
    hear_content(protocol, **text("One"))
    assert wire_events.TextComplete("One") in hear_content(protocol, turnComplete=True)
    hear_content(protocol, **AUDIO)
    assert hear_content(protocol, turnComplete=True) == [wire_events.TurnComplete(), ACTIVE]
    hear_content(protocol, **text("Two"))
    assert wire_events.TextComplete("Two") in hear_content(protocol, turnComplete=True)


def test_usage_is_told_before_the_turn_it_belongs_to_ends() -> None:
    protocol = open_protocol()
    hear_content(protocol, **text("Hi"))
    events = hear(protocol, usageMetadata={"totalTokenCount": 7}, serverContent={"turnComplete": True})
    assert events == [
        wire_events.Usage(UsageMetadata(total_token_count=7)),
        wire_events.TextComplete("Hi"),
        wire_events.TurnComplete(),
        ACTIVE,
    ]


def test_why_a_turn_ended_is_passed_on() -> None:
    (event,) = hear_content(
        open_protocol(), turnComplete=True, turnCompleteReason="NEED_MORE_INPUT", waitingForInput=True
    )
    assert event == wire_events.TurnComplete("NEED_MORE_INPUT", waiting_for_input=True)


# -- interruption -------------------------------------------------------------------------------------------------


def test_an_interruption_passes_through_its_phase_and_costs_nothing_in_its_frame() -> None:
    protocol = open_protocol()
    hear_content(protocol, **text("It is fo"))
    events = hear(
        protocol,
        serverContent={
            "interrupted": True,
            "inputTranscription": {"text": "stop"},
            "outputTranscription": {"text": "It is fo"},
            "turnComplete": True,
        },
        usageMetadata={"totalTokenCount": 7},
    )
    assert events == [
        ENTERED[SessionPhase.INTERRUPTED],
        wire_events.Interrupted(),
        ACTIVE,
        wire_events.InputTranscription("stop"),
        wire_events.OutputTranscription("It is fo"),
        wire_events.Usage(UsageMetadata(total_token_count=7)),
        wire_events.TextComplete("It is fo"),
        wire_events.TurnComplete(),
    ]


def test_an_interruption_of_nothing_is_told_all_the_same() -> None:
    protocol = open_protocol()
    assert hear_content(protocol, interrupted=True) == [wire_events.Interrupted(phantom=True)]
    assert protocol.phase is SessionPhase.ACTIVE


def test_what_the_model_says_beside_an_interruption_comes_after_it() -> None:
    protocol = open_protocol()
    hear_content(protocol, **AUDIO)
    assert kinds(hear_content(protocol, interrupted=True, **AUDIO)) == [
        *("Interrupted", "Interrupted", "Active"),
        *("ModelSpeaking", "AudioData"),
    ]


# -- what ends a turn, and what only seems to ----------------------------------------------------------------------

EMPTY = wire_events.Oddity(wire_events.OddityKind.EMPTY_TURN)
TRANSCRIBER, TRANSLATOR = "models/gemini-3.5-transcribe-live", "models/gemini-3.5-live-translate-preview"


def test_a_model_that_says_generation_complete_alone_ends_its_turns_with_it() -> None:
    protocol = open_protocol(TRANSCRIBER)
    hear_content(protocol, inputTranscription={"text": "Good morning."})
    assert hear_content(protocol, generationComplete=True) == [
        wire_events.GenerationComplete(),
        wire_events.TurnComplete(),
    ]
    assert protocol.turns.number == 1
    assert hear_content(protocol, generationComplete=True) == [wire_events.GenerationComplete()], (
        "nothing is there to end"
    )
    hear_content(protocol, **text("Hello"))
    assert kinds(hear_content(protocol, generationComplete=True)) == [
        *("GenerationComplete", "TextComplete", "TurnComplete", "Active")
    ]


def test_a_turn_is_counted_once_whoever_else_says_that_it_is_over() -> None:
    protocol = open_protocol(TRANSCRIBER)
    hear_content(protocol, inputTranscription={"text": "Good morning."})
    events = hear_content(protocol, generationComplete=True, turnComplete=True, interactionStatus="IDLE")
    assert events == [
        wire_events.GenerationComplete(),
        wire_events.TurnComplete(),
        EMPTY,
        wire_events.InteractionStatus("IDLE"),
    ]
    assert protocol.turns.number == 1


def test_other_models_go_on_after_generation_complete() -> None:
    protocol = open_protocol()
    hear_content(protocol, **AUDIO)
    hear_content(protocol, generationComplete=True)
    assert protocol.turns.number == 0


def test_a_pause_is_no_end_and_idle_is_one() -> None:
    protocol = open_protocol()
    hear_content(protocol, **text("One moment."))
    assert hear_content(protocol, turnComplete=True, interactionStatus="IN_PROGRESS") == [
        wire_events.InteractionStatus("IN_PROGRESS"),
        ACTIVE,
    ]
    hear_content(protocol, **text(" It is foggy."))
    assert hear_content(protocol, turnComplete=True, interactionStatus="IDLE") == [
        wire_events.TextComplete("One moment. It is foggy."),
        wire_events.TurnComplete(),
        ACTIVE,
        wire_events.InteractionStatus("IDLE"),
    ]
    assert protocol.turns.number == 1


@pytest.mark.parametrize("status", ["IDLE", "REQUIRES_ACTION"])
def test_idle_ends_a_turn_even_alone_and_ends_nothing_twice(status: str) -> None:
    protocol = open_protocol()
    hear_content(protocol, **AUDIO)
    assert kinds(hear_content(protocol, interactionStatus=status)) == ["TurnComplete", "Active", "InteractionStatus"]
    assert hear_content(protocol, interactionStatus=status) == [wire_events.InteractionStatus(status)]
    assert hear_content(protocol, turnComplete=True) == [EMPTY]


def test_a_turn_without_a_status_ends_as_ever_also_after_a_pause() -> None:
    protocol = open_protocol()
    hear_content(protocol, **AUDIO)
    hear_content(protocol, turnComplete=True, interactionStatus="IN_PROGRESS")
    assert hear_content(protocol, turnComplete=True) == [wire_events.TurnComplete()]


@pytest.mark.parametrize(
    "frame",
    [
        {"serverContent": {"generationComplete": True}},
        {"serverContent": {"inputTranscription": {"text": "Hi"}}},
        {"serverContent": {"interimInputTranscription": {"text": "Hi"}}},
        {"serverContent": {"outputTranscription": {"text": "Hi"}}},
        {"serverContent": {"modelTurn": said({"text": "hm", "thought": True})}},
        {"serverContent": AUDIO},
        {"voiceActivity": {"type": "ACTIVITY_START"}},
        {"toolCall": {"functionCalls": [{"id": "a", "name": "f"}]}},
    ],
)
def test_a_turn_is_empty_only_when_nothing_has_happened_in_it(frame: dict[str, Any]) -> None:
    protocol = open_protocol()
    assert hear_content(protocol, turnComplete=True) == [EMPTY]
    hear(protocol, **frame)
    assert wire_events.TurnComplete() in hear_content(protocol, turnComplete=True)
    assert hear_content(protocol, turnComplete=True) == [EMPTY]


@pytest.mark.parametrize(
    "command",
    [
        SendText("Hi"),
        SendClientContent((), turn_complete=True),
        ActivityStart(),
    ],
)
def test_what_was_asked_and_not_answered_is_a_turn(command: Command) -> None:
    protocol = open_protocol()
    protocol.send(command)
    assert hear_content(protocol, turnComplete=True) == [wire_events.TurnComplete()]


def test_a_call_that_was_answered_after_the_end_of_its_turn_is_answered_in_the_next() -> None:
    protocol = open_protocol()
    hear(protocol, toolCall={"functionCalls": [{"id": "a", "name": "f"}]})
    hear_content(protocol, turnComplete=True)
    protocol.send(SendToolResponse((FunctionResponse("a", "f", {}),)))
    assert hear_content(protocol, turnComplete=True) == [wire_events.TurnComplete()]


@pytest.mark.parametrize("command", [SendAudio(b"0000"), SendClientContent((), turn_complete=False)])
def test_what_wants_no_answer_is_none(command: Command) -> None:
    protocol = open_protocol()
    protocol.send(command)
    assert hear_content(protocol, turnComplete=True) == [EMPTY]


@pytest.mark.parametrize("fields", [{"turnCompleteReason": "BLOCKLIST"}, {"waitingForInput": True}])
def test_a_turn_that_gives_a_reason_is_not_empty(fields: dict[str, Any]) -> None:
    (event,) = hear_content(open_protocol(), turnComplete=True, **fields)
    assert isinstance(event, wire_events.TurnComplete)


# -- phantoms ------------------------------------------------------------------------------------------------------


def test_a_phantom_interruption_and_the_end_that_follows_it_leave_the_users_turn_whole() -> None:
    protocol = open_protocol()
    hear_content(protocol, inputTranscription={"text": "What is"})
    assert hear_content(protocol, interrupted=True) == [wire_events.Interrupted(phantom=True)]
    assert hear_content(protocol, turnComplete=True) == [EMPTY]
    hear_content(protocol, inputTranscription={"text": " the weather?"}, **AUDIO)
    (end, _) = hear_content(protocol, turnComplete=True)
    assert isinstance(end, wire_events.TurnComplete)
    assert (end.tally.turn, end.tally.heard) == (0, 2)


def test_an_interruption_is_a_phantom_only_while_nothing_can_be_cut_off() -> None:
    protocol = open_protocol()
    hear_content(protocol, **AUDIO)
    hear_content(protocol, generationComplete=True)
    assert wire_events.Interrupted() in hear_content(protocol, interrupted=True), "it may still be playing"
    hear_content(protocol, turnComplete=True)
    assert hear_content(protocol, interrupted=True) == [wire_events.Interrupted(phantom=True)]


def test_calls_that_wait_are_something_to_cut_off_though_their_turn_is_over() -> None:
    protocol = open_protocol()
    hear(protocol, toolCall={"functionCalls": [{"id": "a", "name": "f"}]})
    hear_content(protocol, turnComplete=True)
    assert wire_events.Interrupted() in hear_content(protocol, interrupted=True)


# -- silence -------------------------------------------------------------------------------------------------------


def test_a_model_that_never_ends_a_turn_is_ended_by_silence() -> None:
    protocol = open_protocol(TRANSLATOR)
    protocol.turns.now = 10.0
    hear_content(protocol, **AUDIO)
    protocol.turns.now = 11.0
    hear_content(protocol, **AUDIO)
    assert protocol.turns.quiet_at == 11.0 + QUIET_SECONDS
    protocol.turns.now = 12.0
    hear(protocol, serverContent={}, usageMetadata={"totalTokenCount": 1})
    assert protocol.turns.quiet_at == 11.0 + QUIET_SECONDS, "usage comes all the time"
    assert protocol.end_quiet_turn() == [wire_events.TurnComplete(), ACTIVE]
    assert protocol.end_quiet_turn() == []


def test_silence_ends_no_turn_that_has_not_begun_and_none_of_other_models() -> None:
    assert open_protocol(TRANSLATOR).turns.quiet_at is None
    protocol = open_protocol()
    hear_content(protocol, **AUDIO)
    assert protocol.turns.quiet_at is None


# -- a turn without end --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["inputTranscription", "outputTranscription", "modelTurn"])
def test_a_turn_without_end_is_ended_at_its_limit_and_said_so_once(side: str) -> None:
    protocol = open_protocol()
    piece = "a word " * 1000
    fields = {"modelTurn": said({"text": piece})} if side == "modelTurn" else {side: {"text": piece}}
    told: list[wire_events.SessionEvent] = []
    for number in range(100):
        other = {"outputTranscription": {"text": f" {number} "}, "inputTranscription": {"text": f" {number} "}}
        told += hear_content(protocol, **(other | fields))
        told += hear_content(protocol, outputTranscription={"text": "."}, inputTranscription={"text": "."})
    ends = [event for event in told if isinstance(event, wire_events.TurnComplete)]
    assert ends == [wire_events.TurnComplete(overlong=True)] * 2
    (error,) = [event for event in told if isinstance(event, wire_events.Error)]
    assert str(TURN_CHARACTERS) in error.message
    longest = max((len(event.text) for event in told if isinstance(event, wire_events.TextComplete)), default=0)
    assert longest <= TURN_CHARACTERS + len(piece)


def test_many_small_pieces_are_bounded_too() -> None:
    protocol = open_protocol()
    told = [
        event for _ in range(TURN_PIECES + 1) for event in hear_content(protocol, outputTranscription={"text": " a"})
    ]
    assert [event for event in told if isinstance(event, wire_events.TurnComplete)] == [
        wire_events.TurnComplete(overlong=True)
    ]


# -- whose a fragment is -------------------------------------------------------------------------------------------

IN, OUT = "inputTranscription", "outputTranscription"


def spoken_turn(**also: Any) -> SessionProtocol:
    """A turn with sound that has just ended, at 100 s."""
    protocol = open_protocol()
    protocol.turns.now = 100.0
    hear_content(protocol, **AUDIO, **also)
    hear_content(protocol, turnComplete=True)
    return protocol


def piece(protocol: SessionProtocol, side: str, words: str) -> tuple[int, int, bool]:
    """A fragment is heard; its turn, its number there, and whether it is late."""
    (event,) = hear_content(protocol, **{side: {"text": words}})
    assert isinstance(event, wire_events.InputTranscription | wire_events.OutputTranscription)
    return event.turn, event.sequence, event.late


def test_pieces_have_the_number_of_their_turn_and_their_place_in_it() -> None:
    protocol = open_protocol()
    assert [piece(protocol, IN, "What"), piece(protocol, OUT, "Fog"), piece(protocol, IN, " is?")] == [
        *((0, 0, False), (0, 0, False), (0, 1, False))
    ]
    hear_content(protocol, turnComplete=True)
    assert piece(protocol, IN, "And") == (1, 0, False)


@pytest.mark.parametrize("side", [IN, OUT])
def test_a_piece_right_after_the_end_belongs_to_the_turn_that_ended(side: str) -> None:
    protocol = spoken_turn(**{side: {"text": "It"}})
    assert piece(protocol, side, " is") == (0, 1, True)
    assert piece(protocol, side, " so.") == (0, 2, True)
    assert hear_content(protocol, turnComplete=True) == [EMPTY], "nothing of a new turn has come"


@pytest.mark.parametrize(
    ("side", "also", "patience"),
    [
        (OUT, {}, LATE_SECONDS),
        (IN, {IN: {"text": "What is"}}, LATE_SECONDS),
        (IN, {}, MISSING_SECONDS),
    ],
)
def test_it_may_not_come_much_later(side: str, also: dict[str, Any], patience: float) -> None:
    for after, late in [(patience, True), (patience + 0.01, False)]:
        protocol = spoken_turn(**also)
        protocol.turns.now += after
        assert piece(protocol, side, " it?")[2] is late


@pytest.mark.parametrize(
    "frame",
    [
        {"voiceActivity": {"type": "ACTIVITY_START"}},
        {"serverContent": {"interimInputTranscription": {"text": "An"}}},
        {"serverContent": AUDIO},
        {"serverContent": {"interrupted": True}},
        {"toolCall": {"functionCalls": [{"id": "a", "name": "f"}]}},
    ],
)
@pytest.mark.parametrize("side", [IN, OUT])
def test_nor_after_something_new_has_begun(side: str, frame: dict[str, Any]) -> None:
    protocol = spoken_turn()
    hear(protocol, **frame)
    assert piece(protocol, side, "And?")[2] is False


@pytest.mark.parametrize("side", [IN, OUT])
def test_nor_after_something_was_asked(side: str) -> None:
    protocol = spoken_turn()
    protocol.send(SendText("And?"))
    assert piece(protocol, side, "And?")[2] is False


def test_the_end_of_the_users_speech_begins_nothing() -> None:
    protocol = spoken_turn()
    hear(protocol, voiceActivity={"type": "ACTIVITY_END"})
    assert piece(protocol, IN, "What is it?")[2] is True


@pytest.mark.parametrize("how", ["no sound", "interrupted"])
def test_a_turn_without_sound_and_one_that_was_cut_off_take_no_more(how: str) -> None:
    protocol = open_protocol()
    hear_content(protocol, **(text("Fog.") if how == "no sound" else AUDIO))
    hear_content(protocol, turnComplete=True, interrupted=how == "interrupted")
    assert piece(protocol, OUT, "It is") == (1, 0, False)


def test_vertex_marks_where_a_new_transcript_begins() -> None:
    protocol = spoken_turn(**{OUT: {"text": "Fog."}})
    hear_content(protocol, **{OUT: {"finished": True}})
    assert piece(protocol, OUT, "It is")[2] is False, "the transcript of that turn was finished"
    protocol = spoken_turn(**{OUT: {}})
    hear_content(protocol, **{OUT: {"finished": True}})
    assert piece(protocol, OUT, "It is")[2] is True, "what was finished had no words"
    protocol = spoken_turn(**{OUT: {}})
    assert hear_content(protocol, **{OUT: {}}) == []
    assert piece(protocol, OUT, "It is")[2] is False, "a second one begins"
    protocol = spoken_turn()
    assert hear_content(protocol, **{OUT: {}}) == []
    assert piece(protocol, OUT, "It is")[2] is True, "the first one was still to come"


def test_a_lost_connection_ends_what_was_open() -> None:
    protocol = spoken_turn()
    protocol.end()
    protocol.begin()
    hear(protocol, setupComplete={})
    assert piece(protocol, OUT, "Hello") == (1, 0, False)
