"""Over real loopback sockets, with trio-websocket on the other side; the time is real and short."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import trio
import trio_websocket
import trustme
from trio.testing import MockClock, wait_all_tasks_blocked

from tests.emulator.callers import Caller, Notebook, persona, spoken, tools
from trio_live.emulator import ConnectionStatistics, Emulator, open_emulator
from trio_live.emulator._service import LIMITS
from trio_live.errors import ConfigError, ConnectRejected, LinkLost
from trio_live.transport import Endpoint, GoogleAI, Transport, Vertex, dial_websocket
from trio_live.wire import Platform

ECHO = persona('[[default]]\nsay = "You said {heard}."')
SETUP = '{"setup": {"model": "models/gemini-3.8-live", "outputAudioTranscription": {}}}'
PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
HASTY: Any = {"pace": None, "realtime_playback": False, "first_word_after": 0.0}


@asynccontextmanager
async def calling(
    emulator: Emulator, endpoint: Endpoint | None = None, *, within: float = 20, **settings: Any
) -> AsyncGenerator[Caller, None]:
    endpoint = endpoint or GoogleAI("key", base_url=emulator.url)
    with trio.fail_after(within):
        async with dial_websocket(endpoint, **settings)() as transport:
            yield Caller(transport)


async def test_a_text_conversation_over_a_socket() -> None:
    async with open_emulator(ECHO, **HASTY) as emulator:
        assert emulator.url == f"ws://127.0.0.1:{emulator.port}"
        async with calling(emulator) as caller:
            await caller.setup()
            assert await caller.ask("hello") == "You said hello."


async def test_a_handler_holds_the_conversation_instead_of_the_persona() -> None:
    addressed: list[Platform] = []

    async def handle(transport: Transport, platform: Platform) -> None:
        addressed.append(platform)
        (frame,) = await transport.receive()
        await transport.send([frame, b"and a frame of mine"])

    async with open_emulator(handler=handle) as emulator:
        endpoint = Vertex("p", "us-central1", "token", base_url=emulator.url)
        with trio.fail_after(20):
            async with dial_websocket(endpoint)() as transport:
                await transport.send(["a frame of yours"])
                received: list[bytes | str] = []
                while len(received) < 2:
                    received += await transport.receive()
                with pytest.raises(LinkLost):
                    await transport.receive()
            await emulator.wait_idle()
        assert received == ["a frame of yours", b"and a frame of mine"]
        assert addressed == [Platform.VERTEX]
        assert (emulator.connections.accepted, emulator.connections.active) == (1, 0)


async def test_vertex_has_a_path_of_its_own() -> None:
    async with open_emulator(ECHO, **HASTY) as emulator:
        endpoint = Vertex("p", "us-central1", "token", base_url=emulator.url)
        async with calling(emulator, endpoint) as caller:
            complete = await caller.setup("publishers/google/models/gemini-live-2.5-flash")
            assert complete.setup_complete is not None
            assert complete.setup_complete.session_id


async def test_where_any_key_opens_any_ephemeral_token_does() -> None:
    async with open_emulator(ECHO, **HASTY) as emulator:
        endpoint = GoogleAI("auth_tokens/abc", base_url=emulator.url)
        async with calling(emulator, endpoint) as caller:
            await caller.setup()


async def test_tls() -> None:
    authority = trustme.CA()
    server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(server_context)
    client_context = ssl.create_default_context()
    authority.configure_trust(client_context)
    async with open_emulator(ECHO, ssl_context=server_context, **HASTY) as emulator:
        assert emulator.url.startswith("wss://")
        async with calling(emulator, ssl_context=client_context) as caller:
            await caller.setup()
            assert await caller.ask("hello") == "You said hello."


async def test_a_client_without_tls_harms_nobody() -> None:
    authority = trustme.CA()
    server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(server_context)
    client_context = ssl.create_default_context()
    authority.configure_trust(client_context)
    async with open_emulator(ECHO, ssl_context=server_context, raise_errors=True, **HASTY) as emulator:
        stream = await trio.open_tcp_stream("127.0.0.1", emulator.port)
        await stream.send_all(b"GET / HTTP/1.1\r\n\r\n")
        with trio.fail_after(5):
            assert await stream.receive_some() is not None
        await stream.aclose()
        async with calling(emulator, ssl_context=client_context) as caller:
            await caller.setup()


@pytest.mark.parametrize(
    ("choices", "kind", "ending"), [({}, bytes, "\n"), ({"text_frames": True, "indent": None}, str, "}")]
)
async def test_frames_are_binary_and_indented_unless_told_otherwise(choices: Any, kind: type, ending: str) -> None:
    async with open_emulator(ECHO, **choices) as emulator:
        address = f"{emulator.url}{PATH}?key=k"
        async with trio_websocket.open_websocket_url(address) as socket_:
            await socket_.send_message(SETUP)
            frame = await socket_.get_message()
            assert isinstance(frame, kind)
            text = frame.decode() if isinstance(frame, bytes) else frame
            assert text.endswith(ending)
            assert json.loads(text) == {"setupComplete": {}}


async def test_binary_frames_of_a_client_are_read() -> None:
    async with open_emulator(ECHO) as emulator:
        address = f"{emulator.url}{PATH}?key=k"
        async with trio_websocket.open_websocket_url(address) as socket_:
            await socket_.send_message(SETUP.encode())
            assert b"setupComplete" in await socket_.get_message()


@pytest.mark.parametrize(
    ("target", "status"),
    [(f"{PATH}?key=wrong", b"403"), (PATH, b"401"), ("/chat?key=good", b"404"), ("/", b"404")],
)
async def test_an_upgrade_may_be_turned_away(target: str, status: bytes) -> None:
    request = (
        f"GET {target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    async with open_emulator(ECHO, keys={"good"}) as emulator:
        stream = await trio.open_tcp_stream("127.0.0.1", emulator.port)
        async with stream:
            await stream.send_all(request.encode())
            with trio.fail_after(5):
                response = b"".join([chunk async for chunk in stream])
        assert response.split()[1] == status
        assert emulator.connections == ConnectionStatistics(turned_away=1)


async def test_a_bad_key_is_told_to_the_client() -> None:
    async with open_emulator(ECHO, keys={"good"}) as emulator:
        with pytest.raises(ConnectRejected) as rejected:
            async with calling(emulator, GoogleAI("wrong", base_url=emulator.url)):
                pass
        assert rejected.value.code == 403


async def test_a_refusal_arrives_with_its_code_and_reason() -> None:
    async with open_emulator(ECHO) as emulator:
        async with calling(emulator) as caller:
            await caller.send_raw('{"setup": {"model": "models/gemini-3.8-live", "turboMode": true}}')
            code, reason = await caller.closing()
        assert code == 1007
        assert reason == "Invalid JSON payload received. Unknown name \"turboMode\" at 'setup': Cannot find field."


async def test_many_clients_talk_at_once() -> None:
    async with open_emulator(ECHO, **HASTY) as emulator:

        async def talk(number: int) -> None:
            async with calling(emulator) as caller:
                await caller.setup()
                assert await caller.ask(f"number {number}") == f"You said number {number}."

        async with trio.open_nursery() as nursery:
            for number in range(8):
                nursery.start_soon(talk, number)
        assert emulator.connections.accepted == 8
        with trio.fail_after(5):
            await emulator.wait_idle()
        assert emulator.connections == ConnectionStatistics(accepted=8)


async def test_a_broken_client_harms_nobody() -> None:
    async with open_emulator(ECHO, **HASTY) as emulator, calling(emulator) as caller:
        await caller.setup()
        for garbage in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01 hello tls", bytes(5000)):
            stream = await trio.open_tcp_stream("127.0.0.1", emulator.port)
            if garbage:
                await stream.send_all(garbage)
            await stream.aclose()
        reset = await trio.open_tcp_stream("127.0.0.1", emulator.port)
        reset.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        await reset.aclose()
        assert await caller.ask("hello") == "You said hello."


async def test_a_client_that_vanishes_in_mid_answer_harms_nobody() -> None:
    async with open_emulator(persona('[[default]]\nsay = "A rather long answer, all in all."')) as emulator:
        stream = await trio.open_tcp_stream("127.0.0.1", emulator.port)
        async with trio.open_nursery() as nursery:
            connection = await trio_websocket.wrap_client_stream(nursery, stream, "localhost", f"{PATH}?key=k")
            await connection.send_message(SETUP)
            await connection.send_message('{"realtimeInput": {"text": "hello"}}')
            for _ in range(3):
                await connection.get_message()
            await trio.aclose_forcefully(stream)
        with trio.fail_after(5):
            await emulator.wait_idle()
        assert emulator.connections == ConnectionStatistics(accepted=1)


async def test_leaving_the_block_closes_every_connection() -> None:
    async with trio.open_nursery() as nursery:
        async with open_emulator(ECHO) as emulator:
            connected, gone = trio.Event(), trio.Event()

            async def stay() -> None:
                async with calling(emulator) as caller:
                    await caller.setup()
                    connected.set()
                    with pytest.raises(LinkLost, match="1001"):
                        await caller.next()
                    gone.set()

            nursery.start_soon(stay)
            await connected.wait()
        with trio.fail_after(5):
            await gone.wait()


async def test_the_log_tells_of_the_upgrade() -> None:
    notebook = Notebook()
    async with open_emulator(ECHO, on_log=notebook, **HASTY) as emulator:
        endpoint = GoogleAI("secret", base_url=emulator.url)
        async with calling(emulator, endpoint) as caller:
            await caller.setup(tools=tools("f"))
            assert spoken(caller.received) == ""
    assert notebook.mentions(f"upgrade to {PATH}")
    assert not notebook.mentions("secret")


async def test_an_error_in_a_connection_can_be_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trio_live.emulator._lifecycle.Connection", None)
    with pytest.raises(TypeError, match="not callable"):
        async with open_emulator(ECHO, raise_errors=True) as emulator, calling(emulator) as caller:
            await caller.setup()


async def test_a_persona_without_its_recordings_is_refused_before_the_port_opens(tmp_path: Any) -> None:
    with pytest.raises(ConfigError, match=r"index\.toml"):
        async with open_emulator(persona(f'voice = "{tmp_path}"')):
            pass


async def test_an_address_that_others_can_reach_needs_a_key() -> None:
    for host in ("0.0.0.0", "::", "example.com"):  # noqa: S104  # nothing is bound
        with pytest.raises(ConfigError, match="name the keys"):
            async with open_emulator(host=host):
                pass
    async with open_emulator(host="0.0.0.0", keys=["k"]):  # noqa: S104  # with a key it is
        pass


@pytest.mark.parametrize("line", [b"//[", b"http://[/x", b"/\xff", b"/%", b"*", b"/ws/\x00", b"/" + b"x" * 100_000])
@pytest.mark.parametrize("method", [b"GET", b"POST", b"BREW"])
async def test_a_request_that_makes_no_sense_is_answered_and_logs_no_traceback(
    method: bytes, line: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_emulator(ECHO, **HASTY) as emulator:
        with trio.fail_after(20):
            stream = await trio.open_tcp_stream("127.0.0.1", emulator.port)
            with suppress(trio.BrokenResourceError):
                await stream.send_all(method + b" " + line + b" HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}")
                answer = await stream.receive_some(12)
                assert answer in (b"", b"HTTP/1.1 400", b"HTTP/1.1 404"), answer
            await stream.aclose()
            async with calling(emulator) as caller:
                await caller.setup()
    assert not [record for record in caplog.records if record.exc_info]


async def test_one_message_of_a_hundred_thousand_turns_harms_its_sender_only() -> None:
    turns = ",".join(['{"role":"user","parts":[{"text":"x"}]}'] * 100_000)
    async with open_emulator(ECHO, **HASTY) as emulator, calling(emulator) as other:
        await other.setup()
        async with calling(emulator) as caller:
            await caller.setup()
            await caller.send_raw('{"clientContent":{"turns":[' + turns + "]}}")
            with pytest.raises(LinkLost) as lost:
                await caller.transport.receive()
        assert lost.value.code == 1009
        assert await other.ask("hello") == "You said hello."


async def test_idle_connections_by_the_hundred_hold_up_nobody() -> None:
    async with open_emulator(ECHO, **HASTY) as emulator, trio.open_nursery() as nursery:
        silent = [await trio.open_tcp_stream("127.0.0.1", emulator.port) for _ in range(200)]
        for stream in silent[::2]:
            await stream.send_all(b"GET / HTTP/1.1\r\n")
        async with calling(emulator) as caller:
            await caller.setup()
            assert await caller.ask("hello") == "You said hello."
        for stream in silent:
            nursery.start_soon(stream.aclose)


async def test_clients_by_the_hundred_that_ask_and_never_read_hold_up_nobody() -> None:
    async with open_emulator(ECHO, **HASTY) as emulator, trio.open_nursery() as nursery:

        async def ask_and_never_read() -> None:
            async with calling(emulator, within=200) as caller:
                await caller.send_raw(SETUP)
                for number in range(5):
                    await caller.say(f"word {number}")
                await trio.sleep_forever()

        for _ in range(100):
            nursery.start_soon(ask_and_never_read)
        with trio.fail_after(100):
            while emulator.connections.active < 100:  # the server counts one when it gets round to it
                await wait_all_tasks_blocked(0.01)
        async with calling(emulator, within=100) as caller:
            await caller.setup()
            assert await caller.ask("hello") == "You said hello."
        nursery.cancel_scope.cancel()


async def test_a_client_that_takes_nothing_is_cut_and_holds_nobody(mock_clock: MockClock) -> None:
    ended: list[LinkLost] = []

    async def pour(transport: Transport, _platform: Platform) -> None:
        try:
            while True:
                await transport.send([bytes(1024 * 1024)])
        except LinkLost as lost:
            ended.append(lost)

    async with open_emulator(ECHO, handler=pour) as emulator:
        stream = await trio.open_tcp_stream("127.0.0.1", emulator.port)
        await stream.send_all(UPGRADE)
        while not emulator.connections.active:
            await wait_all_tasks_blocked(0.01)
        await wait_all_tasks_blocked(0.05)
        assert not ended
        mock_clock.jump(LIMITS["write"].most)
        await emulator.wait_idle()
        assert len(ended) == 1
        await stream.aclose()


UPGRADE = b"\r\n".join(
    (
        b"GET /ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=k HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        b"Sec-WebSocket-Version: 13",
        b"",
        b"",
    )
)
