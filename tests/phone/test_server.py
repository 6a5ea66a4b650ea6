"""The server of calls over real sockets: who is let in, what becomes of strangers, and how it ends."""

from __future__ import annotations

import gc
import json
import logging
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
import trustme
from trio.testing import MockClock

from tests.cancellation import cancel_everywhere
from tests.peer import Peer, audio, builder
from tests.phone.lines import tone
from tests.phone.wire_examples import STARTS
from trio_live import ConfigError, ConnectRejected
from trio_live.draining import open_drain
from trio_live.phone import (
    ASTERISK_WEBSOCKET,
    AUDIOSOCKET,
    DIALECTS,
    TELNYX,
    TWILIO,
    BasicAuth,
    HungUp,
    PhoneCall,
    PhoneServer,
    TelnyxToken,
    TwilioSignature,
    open_phone_server,
    twilio_signature,
)
from trio_live.phone import _server as server_module
from trio_live.testing.phone import open_phone, open_phone_over_socket

SOON = 10.0
URL = "wss://example.com/calls"


async def wait(call: PhoneCall) -> None:
    """Holds a call without a session."""
    await call.wait_over()


async def idle(server: PhoneServer) -> None:
    with trio.fail_after(SOON):
        while server.statistics.active:  # noqa: ASYNC110
            await trio.sleep(0.01)


UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
START = json.dumps(STARTS["twilio"].frame)


def masked(text: str) -> bytes:
    """A short text frame of a client; its mask changes nothing."""
    return bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text.encode()


@asynccontextmanager
async def talking_bytes(server: PhoneServer) -> AsyncGenerator[trio.SocketStream, None]:
    stream = await trio.open_tcp_stream("127.0.0.1", server.port)
    async with stream:
        yield stream


async def read_all(stream: trio.abc.ReceiveStream) -> bytes:
    answer = bytearray()
    with trio.fail_after(SOON):
        try:
            async for part in stream:
                answer += part
        except trio.BrokenResourceError:
            pass
    return bytes(answer)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
async def test_a_call_is_answered_and_counted(dialect: Any) -> None:
    seen: list[PhoneCall] = []

    async def answer(call: PhoneCall) -> None:
        seen.append(call)
        await call.wait_over()

    with trio.fail_after(SOON):
        async with open_phone_server(answer, dialect) as server:
            async with open_phone_over_socket(server.address, dialect):
                while not seen:  # noqa: ASYNC110
                    await trio.sleep(0.01)
                assert server.statistics.active == 1
            await idle(server)
            assert server.statistics.answered == 1
    assert seen[0].hung_up is HungUp.CALLER


async def test_a_signed_request_is_let_in_and_no_other() -> None:
    signed = {"X-Twilio-Signature": twilio_signature("token", URL)}
    forged = {"X-Twilio-Signature": twilio_signature("tokem", URL)}
    async with open_phone_server(wait, TWILIO, admission=TwilioSignature("token", URL)) as server:
        async with open_phone_over_socket(server.address, TWILIO, headers=signed) as phone:
            assert phone.ended is None
        with pytest.raises(ConnectRejected, match="a wrong X-Twilio-Signature") as wrong:
            async with open_phone_over_socket(server.address, TWILIO, headers=forged):
                pass
        with pytest.raises(ConnectRejected, match="no X-Twilio-Signature") as none:
            async with open_phone_over_socket(server.address, TWILIO):
                pass
        assert (wrong.value.code, none.value.code) == (403, 401)
        assert server.statistics.refused == 2


async def test_no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {"x-telnyx-streaming-auth-token": "very-secret"}
    async with (
        open_phone_server(wait, TELNYX, admission=TelnyxToken("very-secret")) as server,
        open_phone_over_socket(server.address, TELNYX, headers=headers),
    ):
        pass
    assert "very-secret" not in caplog.text


STRANGERS = {
    "nothing": b"",
    "half a request": b"GET /calls HTTP/1.1\r\nHost:",
    "no HTTP": b"\x16\x03\x01\x00\xff" * 9,
    "a browser": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("name", STRANGERS)
async def test_strangers_are_sent_away_and_nothing_is_left_of_them(name: str) -> None:
    async with open_phone_server(wait, TWILIO) as server:
        async with talking_bytes(server) as stream:
            await stream.send_all(STRANGERS[name])
            await stream.send_eof()
            answer = await read_all(stream)
            assert b" 101 " not in answer
        with trio.fail_after(SOON):
            while server.statistics.refused != 1:  # noqa: ASYNC110
                await trio.sleep(0.01)
        assert server.statistics.active == 0


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n", b"\x10\x01\x40", b"\x01\x00\x04abcd"])
async def test_a_stranger_on_audiosocket_is_closed_at_once(data: bytes) -> None:
    async with open_phone_server(wait, AUDIOSOCKET) as server, talking_bytes(server) as stream:
        await stream.send_all(data)
        await read_all(stream)
        assert server.statistics.never_started == 1


@pytest.mark.parametrize("dialect", [TWILIO, AUDIOSOCKET], ids=lambda each: each.name)
async def test_a_call_that_never_starts_is_closed(dialect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "STARTS_WITHIN", 0.2)
    async with open_phone_server(wait, dialect) as server:
        async with talking_bytes(server) as stream:
            if dialect is TWILIO:
                await stream.send_all(UPGRADE)
            answer = await read_all(stream)
            assert (b"no call began within" in answer) is (dialect is TWILIO)
        assert server.statistics.never_started == 1
        assert server.statistics.answered == 0


BEFORE: dict[str, tuple[Any, list[str | bytes]]] = {
    "stop before start": (TWILIO, ['{"event": "stop", "streamSid": "MZ"}']),
    "sound, then stop": (TWILIO, ['{"event": "media", "media": {"payload": "AAAA"}}', '{"event": "stop"}']),
    "a hang-up before the UUID": (AUDIOSOCKET, [b"\x00\x00\x00"]),
}


@pytest.mark.parametrize("at_once", [True, False], ids=["in one piece", "piece by piece"])
@pytest.mark.parametrize("name", BEFORE)
async def test_a_call_that_ends_before_it_began_is_closed_at_once(name: str, *, at_once: bool) -> None:
    dialect, frames = BEFORE[name]
    pieces = [UPGRADE] if dialect is TWILIO else []
    pieces += [frame if isinstance(frame, bytes) else masked(frame) for frame in frames]
    async with open_phone_server(wait, dialect) as server:
        with trio.fail_after(server_module.STARTS_WITHIN / 2):
            async with talking_bytes(server) as stream:
                for piece in [b"".join(pieces)] if at_once else pieces:
                    await stream.send_all(piece)
                answer = await read_all(stream)
        assert (b"it ended before it began" in answer) is (dialect is TWILIO)
        assert server.statistics.never_started == 1
        assert (server.statistics.answered, server.statistics.failed) == (0, 0)


HOSTILE: dict[str, tuple[Any, list[str | bytes], str]] = {  # Asterisk is told to hang up, without words
    "two starts": (TWILIO, [START], "a second start"),
    "two starts of Asterisk": (ASTERISK_WEBSOCKET, ["MEDIA_START channel_id:x format:ulaw"], ""),
    "a number without an end": (
        TELNYX,
        ['{"event": "media", "media": {"payload": "AAAA", "chunk": Infinity}}'],
        "whose number is inf",
    ),
    "a key that no phone has": (ASTERISK_WEBSOCKET, ["DTMF_END digit:hello"], ""),
    "an odd key over TCP": (AUDIOSOCKET, [b"\x03\x00\x01x"], ""),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_no_phone_does_ends_that_call_with_the_reason(name: str) -> None:
    dialect, frames, words = HOSTILE[name]
    ended: list[HungUp] = []

    async def answer(call: PhoneCall) -> None:
        ended.append(await call.wait_over())

    with trio.fail_after(SOON):
        async with open_phone_server(answer, dialect) as server:
            async with open_phone_over_socket(server.address, dialect) as phone:
                for frame in frames:
                    await phone.send(frame)
                await phone.wait_hung_up()
                assert phone.ended is not None
                assert words in phone.ended.reason
            await idle(server)
            assert server.statistics.failed == 0
    assert ended == [HungUp.REFUSED]


@pytest.mark.parametrize("sizes", [1, 2, 7])
async def test_audiosocket_may_be_cut_anywhere_and_end_in_the_middle(sizes: int) -> None:
    ended: list[HungUp] = []

    async def answer(call: PhoneCall) -> None:
        ended.append(await call.wait_over())

    data = b"\x01\x00\x10" + bytes(16) + b"\x10\x01\x40" + bytes(320) + b"\x03\x00\x015" + b"\x10\x01\x40half"
    with trio.fail_after(SOON):
        async with open_phone_server(answer, AUDIOSOCKET) as server:
            async with talking_bytes(server) as stream:
                for at in range(0, len(data), sizes):
                    await stream.send_all(data[at : at + sizes])
            await idle(server)
            assert (server.statistics.answered, server.statistics.failed) == (1, 0)
    assert len(ended) == 1
    assert ended[0] in {HungUp.LOST, HungUp.CALLER}


async def test_an_oversized_frame_ends_the_call_only(caplog: pytest.LogCaptureFixture) -> None:
    async with open_phone_server(wait, TWILIO) as server:
        async with (
            open_phone_over_socket(server.address, TWILIO) as phone,
            open_phone_over_socket(server.address, TWILIO) as other,
        ):
            await phone.send("x" * 100_000)
            with trio.fail_after(SOON):
                await phone.wait_hung_up()
            assert phone.ended is not None
            assert phone.ended.code == 1009
            assert other.ended is None
        await idle(server)


async def test_what_answer_raises_ends_that_call_only(caplog: pytest.LogCaptureFixture) -> None:
    async def answer(call: PhoneCall) -> None:
        if call.call_id == "bad":
            raise RuntimeError("no agent for this number")
        await call.wait_over()

    async with (
        open_phone_server(answer, TWILIO) as server,
        open_phone_over_socket(server.address, TWILIO, call_id="good") as good,
        open_phone_over_socket(server.address, TWILIO, call_id="bad") as bad,
    ):
        with trio.fail_after(SOON):
            await bad.wait_hung_up()
            while not server.statistics.failed:  # noqa: ASYNC110
                await trio.sleep(0.01)
        assert good.ended is None
        assert server.statistics.active == 1
    assert "no agent for this number" in caplog.text


@pytest.mark.parametrize("dialect", [TWILIO, AUDIOSOCKET], ids=lambda each: each.name)
async def test_more_calls_than_lines_are_told_that_all_are_busy(dialect: Any) -> None:
    async with open_phone_server(wait, dialect, most_calls=1) as server:
        async with open_phone_over_socket(server.address, dialect):
            with trio.fail_after(SOON):
                while not server.statistics.active:  # noqa: ASYNC110
                    await trio.sleep(0.01)
            if dialect is TWILIO:
                with pytest.raises(ConnectRejected, match="all 1 lines are busy") as refused:
                    async with open_phone_over_socket(server.address, dialect):
                        pass
                assert refused.value.code == 503
            else:
                async with talking_bytes(server) as stream:
                    assert await read_all(stream) == b""
        await idle(server)
        async with open_phone_over_socket(server.address, dialect) as phone:
            assert phone.ended is None


async def test_tls_is_spoken_where_a_context_is_given() -> None:
    authority = trustme.CA()
    ours, theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(ours)
    authority.configure_trust(theirs)
    with trio.fail_after(SOON):
        async with open_phone_server(wait, TWILIO, ssl_context=ours) as server:
            assert server.address.startswith("wss://127.0.0.1:")
            async with open_phone_over_socket(server.address, TWILIO, ssl_context=theirs) as phone:
                assert phone.ended is None


async def test_leaving_the_block_ends_the_calls() -> None:
    ended: list[str] = []

    async def answer(call: PhoneCall) -> None:
        try:
            await call.wait_over()
        finally:
            ended.append(call.call_id)

    with trio.fail_after(SOON):
        async with open_phone_server(answer, TWILIO) as server:  # noqa: SIM117  # the phone is put away first
            async with open_phone_over_socket(server.address, TWILIO, call_id="a") as phone:
                while not server.statistics.active:  # noqa: ASYNC110
                    await trio.sleep(0.01)
                assert ended == []
                stays = phone
        await stays.wait_hung_up()
    assert ended == ["a"]


async def test_a_drain_closes_the_door_and_waits_for_the_last_call() -> None:
    async def answer(call: PhoneCall) -> None:
        await call.wait_over()

    with trio.fail_after(SOON):
        async with open_drain(signals=()) as drain, open_phone_server(answer, TWILIO, drain=drain) as server:  # noqa: SIM117
            async with open_phone_over_socket(server.address, TWILIO) as phone, trio.open_nursery() as nursery:
                closed = trio.Event()

                async def wait_closed() -> None:
                    await server.wait_closed()
                    closed.set()

                nursery.start_soon(wait_closed)
                while not server.statistics.active:  # noqa: ASYNC110
                    await trio.sleep(0.01)
                drain.start()
                await trio.sleep(0.05)
                with pytest.raises(OSError):
                    await trio.open_tcp_stream("127.0.0.1", server.port)
                assert not closed.is_set()
                assert phone.ended is None
                await phone.hang_up()
                await closed.wait()


async def test_waiting_for_the_end_can_be_cancelled() -> None:
    async with open_phone_server(wait, TWILIO) as server:
        with trio.move_on_after(0.01) as scope:
            await server.wait_closed()
        assert scope.cancelled_caught


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dialect": TWILIO, "host": "0.0.0.0"}, "give admission=TwilioSignature"),  # noqa: S104
        ({"dialect": AUDIOSOCKET, "admission": BasicAuth("a", "b")}, "no request that could be admitted"),
        ({"dialect": ASTERISK_WEBSOCKET, "most_calls": 0}, "at least one call"),
    ],
    ids=["anybody", "nothing to admit", "no lines"],
)
async def test_a_mistake_is_told_before_anything_is_opened(options: dict[str, Any], words: str) -> None:
    dialect = options.pop("dialect")
    with pytest.raises(ConfigError, match=words):
        async with open_phone_server(wait, dialect, **options):
            pass


async def test_nothing_is_left_of_many_short_calls() -> None:
    async with open_phone_server(wait, TWILIO) as server:
        for number in range(10):
            async with open_phone_over_socket(server.address, TWILIO, call_id=str(number)):
                await trio.sleep(0.005)
        await idle(server)
        assert server.statistics.answered == 10
    gc.collect()
    assert not [each for each in gc.get_objects() if isinstance(each, PhoneCall)]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
async def test_a_call_that_is_cancelled_anywhere_leaves_nothing(dialect: Any, autojump_clock: MockClock) -> None:
    begun: list[PhoneCall] = []

    async def answer(call: PhoneCall) -> None:
        begun.append(call)
        peer = Peer()
        await peer.ready()
        async with call.equip(builder()).connect_with_transport(peer.client) as session:
            await peer.send(audio(tone(0.2)))
            await call.talk(session)

    server = PhoneServer(answer, dialect)

    async def hold_a_call() -> None:
        async with open_phone(server, dialect) as phone:
            await phone.press("5")
            await trio.sleep(0.05)

    count = await cancel_everywhere(hold_a_call, after_each=lambda: None)
    assert count > 20
    assert begun
    await trio.sleep(10)
    assert server.statistics.active == 0
    assert server.statistics.failed == 0


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
async def test_a_caller_presses_a_key_and_hangs_up_in_the_middle_of_the_greeting(dialect: Any) -> None:
    pressed, told = trio.open_memory_channel[str](1)
    ended: list[HungUp] = []

    async def answer(call: PhoneCall) -> None:
        peer = Peer()
        await peer.ready()
        live = builder().on_dtmf(pressed.send)
        async with call.equip(live).connect_with_transport(peer.client) as session:
            await peer.send(audio(tone(5.0)))
            ended.append(await call.talk(session))

    with trio.fail_after(SOON):
        async with open_phone_server(answer, dialect) as server:
            async with open_phone_over_socket(server.address, dialect) as phone:
                await phone.wait_heard(0.1)
                await phone.press("5")
                assert await told.receive() == "5"
                await phone.hang_up()
                assert phone.heard < 5.0  # it is still being said
            await idle(server)
            assert (server.statistics.answered, server.statistics.failed) == (1, 0)
    assert ended == [HungUp.CALLER]


async def test_opening_a_server_can_be_cancelled_anywhere() -> None:
    async def open_and_leave() -> None:
        async with open_phone_server(wait, TWILIO):
            await trio.lowlevel.checkpoint()

    assert await cancel_everywhere(open_and_leave) > 1


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
async def test_callers_who_are_gone_without_a_word_leave_nothing(dialect: Any) -> None:
    """At whatever moment: while they ask, while they are greeted, in the middle of a frame."""
    async with open_phone_server(wait, dialect) as server:
        for number in range(12):
            stream = await trio.open_tcp_stream("127.0.0.1", server.port)
            with trio.move_on_after(0.002 * number):
                async with open_phone_over_socket(server.address, dialect) as phone:
                    await phone.wait_hung_up()
            await stream.send_all(b"\x10\x01"[: number % 3] or b"G")
            await trio.aclose_forcefully(stream)
        await idle(server)
        assert server.statistics.failed == 0
