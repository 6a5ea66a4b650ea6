"""A socket on which writing never waits."""

from __future__ import annotations

import socket
import ssl

import attrs
import pytest
import trio
import trio.testing
import trustme

from trio_live.transport._socket._limits import WRITE_STALLED, WRITE_WITHIN
from trio_live.transport._socket._line import Line

MIB = 1024 * 1024
SOON = 5.0


def pair() -> tuple[Line, trio.SocketStream]:
    """A line, and the other end of its socket."""
    near, far = socket.socketpair()
    far.setblocking(False)
    return Line(near), trio.SocketStream(trio.socket.from_stdlib_socket(far))


async def read(stream: trio.abc.ReceiveStream, size: int) -> bytes:
    data = b""
    with trio.fail_after(SOON):
        while len(data) < size:
            part = await stream.receive_some()
            assert part, f"the stream ended after {len(data)} of {size} bytes"
            data += part
    return data


async def test_a_line_takes_over_the_socket_of_a_stream() -> None:
    near, far = socket.socketpair()
    stream = trio.SocketStream(trio.socket.from_stdlib_socket(near))
    line = Line.taken_from(stream)
    line.write(b"hello")
    assert far.recv(10) == b"hello"
    assert stream.socket.fileno() == -1
    line.close()
    assert far.recv(10) == b""
    far.close()


async def test_what_the_socket_does_not_take_is_kept_and_written_in_order() -> None:
    line, far = pair()
    async with far:
        written = b""
        while not line.backlog:
            line.write(part := bytes([len(written) % 251]) * 50_000)
            written += part
        line.write(b"the end")
        written += b"the end"
        async with trio.open_nursery() as nursery:
            nursery.start_soon(line.carry)
            nursery.start_soon(line.drain)
            nursery.start_soon(line.drain)
            assert await read(far, len(written)) == written
            await line.drain()
            assert line.backlog == 0
            nursery.cancel_scope.cancel()
        line.close()


async def test_it_is_carried_each_time_it_gets_stuck() -> None:
    line, far = pair()
    async with far, trio.open_nursery() as nursery:
        nursery.start_soon(line.carry)
        for _ in range(3):
            line.write(bytes(4 * MIB))
            assert line.backlog
            await read(far, 4 * MIB)
            assert line.backlog == 0
        nursery.cancel_scope.cancel()
    line.close()


async def test_a_cancelled_drain_loses_nothing() -> None:
    line, far = pair()
    async with far, trio.open_nursery() as nursery:
        line.write(data := bytes(range(256)) * (4 * MIB // 256))
        with trio.move_on_after(0.01) as patience:
            await line.drain()
        assert patience.cancelled_caught
        nursery.start_soon(line.drain)
        assert await read(far, len(data)) == data
    line.close()


async def test_a_peer_that_is_gone_breaks_the_line_for_writers_and_readers() -> None:
    line, far = pair()
    line.write(bytes(4 * MIB))
    await far.aclose()
    with pytest.raises(trio.BrokenResourceError):
        await line.drain()
    assert line.backlog == 0
    with pytest.raises(trio.BrokenResourceError):
        line.write(b"more")
    line.close()


async def test_who_carries_stops_when_the_line_breaks() -> None:
    line, far = pair()
    line.write(bytes(4 * MIB))
    await far.aclose()
    with trio.fail_after(SOON):
        await line.carry()
    line.close()


async def test_closing_wakes_whoever_waits() -> None:
    line, far = pair()
    line.write(bytes(4 * MIB))
    async with far, trio.open_nursery() as nursery:

        async def reads() -> None:
            with pytest.raises(trio.ClosedResourceError):
                await line.receive()

        nursery.start_soon(reads)
        nursery.start_soon(line.carry)
        await trio.testing.wait_all_tasks_blocked()
        line.close()
        line.close()


async def test_it_knows_when_it_last_heard_and_hears_what_nobody_has_read(mock_clock: trio.testing.MockClock) -> None:
    line, far = pair()
    async with far:
        mock_clock.jump(5)
        assert line.heard_at() == 0
        await far.send_all(b"one")
        assert line.heard_at() == 5
        mock_clock.jump(5)
        assert line.heard_at() == 10
        assert await line.receive() == b"one"
        mock_clock.jump(5)
        assert line.heard_at() == 10
        await far.send_eof()
        assert line.heard_at() == 10
        assert await line.receive() == b""
    line.close()
    mock_clock.jump(5)
    assert line.heard_at() == 15


async def test_a_line_that_was_closed_says_so_to_who_reads() -> None:
    line, far = pair()
    async with far:
        line.close()
        with pytest.raises(trio.ClosedResourceError):
            await line.receive()
        await line.drain()


# ------------------------------------------------------------------------------------------------------------------- TLS


@attrs.frozen
class Secured:
    """A line under TLS and its peer; between them, the bytes that really travel."""

    line: Line
    peer: trio.SSLStream[trio.SocketStream]


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def contexts(request: pytest.FixtureRequest) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = trustme.CA()
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.maximum_version = request.param
    authority.issue_cert("host").configure_cert(theirs)
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    return ours, theirs


async def secured(contexts: tuple[ssl.SSLContext, ssl.SSLContext], greeting: bytes = b"") -> Secured:
    ours, theirs = contexts
    line, far = pair()
    peer = trio.SSLStream(far, theirs, server_side=True, https_compatible=True)

    async def greet() -> None:
        await peer.do_handshake()
        if greeting:
            await peer.send_all(greeting)

    with trio.fail_after(SOON):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(greet)
            await line.start_tls(ours, "host")
    return Secured(line, peer)


async def test_bytes_go_both_ways_under_tls(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    both = await secured(contexts)
    both.line.write(b"there")
    assert await read(both.peer, 5) == b"there"
    await both.peer.send_all(b"and back")
    assert await both.line.receive() == b"and back"
    both.line.close()
    await trio.aclose_forcefully(both.peer)


async def test_large_writes_and_reads_under_tls(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    both = await secured(contexts)
    data = bytes(range(256)) * (3 * MIB // 256)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(both.line.carry)
        both.line.write(data)
        assert await read(both.peer, len(data)) == data
        nursery.start_soon(both.peer.send_all, data)
        heard = b""
        with trio.fail_after(SOON):
            while len(heard) < len(data):
                heard += await both.line.receive()
        assert heard == data
        nursery.cancel_scope.cancel()
    both.line.close()
    await trio.aclose_forcefully(both.peer)


async def test_what_comes_with_the_handshake_is_not_lost(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    both = await secured(contexts, b"early")
    with trio.fail_after(SOON):
        assert await both.line.receive() == b"early"
    both.line.close()
    await trio.aclose_forcefully(both.peer)


@pytest.mark.parametrize("politely", [True, False])
async def test_the_end_of_tls_is_the_end(contexts: tuple[ssl.SSLContext, ssl.SSLContext], *, politely: bool) -> None:
    both = await secured(contexts)
    await both.peer.send_all(b"last")
    if politely:
        await both.peer.aclose()
    else:
        await both.peer.transport_stream.send_eof()
    with trio.fail_after(SOON):
        assert await both.line.receive() == b"last"
        assert await both.line.receive() == b""
    both.line.close()
    await trio.aclose_forcefully(both.peer)


async def test_bytes_that_are_no_tls_break_the_line(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    both = await secured(contexts)
    await both.peer.transport_stream.send_all(b"plainly not a record")
    with trio.fail_after(SOON), pytest.raises(trio.BrokenResourceError) as caught:
        await both.line.receive()
    assert isinstance(caught.value.__cause__, ssl.SSLError)
    both.line.close()
    await trio.aclose_forcefully(both.peer)


async def test_a_peer_nobody_vouches_for_is_told_by_an_alert(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    _, theirs = contexts
    line, far = pair()
    peer = trio.SSLStream(far, theirs, server_side=True)

    async def learns() -> None:
        with pytest.raises(trio.BrokenResourceError) as caught:
            await peer.receive_some()  # shakes hands first; with TLS 1.3 a server is done before it is judged
        assert "unknown ca" in str(caught.value.__cause__).lower()

    with trio.fail_after(SOON):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(learns)
            with pytest.raises(trio.BrokenResourceError) as caught:
                await line.start_tls(ssl.create_default_context(), "host")
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    line.close()
    await trio.aclose_forcefully(peer)


async def test_a_peer_that_takes_nothing_is_given_up_and_every_waiter_learns_it(
    autojump_clock: trio.testing.MockClock,
) -> None:
    line, far = pair()
    async with far, trio.open_nursery() as nursery:

        async def reads() -> None:
            with pytest.raises(trio.ClosedResourceError):
                await line.receive()

        async def drain_and_write() -> None:
            await line.drain()
            line.write(b"of whoever waited behind another")

        nursery.start_soon(reads)
        nursery.start_soon(line.carry)
        line.write(bytes(4 * MIB))
        await trio.sleep(WRITE_WITHIN - 1)
        assert line.given_up != WRITE_STALLED
        with pytest.raises(trio.BrokenResourceError):
            await drain_and_write()
        assert trio.current_time() == pytest.approx(WRITE_WITHIN)
    assert line.given_up == WRITE_STALLED
    assert line.backlog == 0


async def test_a_peer_that_takes_a_little_now_and_then_is_not_given_up(autojump_clock: trio.testing.MockClock) -> None:
    line, far = pair()
    async with far, trio.open_nursery() as nursery:
        nursery.start_soon(line.carry)
        line.write(bytes(4 * MIB))
        for _ in range(5):
            await trio.sleep(WRITE_WITHIN - 1)
            await read(far, 200_000)
        assert line.given_up != WRITE_STALLED
        assert line.backlog
        await trio.sleep(2 * WRITE_WITHIN + 1)  # the system may have kept some room
        assert line.given_up == WRITE_STALLED
        nursery.cancel_scope.cancel()


async def test_the_deadline_is_not_begun_anew_by_whoever_waits_next(autojump_clock: trio.testing.MockClock) -> None:
    line, far = pair()
    line.write(bytes(4 * MIB))
    async with far:
        for _ in range(3):
            with trio.move_on_after(9):
                await line.drain()
        with pytest.raises(trio.BrokenResourceError):
            await line.drain()
        assert trio.current_time() == pytest.approx(WRITE_WITHIN)


async def test_who_was_late_to_look_tries_once_more_before_giving_up(mock_clock: trio.testing.MockClock) -> None:
    """As when the machine has slept: the peer has had no time to take anything."""
    line, far = pair()
    line.write(bytes(4 * MIB))
    async with far, trio.open_nursery() as nursery:
        await read(far, 200_000)
        mock_clock.jump(10 * WRITE_WITHIN)
        nursery.start_soon(line.drain)
        await read(far, 3 * MIB)
        assert line.given_up != WRITE_STALLED
        nursery.cancel_scope.cancel()
    line.close()


async def test_what_is_closed_already_is_not_given_up() -> None:
    line, far = pair()
    async with far:
        line.close()
        line.give_up("too late")
        assert line.given_up != WRITE_STALLED
