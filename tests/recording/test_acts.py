"""What a program asked for, as lines of a recording."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, builder, call, settled
from trio_live import Content, FunctionResponse, LiveHandle, State
from trio_live.errors import ConfigError
from trio_live.recording import MemoryWireRecorder, WireDirection, WireEntry, redact_recording
from trio_live.recording._acts import OWNERS, VERBS
from trio_live.recording._internal import ActLog, SafeRecorder, act_in, acts_of, given_up_in

GIVEN: dict[str, dict[str, Any]] = {
    "send_audio": {"data": b"\x01\x02\xff\x00"},
    "send_text": {"text": "Grüße"},
    "send_video": {"jpeg": b"\xff\xd8"},
    "send_client_content": {"turns": [Content.of("old", "model")], "turn_complete": True},
    "send_tool_response": {"responses": [FunctionResponse(id="1", name="find", response={"found": [1, None]})]},
    "update_instruction": {"text": "Be brief."},
    "ask": {"text": "Why?", "wait_for_tools": False},
    "playback_progress": {"played_ms": 12.5},
    "microphone_muted": {"muted": True},
    "dtmf_received": {"digit": "#"},
    "transition_to": {"phase": "two", "reason": "because"},
    "transfer_to": {"agent": "desk", "reason": "because"},
}


def lines(*acts: tuple[str, dict[str, Any]]) -> list[WireEntry]:
    recorder = MemoryWireRecorder()
    log = ActLog(SafeRecorder(recorder, lambda: 0.0))
    log.begin(passes_sound=False)
    for verb, given in acts:
        with log.act(verb, "writer", given):
            pass
    return recorder.entries()


def app(**found: Any) -> WireEntry:
    return WireEntry(7, WireDirection.APP, 0, json.dumps(found).encode())


@pytest.mark.parametrize("verb", VERBS)
def test_what_a_verb_was_given_comes_back(verb: str) -> None:
    given = GIVEN.get(verb, {})
    ((_, act),) = acts_of(lines((verb, given)))
    assert (act.number, act.verb, act.of, act.given) == (1, verb, "writer", given)


@pytest.mark.parametrize("verb", VERBS)
async def test_every_verb_is_one_of_a_session_or_its_writer(verb: str) -> None:
    async with call() as (session, _):
        assert any(hasattr(owner, verb) for owner in (session, session.writer))


async def test_every_coroutine_of_a_handle_is_kept_or_asks_for_nothing() -> None:
    """Whoever gives a handle another verb decides whether a replay repeats it."""
    asks_nothing = {"flush", "done", "disconnect", "flush_deferred_prompt"}
    async with call() as (session, _):
        verbs = {
            name
            for owner in (LiveHandle, type(session.writer))
            for name in dir(owner)
            if not name.startswith("_") and hasattr(getattr(owner, name), "__code__")
            if getattr(owner, name).__code__.co_flags & 0x80
        }
    of_the_framework = {"submit_all", "submit_sound", "submit_made", "mark_activity", "flush_context"}
    assert verbs - asks_nothing - of_the_framework <= set(VERBS)


async def test_a_recording_says_its_version_and_what_was_asked_for(autojump_clock: MockClock) -> None:
    recorder = MemoryWireRecorder()
    async with call(builder().wire_recorder(recorder)) as (session, _):
        await session.send_text("a")
        await session.writer.send_text("b")
        await session.session.writer.send_text("c")
        await session.end_audio_stream()
        await session.writer.end_audio_stream()
        session.microphone_muted = True
    asked = [entry for entry in recorder.entries() if entry.direction is WireDirection.APP]
    assert asked[0].json == {"version": 2, "sound": "wire"}
    assert [(act.verb, act.of) for _, act in acts_of(asked)] == [
        *(("send_text", owner) for owner in ("writer", "writer", "session.writer")),
        ("end_audio_stream", ""),
        ("end_audio_stream", "writer"),
        ("microphone_muted", ""),
    ]
    assert {act.of for _, act in acts_of(asked)} <= set(OWNERS)


async def test_sound_that_is_passed_on_is_kept_once(autojump_clock: MockClock) -> None:
    recorder = MemoryWireRecorder()
    async with call(builder().wire_recorder(recorder)) as (session, _):
        for number in range(10):
            await session.send_audio(bytes([number] * 640))
        session.microphone_muted = True
        await session.send_audio(b"\x01" * 640)
    entries = recorder.entries()
    assert sum(b'"audio"' in entry.payload for entry in entries) == 11
    kept = [entry.json for entry in entries if entry.direction is WireDirection.APP]
    assert [each.get("verb", "unasked" if "unasked" in each else None) for each in kept] == [
        *(None, "microphone_muted"),
        *("unasked", "send_audio"),
    ], "silence was sent in the place of what was given"
    given = [act.given["data"] for _, act in acts_of(entries) if act.verb == "send_audio"]
    assert given == [*(bytes([number] * 640) for number in range(10)), b"\x01" * 640]


async def test_silence_of_the_frameworks_is_not_asked_for(autojump_clock: MockClock) -> None:
    recorder = MemoryWireRecorder()
    async with call(builder().keep_alive(5).wire_recorder(recorder)) as (session, _):
        await session.send_audio(bytes(640))
        await trio.sleep(12)
    entries = recorder.entries()
    assert sum(b'"audio"' in entry.payload for entry in entries) == 3
    assert [act.given for _, act in acts_of(entries)] == [{"data": bytes(640)}]


async def test_what_a_callback_asks_for_is_not_the_programs(autojump_clock: MockClock) -> None:
    recorder, handles = MemoryWireRecorder(), list[LiveHandle]()

    async def answer(_: State, __: object) -> None:
        await handles[0].send_text("from a callback")

    live = builder().wire_recorder(recorder).on_turn_boundary(answer)
    async with call(live) as (session, peer):
        handles.append(session)
        await peer.send({"serverContent": {"modelTurn": {"parts": [{"text": "Hi."}]}, "turnComplete": True}})
        await settled()
        assert "from a callback" in peer.texts
    assert acts_of(recorder.entries()) == []


async def test_what_was_given_up_or_refused_is_said_to_be(autojump_clock: MockClock) -> None:
    recorder = MemoryWireRecorder()
    async with call(builder().wire_recorder(recorder)) as (session, _):
        with trio.move_on_after(1):
            await session.ask("Anybody there?")
        with pytest.raises(ConfigError):
            await session.transition_to("nowhere")
        with pytest.raises(TypeError):
            await session.send_audio("no sound")  # type: ignore[arg-type]
    assert [given_up_in(entry) for entry in recorder.entries() if given_up_in(entry)] == [1, 2]


async def test_a_session_that_is_over_is_asked_for_nothing(autojump_clock: MockClock) -> None:
    recorder = MemoryWireRecorder()
    async with call(builder().wire_recorder(recorder), Peer()) as (session, peer):
        peer.close()
        await session.done()
        session.playback_progress(1)
    assert acts_of(recorder.entries()) == []


def test_what_is_not_known_is_named() -> None:
    for found in ({"act": 1, "verb": "sing"}, {"act": 1, "verb": "send_text"}, {"act": 1, "verb": "ask", "of": "moon"}):
        with pytest.raises(ConfigError, match=f"frame 7: the program asked for '{found['verb']}'"):
            act_in(app(**found))
    assert act_in(app(version=3)) is None
    assert act_in(WireEntry(7, WireDirection.APP, 0, b"[]")) is None


def test_a_redacted_recording_asks_for_the_same_without_what_is_hidden() -> None:
    asked = lines(
        ("send_text", {"text": "My number is 12345678."}),
        ("send_audio", {"data": b"\x01\x02"}),
        ("dtmf_received", {"digit": "7"}),
        ("dtmf_received", {"digit": "#"}),
        ("playback_progress", {"played_ms": 123456}),
        ("transition_to", {"phase": "room 12345", "reason": "because"}),
    )
    given = [act.given for _, act in acts_of(redact_recording(asked))]
    assert given == [
        {"text": "My number is [redacted number]."},
        {"data": bytes(2)},
        {"digit": "0"},
        {"digit": "#"},
        {"played_ms": 123456},
        {"phase": "room 12345", "reason": "because"},
    ]
