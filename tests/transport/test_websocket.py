"""Frames over real WebSockets on loopback."""

from __future__ import annotations

import pytest
import trio
import trio.testing
import trio_websocket

from tests.transport.raw_server import TEXT, Peer, frame, open_raw_server
from tests.transport.servers import KEY, MIB, dialer, echo, listen, open_server, talking
from trio_live.errors import LinkLost
from trio_live.transport import GoogleAI, Transport, TransportKind, Vertex, WebSocketTransport, dial_websocket

SOON = 5.0


async def lost(transport: Transport) -> tuple[int, str]:
    """The code and the reason with which a connection ended, as a reader learns them."""
    with trio.fail_after(SOON), pytest.raises(LinkLost) as caught:
        await transport.receive()
    return caught.value.code, caught.value.reason


async def receive(transport: Transport, count: int) -> list[bytes | str]:
    frames: list[bytes | str] = []
    with trio.fail_after(SOON):
        while len(frames) < count:
            frames += await transport.receive()
    return frames


async def test_text_and_binary_frames_go_both_ways_in_order(kind: TransportKind) -> None:
    async with open_server(talking(echo)) as url, dialer(url, kind)() as transport:
        assert isinstance(transport, Transport)
        await transport.send(["text", b"bytes", "", b"", "ä"])
        assert await receive(transport, 5) == ["text", b"bytes", "", b"", "ä"]


async def test_frames_right_behind_the_upgrade_are_not_lost(kind: TransportKind) -> None:
    async def burst(server: trio_websocket.WebSocketConnection) -> None:
        for number in range(100):
            await server.send_message(str(number))
        await listen(server)

    async with open_server(talking(burst)) as url, dialer(url, kind)() as transport:
        assert await receive(transport, 100) == [str(number) for number in range(100)]


async def test_large_messages_pass_whole(kind: TransportKind) -> None:
    large: list[bytes | str] = [bytes(range(256)) * (2 * MIB // 256), "x" * 2 * MIB]
    async with open_server(talking(echo)) as url, dialer(url, kind)() as transport, trio.open_nursery() as nursery:
        nursery.start_soon(transport.send, large)
        assert await receive(transport, 2) == large


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (1000, ""),
        (1001, "going away"),
        (1007, "Request contains an invalid argument."),
        (1008, "The operation was aborted."),
        (1011, "x" * 123),
        (4321, "private"),
    ],
)
async def test_a_close_keeps_its_code_and_reason_and_comes_after_the_frames(
    kind: TransportKind, code: int, reason: str
) -> None:
    async def last_words(server: trio_websocket.WebSocketConnection) -> None:
        await server.send_message("one")
        await server.send_message("two")
        await server.aclose(code, reason or None)

    async with open_server(talking(last_words)) as url, dialer(url, kind)() as transport:
        assert await receive(transport, 2) == ["one", "two"]
        assert await lost(transport) == (code, reason)
        assert await lost(transport) == (code, reason)
        with trio.fail_after(SOON), pytest.raises(LinkLost) as caught:
            await transport.send(["too late"])
        assert (caught.value.code, caught.value.reason) == (code, reason)


async def test_a_connection_that_is_cut_ends_with_1006(kind: TransportKind) -> None:
    async def cut(peer: Peer) -> None:
        await peer.say(frame(TEXT, b"one"))
        await peer.cut()

    async with open_raw_server(cut) as url, dialer(url, kind)() as transport:
        assert await receive(transport, 1) == ["one"]
        assert (await lost(transport))[0] == 1006
        with trio.fail_after(SOON), pytest.raises(LinkLost) as caught:
            await transport.send(["too late"])
        assert caught.value.code == 1006


async def test_leaving_says_goodbye_with_1000(kind: TransportKind) -> None:
    codes: list[int] = []
    gone = trio.Event()

    async def note(server: trio_websocket.WebSocketConnection) -> None:
        await listen(server)
        assert server.closed is not None
        codes.append(server.closed.code)
        gone.set()

    async with open_server(talking(note)) as url:
        async with dialer(url, kind)():
            pass
        with trio.fail_after(SOON):
            await gone.wait()
    assert codes == [1000]


async def test_after_our_own_close_nothing_works_and_nothing_hangs(kind: TransportKind) -> None:
    async with open_server(talking(echo)) as url, dialer(url, kind)() as transport:
        await transport.aclose()
        await transport.aclose()
        assert (await lost(transport))[0] == 1000
        with trio.fail_after(SOON), pytest.raises(LinkLost):
            await transport.send(["too late"])


async def test_a_server_closes_with_a_code_and_a_reason_of_its_own(kind: TransportKind) -> None:
    async def refuse(server: trio_websocket.WebSocketConnection) -> None:
        await WebSocketTransport(server).aclose(1008, "not today")

    async with open_server(talking(refuse)) as url, dialer(url, kind)() as transport:
        assert await lost(transport) == (1008, "not today")


async def test_a_cancelled_receive_loses_nothing(kind: TransportKind) -> None:
    go = trio.Event()

    async def speak_when_told(server: trio_websocket.WebSocketConnection) -> None:
        await go.wait()
        await server.send_message("one")
        await server.send_message("two")
        await listen(server)

    async with open_server(talking(speak_when_told)) as url, dialer(url, kind)() as transport:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(transport.receive)
            await trio.testing.wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
        go.set()
        await trio.testing.wait_all_tasks_blocked(0.01)
        with trio.CancelScope() as scope:
            scope.cancel()
            await transport.receive()
        assert scope.cancelled_caught
        assert await receive(transport, 2) == ["one", "two"]


async def test_the_users_exception_comes_out_as_it_went_in(kind: TransportKind) -> None:
    error = ValueError("mine")

    async def use(url: str) -> None:
        async with dialer(url, kind)() as transport:
            await transport.send(["hello"])
            raise error

    async with open_server(talking(echo)) as url:
        with pytest.raises(ValueError) as caught:
            await use(url)
    assert caught.value is error


async def test_a_link_that_breaks_under_the_user_is_told_once_and_plainly(kind: TransportKind) -> None:
    async with open_raw_server(Peer.cut) as url:
        with pytest.raises(LinkLost) as caught:
            async with dialer(url, kind)() as transport:
                await transport.receive()
    assert caught.value.code == 1006


async def test_the_request_names_method_host_and_credential_and_no_secret_in_the_path(kind: TransportKind) -> None:
    seen: list[tuple[str, dict[bytes, bytes]]] = []

    async def note(request: trio_websocket.WebSocketRequest) -> None:
        seen.append((request.path, dict(request.headers)))
        await listen(await request.accept())

    async with open_server(note) as url:
        async with dialer(url + "/proxy/", kind)():
            pass
        async with dial_websocket(Vertex("p", "eu", KEY, base_url=url, quota_project="payer"), kind=kind)():
            pass
    (google_path, google_headers), (vertex_path, vertex_headers) = seen
    assert google_path == "/proxy/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
    assert google_headers[b"x-goog-api-key"] == KEY.encode()
    assert vertex_path == "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
    assert vertex_headers[b"authorization"] == b"Bearer " + KEY.encode()
    assert vertex_headers[b"x-goog-user-project"] == b"payer"


async def test_a_fresh_credential_is_asked_for_at_every_dial(kind: TransportKind) -> None:
    keys: list[bytes] = []
    asked = iter(["first", "auth_tokens/second", "third"])

    async def note(request: trio_websocket.WebSocketRequest) -> None:
        headers = dict(request.headers)
        keys.append(headers.get(b"x-goog-api-key") or headers[b"authorization"] + request.path[-11:].encode())
        await listen(await request.accept())

    async with open_server(note) as url:
        dial = dial_websocket(GoogleAI(lambda: next(asked), base_url=url), kind=kind)
        for _ in range(3):
            async with dial():
                pass
    assert keys == [b"first", b"Token auth_tokens/secondConstrained", b"third"]
