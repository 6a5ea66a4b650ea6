"""One running session in the hands of its user."""

from __future__ import annotations

import inspect

import pytest
import trio
from trio.testing import MockClock

from tests.peer import (
    bare_turn_complete,
    builder,
    call,
    call_of,
    resumable,
    settled,
    text,
    tool_call,
    turn_complete,
)
from trio_live import (
    CallbackMode,
    LiveHandle,
    SessionClosed,
    SessionHandle,
    SessionPhase,
    SessionWriter,
    State,
    events,
    wire_events,
)
from trio_live.telemetry import SessionTelemetry
from trio_live.voice import VoiceTiming
from trio_live.wire import FunctionResponse


async def test_properties_never_wait(autojump_clock: MockClock) -> None:
    mine = State()
    async with call(builder().state(mine)) as (session, _):
        assert session.phase is session.session.phase is SessionPhase.ACTIVE
        assert session.state is mine
        assert isinstance(session.telemetry, SessionTelemetry)
        assert isinstance(session.session, SessionHandle)
        assert session.session.session_id is None
        assert session.resume_handle is None
        assert session.conversation_phase is None
        assert session.ignored_settings == ()


async def test_properties_can_be_read_after_the_end(autojump_clock: MockClock) -> None:
    async with call(builder().session_resume()) as (session, peer):
        await peer.send(resumable("handle-1"), turn_complete())
        await settled()
    assert session.phase is SessionPhase.DISCONNECTED
    assert session.resume_handle == "handle-1"
    assert session.telemetry.snapshot()["turn_count"] == 1
    assert session.state.get("session:turn_count") == 1


async def test_a_repr_says_where_the_link_stands(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        assert repr(session) == "<LiveHandle Active with models/gemini-2.5-flash-native-audio-latest>"
        await peer.send(text("Hi"))
        await settled()
        assert "ModelSpeaking" in repr(session)


async def test_the_writer_says_what_the_handle_says(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await session.writer.send_text("a")
        await session.session.writer.send_text("b")
        await session.send_text("c")
        await session.flush()
        assert peer.texts == ["a", "b", "c"]


def test_the_handle_has_the_verbs_of_the_design() -> None:
    verbs = {"send_audio", "send_text", "send_video", "update_instruction", "send_tool_response", "disconnect", "done"}
    for name in [
        *verbs,
        "user_speech_started",
        "user_speech_ended",
        "flush",
        "playback_drained",
        "flush_deferred_prompt",
    ]:
        assert inspect.iscoroutinefunction(getattr(LiveHandle, name)), name


def test_a_writer_has_every_verb_of_the_contract() -> None:
    for name, _ in inspect.getmembers(SessionWriter, inspect.iscoroutinefunction):
        assert inspect.iscoroutinefunction(getattr(LiveHandle, name, None)) or name in {
            "send_client_content",
            "signal_activity_start",
            "signal_activity_end",
        }


async def test_without_deferred_context_draining_playback_sends_nothing(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await session.playback_drained()
        await session.flush_deferred_prompt()
        await session.flush()
        assert peer.talk == []


async def test_raw_events_of_the_wire_are_there_for_those_who_want_them(autojump_clock: MockClock) -> None:
    async with call() as (session, peer), session.subscribe() as wire, session.session.subscribe() as same:
        await peer.send(text("Hi"), bare_turn_complete())
        await settled()
        await session.disconnect()
        seen = [type(event) async for event in wire]
        assert seen == [type(event) async for event in same]
    assert seen == [
        wire_events.PhaseChanged,
        wire_events.TextDelta,
        wire_events.TextComplete,
        wire_events.TurnComplete,
        wire_events.PhaseChanged,
        wire_events.PhaseChanged,
        wire_events.PhaseChanged,
        wire_events.Disconnected,
    ]


async def test_manual_answers_to_calls_are_sent_as_one_message(autojump_clock: MockClock) -> None:
    async with call(builder().manual_tools()) as (session, peer):
        await peer.send(tool_call(*(call_of("f", str(n)) for n in range(3))))
        await settled()
        await session.send_tool_response([FunctionResponse(id=str(n), name="f", response={"n": n}) for n in range(3)])
        await session.flush()
        assert [[answer["id"] for answer in batch] for batch in peer.answers] == [["0", "1", "2"]]


async def test_a_key_is_told_to_the_callback_and_then_to_the_readers(autojump_clock: MockClock) -> None:
    told: list[object] = []

    async def on_dtmf(digit: str) -> None:
        told.append(digit)

    async with call(builder().on_dtmf(on_dtmf)) as (session, peer), session.events() as stream:
        for digit in "5#":
            session.dtmf_received(digit)
        await settled()
        async for event in stream:
            if isinstance(event, events.Dtmf):
                told.append(event)
            if event == events.Dtmf("#"):
                break
        assert told == ["5", "#", events.Dtmf("5"), events.Dtmf("#")]
        assert not peer.talk, "the model is told nothing of it"
        for wrong in ("", "12", "x", "a"):
            with pytest.raises(ValueError, match="a telephone has the keys 0 1 2"):
                session.dtmf_received(wrong)
    with pytest.raises(SessionClosed):
        session.dtmf_received("1")


async def test_keys_come_one_after_the_other_unless_the_callback_is_concurrent(autojump_clock: MockClock) -> None:
    for mode, most in ((CallbackMode.BLOCKING, 1), (CallbackMode.CONCURRENT, 3)):
        running: list[int] = [0, 0]

        async def on_dtmf(digit: str, running: list[int] = running) -> None:
            running[0] += 1
            running[1] = max(running)
            await trio.sleep(1)
            running[0] -= 1

        async with call(builder().on_dtmf(on_dtmf, mode=mode)) as (session, _):
            for digit in "123":
                session.dtmf_received(digit)
            await trio.sleep(5)
            assert running == [0, most]


async def test_a_key_is_a_sign_of_life(autojump_clock: MockClock) -> None:
    live = builder().input_vad().voice_timing(VoiceTiming(reprompt_after_ms=2_000, reprompt="Are you there?"))
    async with call(live) as (session, peer):
        for _ in range(3):
            await trio.sleep(1.5)
            session.dtmf_received("1")
            await settled()
        assert peer.texts == [], "whoever presses keys is there"
        await trio.sleep(2.5)
        assert len(peer.talk) == 1
