"""A line as a stream: what Trio says of streams is true of it."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from tests.transport.socket.test_line import MIB, SOON, pair, read
from trio_live.transport._socket._line_stream import LineStream


async def test_bytes_go_both_ways_and_every_call_is_a_checkpoint() -> None:
    line, far = pair()
    stream = LineStream(line)
    async with far:
        with trio.testing.assert_checkpoints():
            await stream.send_all(b"out")
        assert await read(far, 3) == b"out"
        await far.send_all(b"in")
        with trio.testing.assert_checkpoints():
            assert await stream.receive_some(1000) == b"in"
        with trio.testing.assert_checkpoints():
            await stream.wait_send_all_might_not_block()
        with trio.testing.assert_checkpoints():
            await stream.aclose()
        with pytest.raises(trio.BrokenResourceError):
            await stream.send_all(b"x")
        with pytest.raises(trio.ClosedResourceError):
            await stream.receive_some()


async def test_a_write_is_over_when_the_socket_has_taken_it_all() -> None:
    line, far = pair()
    data = bytes(4 * MIB)
    async with far, LineStream(line) as stream, trio.open_nursery() as nursery:
        nursery.start_soon(stream.send_all, data)
        await trio.testing.wait_all_tasks_blocked(0.01)
        assert line.backlog
        assert await read(far, len(data)) == data
        await trio.testing.wait_all_tasks_blocked(0.01)
        assert line.backlog == 0


async def test_a_cancelled_write_leaves_nothing_half_written() -> None:
    line, far = pair()
    data = bytes(4 * MIB)
    async with far, LineStream(line) as stream:
        with trio.move_on_after(0.01) as patience:
            await stream.send_all(data)
        assert patience.cancelled_caught
        async with trio.open_nursery() as nursery:
            nursery.start_soon(stream.send_all, b"next")
            with trio.fail_after(SOON):
                assert await read(far, len(data) + 4) == data + b"next"


async def test_a_write_cancelled_before_it_began_writes_nothing() -> None:
    line, far = pair()
    async with far, LineStream(line) as stream:
        with trio.CancelScope() as scope:
            scope.cancel()
            await stream.send_all(b"never")
        assert scope.cancelled_caught
        await stream.send_all(b"word")
        assert await read(far, 4) == b"word"


@pytest.mark.parametrize("opened", [True, False])
async def test_a_refusal_ends_while_hands_are_shaken_and_not_later(
    patient_clock: trio.testing.MockClock, *, opened: bool
) -> None:
    line, far = pair()
    async with far, LineStream(line) as stream:
        if opened:
            stream.has_opened()
        await far.send_all(b"HTTP/1.1 401 No\r\n\r\nwords")
        assert await stream.receive_some() == b"HTTP/1.1 401 No\r\n\r\nwords"
        with trio.move_on_after(60):
            assert await stream.receive_some() == b""
        assert trio.current_time() == pytest.approx(60 if opened else 1)
