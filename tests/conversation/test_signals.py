from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live import wire_events
from trio_live.conversation import SIGNALS, SessionSignals, SessionType, TranscriptBuffer
from trio_live.conversation._internal import ACTIVITY
from trio_live.state import State
from trio_live.state._internal import UNJOURNALED_KEYS
from trio_live.wire import UNKNOWN_MODEL, Platform, UsageMetadata
from trio_live.wire_events._internal import SoundRun

START = 1000.0


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
def signals(state: State) -> SessionSignals:
    return SessionSignals(state, START)


def keys(state: State) -> dict[str, object]:
    return {key.removeprefix("session:"): value for key, value in state.to_dict().items()}


# Connecting.


def test_the_first_connection_sets_the_scene(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.Connected(), START + 0.25)
    assert keys(state) == {
        "connected_at_ms": 250,
        "interrupt_count": 0,
        "error_count": 0,
        "is_user_speaking": False,
        "is_model_speaking": False,
        "go_away_received": False,
        "resumable": False,
        "session_type": "audio_only",
    }


def test_a_reconnect_keeps_counters_and_session_type(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.Connected(), START)
    signals.on_event(wire_events.Interrupted(), START + 1)
    signals.on_event(wire_events.Error("oh"), START + 2)
    signals.mark_video_sent()
    signals.on_event(wire_events.Connected(), START + 30)
    found = keys(state)
    assert (found["interrupt_count"], found["error_count"], found["last_error"]) == (1, 1, "oh")
    assert found["session_type"] == "audio_video"
    assert found["connected_at_ms"] == 30_000


def test_a_reconnect_forgets_what_belonged_to_the_connection(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.Connected(), START)
    signals.on_event(wire_events.VoiceActivityStart(), START + 1)
    signals.on_event(wire_events.PhaseChanged("ModelSpeaking"), START + 1)
    signals.on_event(wire_events.GoAway(10.0), START + 1)
    signals.on_event(wire_events.SessionResumeUpdate("h", resumable=True), START + 1)
    signals.on_event(wire_events.Connected(), START + 9)
    found = keys(state)
    flags = ("is_user_speaking", "is_model_speaking", "go_away_received", "resumable")
    assert [found[name] for name in flags] == [False] * 4
    assert "go_away_time_left" not in found
    assert "go_away_time_left_ms" not in found


def test_counters_of_an_earlier_session_in_the_same_state_start_again(state: State) -> None:
    state.from_dict({"session:interrupt_count": 7, "session:error_count": 7, "session:disconnected": True})
    SessionSignals(state, START).on_event(wire_events.Connected(), START)
    found = keys(state)
    assert (found["interrupt_count"], found["error_count"], "disconnected" in found) == (0, 0, False)


def test_the_end_is_told(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.Disconnected("bye"), START + 1)
    assert state.session["disconnected"] is True


# One key after the other.


def test_interruptions_and_errors_are_counted(state: State, signals: SessionSignals) -> None:
    for event in (wire_events.Interrupted(), wire_events.Error("a"), wire_events.Interrupted(), wire_events.Error("b")):
        signals.on_event(event, START)
    found = keys(state)
    assert (found["interrupt_count"], found["error_count"], found["last_error"]) == (2, 2, "b")


def test_an_error_text_that_is_not_unicode_is_told_as_well_as_possible(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.Error("bad file \udcff"), START)
    assert state.session["last_error"] == "bad file ?"


def test_speech_of_the_user_is_followed(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.VoiceActivityStart(), START)
    assert state.session["is_user_speaking"] is True
    signals.on_event(wire_events.VoiceActivityEnd(), START)
    assert state.session["is_user_speaking"] is False


def test_speech_of_the_model_is_a_phase_of_the_link(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.PhaseChanged("ModelSpeaking"), START)
    assert state.session["is_model_speaking"] is True
    signals.on_event(wire_events.PhaseChanged("Active"), START)
    assert state.session["is_model_speaking"] is False


def test_the_phase_is_told_by_the_name_it_prints(state: State, signals: SessionSignals) -> None:
    class Printed:
        def __str__(self) -> str:
            return "ModelSpeaking"

    signals.on_event(wire_events.PhaseChanged(Printed()), START)
    assert state.session["wire_phase"] == "ModelSpeaking"
    assert state.session["is_model_speaking"] is True


def test_without_a_phase_machine_the_phase_is_the_links(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.PhaseChanged("Active"), START)
    assert (state.session["phase"], state.session["wire_phase"]) == ("Active", "Active")


def test_the_phase_machines_key_is_left_alone(state: State) -> None:
    signals = SessionSignals(state, START, has_phase_machine=True)
    state.session["phase"] = "greeting"
    signals.on_event(wire_events.PhaseChanged("ModelSpeaking"), START)
    signals.on_event(wire_events.Connected(), START)
    assert (state.session["phase"], state.session["wire_phase"]) == ("greeting", "ModelSpeaking")


@pytest.mark.parametrize(("seconds", "text", "ms"), [(10.0, "10s", 10_000), (1.5, "1.5s", 1500)])
def test_a_go_away_tells_how_long_is_left(
    state: State, signals: SessionSignals, seconds: float, text: str, ms: int
) -> None:
    signals.on_event(wire_events.GoAway(seconds), START)
    assert keys(state) == {"go_away_received": True, "go_away_time_left": text, "go_away_time_left_ms": ms}


def test_a_go_away_may_not_know(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.GoAway(), START)
    assert keys(state) == {"go_away_received": True}


def test_resumption_is_followed_and_the_index_kept(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.SessionResumeUpdate("one", resumable=True, last_consumed_index=3), START)
    assert keys(state) == {"resumable": True, "last_consumed_client_index": "3"}
    signals.on_event(wire_events.SessionResumeUpdate(None, resumable=False), START)
    signals.on_event(wire_events.SessionResumeUpdate("spent", resumable=False), START)
    assert state.session["resumable"] is False
    assert state.session["last_consumed_client_index"] == "3"
    signals.on_event(wire_events.SessionResumeUpdate("two", resumable=True), START)
    assert state.session["resumable"] is True


def test_tokens_are_told_as_far_as_they_were_reported(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.Usage(UsageMetadata(total_token_count=9, candidates_token_count=4)), START)
    assert keys(state) == {"total_token_count": 9, "response_token_count": 4}
    usage = UsageMetadata(prompt_token_count=5, cached_content_token_count=1, thoughts_token_count=0)
    signals.on_event(wire_events.Usage(usage), START)
    assert keys(state) == {
        "total_token_count": 9,
        "response_token_count": 4,
        "prompt_token_count": 5,
        "cached_content_token_count": 1,
        "thoughts_token_count": 0,
    }


def test_transcripts_are_told_a_fragment_at_a_time(state: State, signals: SessionSignals) -> None:
    for event in (
        wire_events.InputTranscription("Hel"),
        wire_events.InputTranscription("lo"),
        wire_events.OutputTranscription("Hi"),
        wire_events.OutputTranscription(" there"),
    ):
        signals.on_event(event, START)
    assert keys(state) == {"last_input_transcription": "lo", "last_output_transcription": " there"}


def test_fragments_do_not_outlive_their_turn(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.InputTranscription("Hello"), START)
    signals.on_event(wire_events.TurnComplete(), START)
    assert keys(state) == {}


def test_the_transcript_is_not_made_of_those_fragments(state: State, signals: SessionSignals) -> None:
    buffer = TranscriptBuffer()
    for piece in ("Hel", "lo"):
        signals.on_event(wire_events.InputTranscription(piece), START)
        buffer.push_input(piece)
    state.session["last_input_transcription"] = "something else"
    state.session["last_output_transcription"] = "something else"
    turn = buffer.end_turn(START)
    assert turn is not None
    assert (turn.user, turn.model) == ("Hello", "")


def test_video_changes_the_session_once_and_for_good(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.Connected(), START)
    assert signals.session_type() is SessionType.AUDIO_ONLY
    signals.mark_video_sent()
    cursor = state.mutation_cursor()
    signals.mark_video_sent()
    assert state.mutation_cursor() == cursor
    assert signals.session_type() is SessionType.AUDIO_VIDEO
    assert state.session["session_type"] == "audio_video"


def test_video_sent_before_the_connection_counts(state: State, signals: SessionSignals) -> None:
    signals.mark_video_sent()
    signals.on_event(wire_events.Connected(), START)
    assert state.session["session_type"] == "audio_video"


# Time.


def test_nothing_is_timed_before_anything_happened(state: State, signals: SessionSignals) -> None:
    signals.tick(START + 5)
    assert keys(state) == {}


def test_silence_lasts_from_the_newest_activity(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.AudioData(b""), START + 1)
    signals.tick(START + 1.3)
    assert keys(state) == {"silence_ms": 300}
    signals.on_event(wire_events.TextDelta(""), START + 2)
    signals.tick(START + 2)
    assert keys(state) == {"silence_ms": 0}


def test_silence_after_sound_lasts_from_its_last_piece(state: State, signals: SessionSignals) -> None:
    run = SoundRun()
    run.sizes, run.instants = [10, 10, 10], [START + 1, START + 1.5, START + 2]
    signals.on_events([(run, START + 1)])
    signals.tick(START + 2.25)
    assert keys(state) == {"silence_ms": 250}


def test_the_budget_is_the_connections(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.Connected(), START)
    signals.tick(START + 60)
    assert (state.session["elapsed_ms"], state.session["remaining_budget_ms"]) == (60_000, 540_000)
    signals.on_event(wire_events.Connected(), START + 100)
    signals.tick(START + 110)
    assert (state.session["elapsed_ms"], state.session["remaining_budget_ms"]) == (10_000, 590_000)


def test_video_shortens_the_budget_down_to_nothing(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.Connected(), START)
    signals.mark_video_sent()
    signals.tick(START + 100)
    assert state.session["remaining_budget_ms"] == 20_000
    signals.tick(START + 200)
    assert state.session["remaining_budget_ms"] == 0


def test_the_budget_is_the_models_own(state: State) -> None:
    abilities = attrs.evolve(UNKNOWN_MODEL[Platform.VERTEX], session_limit=300.0, video_session_limit=40.0)
    signals = SessionSignals(state, START, abilities=abilities)
    signals.on_event(wire_events.Connected(), START)
    signals.tick(START + 10)
    assert state.session["remaining_budget_ms"] == 290_000
    signals.mark_video_sent()
    signals.tick(START + 10)
    assert state.session["remaining_budget_ms"] == 30_000


@pytest.mark.parametrize("end", [wire_events.Disconnected(), wire_events.PhaseChanged("Disconnected")])
def test_time_stands_still_without_a_connection(
    state: State, signals: SessionSignals, end: wire_events.SessionEvent
) -> None:
    signals.on_event(wire_events.Connected(), START)
    signals.tick(START + 10)
    signals.on_event(end, START + 10)
    signals.tick(START + 99)
    assert (state.session["elapsed_ms"], state.session["remaining_budget_ms"]) == (10_000, 590_000)


def test_what_is_written_ten_times_a_second_stays_out_of_the_journal(state: State, signals: SessionSignals) -> None:
    signals.on_event(wire_events.Connected(), START)
    cursor = state.mutation_cursor()
    signals.tick(START + 1)
    assert state.mutation_cursor() == cursor
    assert {key for key in state if key.endswith(("silence_ms", "elapsed_ms", "budget_ms"))} == UNJOURNALED_KEYS


# All events.

EVENTS = {
    wire_events.Connected: wire_events.Connected(),
    wire_events.TextDelta: wire_events.TextDelta("x"),
    wire_events.TextComplete: wire_events.TextComplete("x"),
    wire_events.AudioData: wire_events.AudioData(b"x"),
    wire_events.Media: wire_events.Media("image/png", b"x"),
    wire_events.InputTranscription: wire_events.InputTranscription("x"),
    wire_events.InterimInputTranscription: wire_events.InterimInputTranscription("x"),
    wire_events.OutputTranscription: wire_events.OutputTranscription("x"),
    wire_events.Thought: wire_events.Thought("x"),
    wire_events.ToolCall: wire_events.ToolCall(()),
    wire_events.ToolCallCancelled: wire_events.ToolCallCancelled(("1",)),
    wire_events.TurnComplete: wire_events.TurnComplete(),
    wire_events.GenerationComplete: wire_events.GenerationComplete(),
    wire_events.Interrupted: wire_events.Interrupted(),
    wire_events.InteractionStatus: wire_events.InteractionStatus("IDLE"),
    wire_events.Grounding: wire_events.Grounding(),
    wire_events.Oddity: wire_events.Oddity(wire_events.OddityKind.EMPTY_TURN),
    wire_events.PhaseChanged: wire_events.PhaseChanged("Active"),
    wire_events.GoAway: wire_events.GoAway(1.0),
    wire_events.Disconnected: wire_events.Disconnected(),
    wire_events.Error: wire_events.Error("x"),
    wire_events.SessionResumeUpdate: wire_events.SessionResumeUpdate("h", resumable=True, last_consumed_index=1),
    wire_events.VoiceActivityStart: wire_events.VoiceActivityStart(),
    wire_events.VoiceActivityEnd: wire_events.VoiceActivityEnd(),
    wire_events.Usage: wire_events.Usage(UsageMetadata(1, 2, 3, None, None, 4, 5)),
    wire_events.UnknownMessage: wire_events.UnknownMessage({}),
    wire_events.Reconnecting: wire_events.Reconnecting("x", 1, 0.5),
    wire_events.Undelivered: wire_events.Undelivered("words", "x"),
}
TOLD = {
    *(
        wire_events.Connected,
        wire_events.InputTranscription,
        wire_events.OutputTranscription,
        wire_events.Interrupted,
        wire_events.PhaseChanged,
    ),
    *(
        wire_events.GoAway,
        wire_events.Disconnected,
        wire_events.Error,
        wire_events.SessionResumeUpdate,
        wire_events.VoiceActivityStart,
    ),
    *(wire_events.VoiceActivityEnd, wire_events.Usage),
}


def test_the_examples_are_all_events_there_are() -> None:
    assert {kind.__name__ for kind in EVENTS} == {*wire_events.__all__} - {
        *("SessionEvent", "OddityKind", "TurnTally", "Continuation")
    }


@pytest.mark.parametrize("kind", EVENTS)
def test_only_activity_ends_a_silence(
    state: State, signals: SessionSignals, kind: type[wire_events.SessionEvent]
) -> None:
    signals.on_event(EVENTS[kind], START)
    signals.tick(START + 1)
    assert state.contains("session:silence_ms") is (kind in ACTIVITY)


@pytest.mark.parametrize("kind", EVENTS)
def test_only_events_that_tell_something_write(
    state: State, signals: SessionSignals, kind: type[wire_events.SessionEvent]
) -> None:
    signals.on_event(EVENTS[kind], START)
    assert (state.mutation_cursor() > 0) is (kind in TOLD)


class FutureEvent(wire_events.SessionEvent):
    __slots__ = ()


def test_an_event_of_the_future_is_passed_over(state: State, signals: SessionSignals) -> None:
    signals.on_event(FutureEvent(), START)
    assert keys(state) == {}


@given(history=st.lists(st.sampled_from([*EVENTS.values()]), max_size=40), has_phase_machine=st.booleans())
def test_every_key_written_is_in_the_table(history: list[wire_events.SessionEvent], *, has_phase_machine: bool) -> None:
    state = State()
    signals = SessionSignals(state, 0.0, has_phase_machine=has_phase_machine)
    for now, event in enumerate(history):
        signals.on_event(event, float(now))
        signals.tick(now + 0.1)
    names = {signal.name for signal in SIGNALS} - ({"phase"} if has_phase_machine else set())
    assert set(keys(state)) <= names


def test_every_key_of_the_table_is_written(state: State, signals: SessionSignals) -> None:
    history = [event for kind, event in EVENTS.items() if kind is not wire_events.TurnComplete]
    for event in history:
        signals.on_event(event, START)
    signals.on_event(wire_events.Connected(), START)
    signals.on_event(wire_events.GoAway(2.0), START)
    signals.tick(START)
    signals.on_event(wire_events.Disconnected(), START)
    assert set(keys(state)) == {signal.name for signal in SIGNALS}


@given(st.lists(st.sampled_from([*EVENTS.values()]), max_size=40))
def test_counters_never_go_back(history: list[wire_events.SessionEvent]) -> None:
    state = State()
    signals = SessionSignals(state, 0.0)
    signals.on_event(wire_events.Connected(), 0.0)
    for event in history:
        signals.on_event(event, 1.0)
    assert state.session["interrupt_count"] == sum(isinstance(event, wire_events.Interrupted) for event in history)
    assert state.session["error_count"] == sum(isinstance(event, wire_events.Error) for event in history)
