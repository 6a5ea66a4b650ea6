"""The session without its socket: how it opens, what it passes on, how it ends and begins again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.session.link import (
    ACTIVE,
    AUDIO,
    ENTERED,
    MODEL_SPEAKING,
    answer,
    closing,
    executing,
    hear,
    hear_calls,
    hear_content,
    kinds,
    new_protocol,
    open_protocol,
    text,
    user_speaking,
    waiting_for_setup,
)
from trio_live import wire_events
from trio_live.errors import InvalidTransition
from trio_live.session import CloseKind, SessionPhase
from trio_live.session._internal import SessionProtocol, Start, classify_close
from trio_live.wire import (
    Platform,
    SessionResumptionConfig,
)
from trio_live.wire_events import Continuation

# -- opening ------------------------------------------------------------------------------------------------------


def test_a_session_opens_with_its_setup_and_nothing_else() -> None:
    protocol = new_protocol("models/m")
    frame, events = protocol.begin()
    assert json.loads(frame) == {"setup": {"model": "models/m"}}
    assert events == [ENTERED[SessionPhase.CONNECTING], ENTERED[SessionPhase.SETUP_SENT]]


def test_the_accepted_setup_makes_the_session_active_and_connected() -> None:
    protocol = new_protocol(platform=Platform.VERTEX)
    protocol.begin()
    assert hear(protocol, setupComplete={"sessionId": "s1"}) == [ACTIVE, wire_events.Connected("s1")]
    assert protocol.session_id == "s1"
    assert protocol.phase is SessionPhase.ACTIVE


def test_frames_before_the_setup_is_accepted_are_ignored() -> None:
    protocol = new_protocol()
    protocol.begin()
    assert hear_content(protocol, **text("early")) == []
    assert hear_calls(protocol, ("a", "f")) == []
    assert hear(protocol, sessionResumptionUpdate={"newHandle": "h"}) == []
    assert protocol.resumption.newest is None
    assert protocol.phase is SessionPhase.SETUP_SENT
    assert hear(protocol, setupComplete={}) == [ACTIVE, wire_events.Connected()]
    assert hear_content(protocol, turnComplete=True) == [wire_events.Oddity(wire_events.OddityKind.EMPTY_TURN)]


def test_what_rides_on_the_accepted_setup_is_heard_after_it() -> None:
    protocol = new_protocol()
    protocol.begin()
    events = hear(
        protocol,
        usageMetadata={"totalTokenCount": 3},
        sessionResumptionUpdate={"newHandle": "h"},
        setupComplete={},
    )
    assert kinds(events) == ["Active", "Connected", "Usage", "SessionResumeUpdate"]
    assert protocol.resumption.newest == "h"


def test_a_second_acceptance_is_ignored() -> None:
    protocol = open_protocol()
    assert hear(protocol, setupComplete={"sessionId": "other"}) == []
    assert protocol.session_id is None
    hear_content(protocol, **AUDIO)
    assert hear(protocol, setupComplete={}) == []
    assert protocol.phase is SessionPhase.MODEL_SPEAKING


def test_an_open_session_cannot_begin_again() -> None:
    protocol = open_protocol()
    with pytest.raises(InvalidTransition):
        protocol.begin()
    assert protocol.phase is SessionPhase.ACTIVE


# -- the user -----------------------------------------------------------------------------------------------------


def test_the_servers_ears_move_an_idle_session_to_the_user_and_back() -> None:
    protocol = open_protocol()
    assert hear(protocol, voiceActivity={"type": "ACTIVITY_START"}) == [
        ENTERED[SessionPhase.USER_SPEAKING],
        wire_events.VoiceActivityStart(),
    ]
    assert hear(protocol, voiceActivity={"type": "ACTIVITY_START"}) == [wire_events.VoiceActivityStart()]
    assert hear(protocol, voiceActivity={"type": "ACTIVITY_END"}) == [ACTIVE, wire_events.VoiceActivityEnd()]
    assert hear(protocol, voiceActivity={"type": "ACTIVITY_END"}) == [wire_events.VoiceActivityEnd()]


def test_a_user_who_speaks_over_the_model_is_heard_without_a_phase_of_their_own() -> None:
    protocol = open_protocol()
    hear_content(protocol, **AUDIO)
    assert hear(protocol, voiceActivity={"type": "ACTIVITY_START"}) == [wire_events.VoiceActivityStart()]
    assert protocol.phase is SessionPhase.MODEL_SPEAKING


# -- news of the session ------------------------------------------------------------------------------------------


def test_the_newest_usable_handle_is_kept() -> None:
    protocol = open_protocol()
    for update, kept in [
        ({"newHandle": "h1", "resumable": True}, "h1"),
        ({"resumable": False}, "h1"),
        ({"newHandle": "h2", "resumable": False}, "h1"),
        ({"newHandle": ""}, "h1"),
        ({"newHandle": "h3"}, "h3"),
    ]:
        assert kinds(hear(protocol, sessionResumptionUpdate=update)) == ["SessionResumeUpdate"]
        assert protocol.resumption.newest == kept


def test_a_handle_that_comes_beside_audio_is_kept() -> None:
    protocol = open_protocol()
    hear_content(protocol, **AUDIO)
    events = hear(protocol, serverContent=AUDIO, sessionResumptionUpdate={"newHandle": "h", "resumable": True})
    assert kinds(events) == ["AudioData", "SessionResumeUpdate"]
    assert protocol.resumption.newest == "h"


def test_a_warning_of_the_end_and_a_riddle_are_passed_on() -> None:
    protocol = open_protocol()
    assert hear(protocol, goAway={}) == [wire_events.GoAway(None)]
    assert hear(protocol, goAway={"timeLeft": "30s"}) == [wire_events.GoAway(30.0)]
    assert hear(protocol, laughTrack={"level": 3}) == [wire_events.UnknownMessage({"laughTrack": {"level": 3}})]


@pytest.mark.parametrize("frame", [b"\xff\xfe", "{", "[1]", '"hello"', b'{"serverContent": 5}', "null", "[" * 100_000])
def test_a_frame_that_cannot_be_read_is_told_and_survived(frame: bytes | str) -> None:
    protocol = open_protocol()
    assert kinds(protocol.receive(frame)) == ["Error"]
    assert kinds(hear_content(protocol, **text("Still here."))) == ["ModelSpeaking", "TextDelta"]


@pytest.mark.parametrize("frame", [b"", "", b" \n", "{}", b'{"serverContent":{}}\n'])
def test_an_empty_frame_is_a_sign_of_life(frame: bytes | str) -> None:
    assert open_protocol().receive(frame) == []


def test_text_and_binary_frames_are_the_same() -> None:
    frame = '{\n  "serverContent": {"modelTurn": {"parts": [{"text": "Grüße"}]}}\n}\n'
    as_text, as_bytes = open_protocol(), open_protocol()
    assert (
        as_text.receive(frame) == as_bytes.receive(frame.encode()) == [MODEL_SPEAKING, wire_events.TextDelta("Grüße")]
    )


# -- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reach", [new_protocol, open_protocol, executing])
def test_an_error_frame_is_told_as_the_close_it_stands_for(reach: Callable[[], SessionProtocol]) -> None:
    protocol = reach()
    if protocol.phase is SessionPhase.DISCONNECTED:
        protocol.begin()
    error = {"code": 403, "message": "The caller may not.", "status": "PERMISSION_DENIED"}
    assert hear(protocol, error=error) == []
    assert protocol.refusal is not None
    assert "The caller may not." in protocol.refusal.reason
    assert classify_close(protocol.refusal.code, protocol.refusal.reason).kind is CloseKind.AUTHENTICATION


def test_what_comes_with_an_error_is_heard_before_it() -> None:
    protocol = open_protocol()
    hear_content(protocol, **AUDIO)
    assert kinds(hear(protocol, serverContent=AUDIO, error={"code": 503})) == ["AudioData"]
    assert protocol.refusal is not None


def test_a_refusal_is_forgotten_when_the_session_begins_again() -> None:
    protocol = open_protocol()
    hear(protocol, error={"code": 503, "message": "busy", "status": "UNAVAILABLE"})
    protocol.end()
    protocol.begin()
    assert protocol.refusal is None


# -- the end, and a new beginning ---------------------------------------------------------------------------------


def test_a_goodbye_leads_through_disconnecting_to_the_end() -> None:
    protocol = executing()
    assert protocol.begin_close() == [ENTERED[SessionPhase.DISCONNECTING]]
    assert protocol.begin_close() == []
    assert protocol.end() == [ENTERED[SessionPhase.DISCONNECTED]]
    assert protocol.end() == []


@pytest.mark.parametrize("reach", [new_protocol, waiting_for_setup])
def test_there_is_no_goodbye_to_whom_one_never_met(reach: Callable[[], SessionProtocol]) -> None:
    assert reach().begin_close() == []


@pytest.mark.parametrize("reach", [waiting_for_setup, open_protocol, user_speaking, executing, closing])
def test_a_connection_may_be_gone_at_any_time(reach: Callable[[], SessionProtocol]) -> None:
    protocol = reach()
    assert protocol.end() == [ENTERED[SessionPhase.DISCONNECTED]]
    assert protocol.phase is SessionPhase.DISCONNECTED


def test_late_frames_of_a_closing_connection_are_harmless() -> None:
    protocol = closing()
    events = hear_content(protocol, interrupted=True, turnComplete=True, **text("late"))
    events += hear_calls(protocol, ("a", "f"))
    events += hear(protocol, voiceActivity={"type": "ACTIVITY_START"}, toolCallCancellation={"ids": ["a"]})
    assert protocol.phase is SessionPhase.DISCONNECTING
    assert not [event for event in events if isinstance(event, wire_events.PhaseChanged)]


def test_a_new_connection_knows_nothing_of_the_old_one_but_its_handle() -> None:
    protocol = open_protocol()
    hear_content(protocol, **text("half a sen"))
    hear_calls(protocol, ("a", "f"))
    protocol.tools_started()
    hear(protocol, sessionResumptionUpdate={"newHandle": "h", "resumable": True})
    protocol.end()

    assert protocol.begin()[1] == [ENTERED[SessionPhase.CONNECTING], ENTERED[SessionPhase.SETUP_SENT]]
    assert hear(protocol, setupComplete={}) == [ACTIVE, wire_events.Connected()]
    assert protocol.resumption.newest == "h"
    assert hear_content(protocol, turnComplete=True) == [wire_events.Oddity(wire_events.OddityKind.EMPTY_TURN)]
    hear_calls(protocol, ("b", "g"))
    assert protocol.send(answer(("b", "g")))[1] == [ACTIVE]


def setup_of(begun: tuple[str, list[wire_events.SessionEvent]]) -> Any:
    return json.loads(begun[0])["setup"]


def test_another_connection_begins_as_it_is_told_to() -> None:
    protocol = open_protocol(session_resumption=SessionResumptionConfig(handle="h0"))
    hear(protocol, sessionResumptionUpdate={"newHandle": "h1", "resumable": True})
    protocol.cut()
    frame, _ = protocol.begin(Start(Continuation.RESUMED, "h1"))
    assert setup_of((frame, []))["sessionResumption"] == {"handle": "h1"}
    assert protocol.resumption.newest == "h1"
    assert hear(protocol, setupComplete={}) == [ACTIVE, wire_events.Connected(None, Continuation.RESUMED)]
    protocol.cut()
    assert setup_of(protocol.begin(Start(Continuation.LOST)))["sessionResumption"] == {}
    assert protocol.resumption.newest is None


def test_a_handle_nobody_asked_for_is_not_presented() -> None:
    protocol = open_protocol()
    hear(protocol, sessionResumptionUpdate={"newHandle": "h", "resumable": True})
    protocol.cut()
    assert "sessionResumption" not in setup_of(protocol.begin(Start(Continuation.RESUMED, "h")))


def test_the_first_connection_is_as_its_user_wants_it() -> None:
    protocol = new_protocol(session_resumption=SessionResumptionConfig(handle="h0"))
    assert setup_of(protocol.begin())["sessionResumption"] == {"handle": "h0"}
