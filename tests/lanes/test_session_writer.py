"""The verbs: what each puts on the wire, what it refuses, and that none of them outlives the session."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import Peer, audio, builder, call, call_of, content, heard, settled, tool_call, turn_complete
from trio_live import LiveHandle, LocalProtocolError, Platform, SessionClosed, SessionWriter
from trio_live.lanes._internal import RawWriter
from trio_live.wire import Content, FunctionResponse

Verb = Callable[[LiveHandle], Awaitable[object]]
SOUND = bytes(range(8))


def raw(session: LiveHandle) -> RawWriter:
    writer = session.session.writer
    assert isinstance(writer, RawWriter)
    return writer


VERBS: dict[str, tuple[Verb, dict[str, Any]]] = {
    "send_audio": (
        lambda session: session.send_audio(SOUND),
        {"realtimeInput": {"audio": {"mimeType": "audio/pcm;rate=16000", "data": base64.b64encode(SOUND).decode()}}},
    ),
    "send_text": (
        lambda session: session.send_text("Hi"),
        {"clientContent": {"turns": [{"role": "user", "parts": [{"text": "Hi"}]}], "turnComplete": True}},
    ),
    "send_video": (
        lambda session: session.send_video(b"\xff\xd8"),
        {"realtimeInput": {"video": {"mimeType": "image/jpeg", "data": base64.b64encode(b"\xff\xd8").decode()}}},
    ),
    "send_client_content": (
        lambda session: session.writer.send_client_content([Content.of("old", "model")], turn_complete=False),
        {"clientContent": {"turns": [{"role": "model", "parts": [{"text": "old"}]}], "turnComplete": False}},
    ),
    "send_tool_response": (
        lambda session: session.send_tool_response([FunctionResponse(name="f", response={"a": 1})]),
        {"toolResponse": {"functionResponses": [{"id": "1", "name": "f", "response": {"a": 1}}]}},
    ),
    "signal_activity_start": (
        lambda session: session.writer.signal_activity_start(),
        {"realtimeInput": {"activityStart": {}}},
    ),
    "user_speech_started": (
        lambda session: session.user_speech_started(),
        {"realtimeInput": {"activityStart": {}}},
    ),
    "end_audio_stream": (
        lambda session: session.end_audio_stream(),
        {"realtimeInput": {"audioStreamEnd": True}},
    ),
}


@asynccontextmanager
async def ready_for_anything() -> AsyncGenerator[tuple[LiveHandle, Peer], None]:
    """A session in which every verb may be used: this side says when the user speaks, and two calls are open."""
    async with call(builder().vad(disabled=True).manual_tools()) as (session, peer):
        await peer.send(tool_call(call_of("f", "1"), call_of("f", "2")))
        await settled()
        yield session, peer


@pytest.mark.parametrize("name", VERBS)
async def test_a_verb_becomes_a_frame(name: str, autojump_clock: MockClock) -> None:
    verb, frame = VERBS[name]
    async with ready_for_anything() as (session, peer):
        await verb(session)
        await session.flush()
        assert peer.talk == [frame]


@pytest.mark.parametrize(
    "name", [*VERBS, "update_instruction", "signal_activity_end", "user_speech_ended", "nothing to hear", "no answers"]
)
@pytest.mark.parametrize("ended_by", ["us", "the peer"])
async def test_after_the_end_every_verb_says_so_at_once(name: str, ended_by: str, autojump_clock: MockClock) -> None:
    others: dict[str, Verb] = {
        "update_instruction": lambda session: session.update_instruction("anew"),
        "signal_activity_end": lambda session: session.writer.signal_activity_end(),
        "user_speech_ended": lambda session: session.user_speech_ended(),
        "nothing to hear": lambda session: session.send_audio(b""),
        "no answers": lambda session: session.send_tool_response([]),
    }
    verb = VERBS[name][0] if name in VERBS else others[name]
    async with ready_for_anything() as (session, peer):
        if ended_by == "us":
            await session.disconnect()
        else:
            peer.close(1001, "maintenance")
            await session.done()
        with pytest.raises(SessionClosed) as closed:
            await verb(session)
        assert (closed.value.reason is None) is (ended_by == "us")
        assert ("maintenance" in str(closed.value)) is (ended_by == "the peer")


@pytest.mark.parametrize("name", [*VERBS, "nothing to hear", "no answers"])
async def test_every_verb_is_a_checkpoint(name: str, autojump_clock: MockClock) -> None:
    others: dict[str, Verb] = {
        "nothing to hear": lambda session: session.send_audio(b"\x01"),
        "no answers": lambda session: session.send_tool_response([]),
    }
    verb = VERBS[name][0] if name in VERBS else others[name]
    async with ready_for_anything() as (session, peer):
        if name == "send_audio":
            await verb(session)  # gives others a turn now and then; see the test of task switches
        else:
            with trio.testing.assert_checkpoints():
                await verb(session)
        await session.flush()
        before = len(peer.talk)
        with trio.CancelScope() as scope:
            scope.cancel()
            await verb(session)
        assert scope.cancelled_caught
        await session.flush()
        assert len(peer.talk) == before


@pytest.mark.parametrize(
    ("platform", "role", "words"),
    [(Platform.VERTEX, "system", "Be brief."), (Platform.GOOGLE_AI, "user", "Be brief.")],
)
async def test_an_instruction_in_mid_session_fits_the_platform(
    platform: Platform, role: str, words: str, autojump_clock: MockClock
) -> None:
    async with call(platform=platform) as (session, peer):
        await session.update_instruction("Be brief.")
        await session.flush()
        [frame] = peer.talk
    [turn] = frame["clientContent"]["turns"]
    assert turn["role"] == role
    assert turn["parts"][0]["text"].endswith(words)
    assert frame["clientContent"]["turnComplete"] is False


REFUSED: list[tuple[str, Verb, type[Exception], str]] = [
    ("audio as text", lambda s: s.send_audio("loud"), TypeError, "audio must be bytes"),  # type: ignore[arg-type]
    ("text as bytes", lambda s: s.send_text(b"Hi"), TypeError, "text must be a string"),  # type: ignore[arg-type]
    ("a picture as text", lambda s: s.send_video("jpeg"), TypeError, "must be bytes"),  # type: ignore[arg-type]
    ("an empty picture", lambda s: s.send_video(b""), ValueError, "the picture is empty"),
    ("turns of text", lambda s: s.writer.send_client_content(["Hi"], turn_complete=True), TypeError, "Content"),  # type: ignore[list-item]
    ("an answer as a mapping", lambda s: s.send_tool_response([{"id": "1"}]), TypeError, "FunctionResponse"),  # type: ignore[list-item]
    (
        "an answer that is no object",
        lambda s: s.send_tool_response([FunctionResponse(id="1", name="f")]),
        TypeError,
        "'f' must be a JSON object",
    ),
    ("no instruction", lambda s: s.update_instruction(None), TypeError, "must be a string"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(
    ("what", "verb", "error", "words"), REFUSED, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_what_makes_no_sense_is_refused_at_the_call(
    what: str, verb: Verb, error: type[Exception], words: str, autojump_clock: MockClock
) -> None:
    async with call() as (session, peer):
        with pytest.raises(error, match=words):
            await verb(session)
        await session.flush()
        assert peer.talk == []


# -- sound ----------------------------------------------------------------------------------------------------------


def heard_by(peer: Peer) -> bytes:
    pieces = [frame["realtimeInput"]["audio"]["data"] for frame in peer.talk]
    return b"".join(base64.b64decode(piece) for piece in pieces)


@given(st.lists(st.binary(max_size=9), max_size=12))
def test_half_a_sample_waits_for_its_other_half(chunks: list[bytes]) -> None:
    async def main() -> None:
        async with call() as (session, peer):
            for chunk in chunks:
                await session.send_audio(chunk)
            await session.flush()
            whole = b"".join(chunks)
            assert heard_by(peer) == whole[: len(whole) - len(whole) % 2]
            assert all(len(base64.b64decode(f["realtimeInput"]["audio"]["data"])) % 2 == 0 for f in peer.talk)

    trio.run(main, clock=MockClock(autojump_threshold=0))


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
async def test_anything_that_is_bytes_is_sound(kind: Callable[[bytes], Any], autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await session.send_audio(kind(SOUND))
        await session.flush()
        assert heard_by(peer) == SOUND


async def test_the_callers_buffer_may_change_after_the_call(autojump_clock: MockClock) -> None:
    buffer = bytearray(SOUND)
    async with call() as (session, peer):
        await session.send_audio(buffer)  # type: ignore[arg-type]  # bytes-like will do
        buffer[:] = bytes(8)
        await session.flush()
        assert heard_by(peer) == SOUND


async def test_a_cancelled_send_keeps_the_half_sample(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await session.send_audio(b"\x01")
        with trio.CancelScope() as scope:
            scope.cancel()
            await session.send_audio(b"\x02\x03\x04")
        assert scope.cancelled_caught
        await session.send_audio(b"\x05")
        await session.flush()
        assert heard_by(peer) == b"\x01\x05"


# -- the writers that callbacks get ---------------------------------------------------------------------------------


async def test_callbacks_get_a_writer_that_works(autojump_clock: MockClock) -> None:
    async def greet(writer: SessionWriter) -> None:
        await writer.send_text("connected")

    async def comment(_: object, writer: SessionWriter) -> None:
        await writer.send_text("turn is over")

    async with call(builder().on_connected(greet).on_turn_boundary(comment)) as (_, peer):
        await peer.send(content(turnComplete=True))
        await settled()
        assert peer.texts == ["connected", "turn is over"]


async def test_a_callback_may_hang_up_through_its_writer(autojump_clock: MockClock) -> None:
    async def enough(_: object, writer: SessionWriter) -> None:
        await writer.disconnect()

    async with call(builder().on_turn_boundary(enough)) as (session, peer):
        await peer.send(heard("bye"), turn_complete())
        await session.done()


async def test_the_users_speech_sends_no_mark_where_the_server_listens_itself(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        with trio.testing.assert_checkpoints():
            await session.user_speech_started()
        await session.user_speech_ended()
        await session.flush()
        assert peer.talk == []


async def test_the_users_speech_marks_begin_and_end_and_start_the_clock_of_the_answer(
    autojump_clock: MockClock,
) -> None:
    async with call(builder().vad(disabled=True)) as (session, peer):
        await session.user_speech_started()
        await session.user_speech_started()
        await session.user_speech_ended()
        await session.flush()
        assert peer.talk == [{"realtimeInput": {"activityStart": {}}}, {"realtimeInput": {"activityEnd": {}}}]
        await trio.sleep(0.5)
        await peer.send(audio(bytes(4)))
        await settled()
        assert session.telemetry.snapshot()["last_response_latency_ms"] == pytest.approx(500, abs=25)


async def test_a_system_turn_is_refused_where_it_would_close_the_session_and_sent_where_it_would_not(
    autojump_clock: MockClock,
) -> None:
    turns = [Content.of("Hi"), Content.of("Be brief.", "system")]
    async with call(platform=Platform.GOOGLE_AI) as (session, peer):
        with pytest.raises(LocalProtocolError, match=r"role 'system'.*update_instruction"):
            await session.writer.send_client_content(turns, turn_complete=True)
        await session.flush()
        assert peer.talk == []
    async with call(platform=Platform.VERTEX) as (session, peer):
        await session.writer.send_client_content(turns, turn_complete=True)
        await session.flush()
        assert [turn["role"] for turn in peer.talk[0]["clientContent"]["turns"]] == ["user", "system"]
