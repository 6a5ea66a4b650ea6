"""The lean transport on a socket pair: what it promises beyond what both carriers do."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import attrs
import pytest
import trio
import trio.testing
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, SERVER, Protocol

from trio_live.errors import LinkLost
from trio_live.transport import Transport
from trio_live.transport._frames import Inbound
from trio_live.transport._internal import MAX_MESSAGE_BYTES, SendsNow
from trio_live.transport._lean import TURN_BYTES, UNREAD_ANSWERS, LeanTransport
from trio_live.transport._socket import Line

MIB = 1024 * 1024
SOON = 5.0
Clock = trio.testing.MockClock


@attrs.frozen
class Ends:
    """A transport, and a peer that does nothing by itself."""

    transport: LeanTransport
    stream: trio.SocketStream
    protocol: Protocol = attrs.field(factory=lambda: Protocol(SERVER, max_size=None))

    async def say(self, *frames: bytes | str) -> None:
        """All of them in one write."""
        for frame in frames:
            if isinstance(frame, str):
                self.protocol.send_text(frame.encode())
            else:
                self.protocol.send_binary(frame)
        await self.flush()

    async def flush(self) -> None:
        await self.stream.send_all(b"".join(self.protocol.data_to_send()))

    async def hear(self, count: int = 1) -> list[Frame]:
        """The next frames, whole and unmasked. Any error of the protocol fails the test."""
        heard: list[Frame] = []
        with trio.fail_after(SOON):
            while len(heard) < count:
                data = await self.stream.receive_some()
                assert data, "the client has hung up"
                self.protocol.receive_data(data)
                heard += [event for event in self.protocol.events_received() if isinstance(event, Frame)]
                assert self.protocol.parser_exc is None
        return heard


@asynccontextmanager
async def open_ends(*, served: bool = True) -> AsyncGenerator[Ends, None]:
    near, far = socket.socketpair()
    far.setblocking(False)
    line, protocol = Line(near), Protocol(CLIENT, max_size=MAX_MESSAGE_BYTES)
    transport = LeanTransport(line, protocol, Inbound(protocol, MAX_MESSAGE_BYTES))
    async with trio.SocketStream(trio.socket.from_stdlib_socket(far)) as stream, trio.open_nursery() as nursery:
        if served:
            nursery.start_soon(transport.carry)
        yield Ends(transport, stream)
        nursery.cancel_scope.cancel()
        line.close()


def payloads(frames: list[Frame]) -> list[bytes]:
    return [bytes(frame.data) for frame in frames]


async def full(transport: LeanTransport) -> int:
    """Send until the peer would have to read. Returns the number of frames."""
    count = 0
    while transport.send_now(bytes(100_000)):
        count += 1
    return count


async def test_it_is_a_transport_that_sends_now() -> None:
    async with open_ends() as ends:
        assert isinstance(ends.transport, Transport)
        assert isinstance(ends.transport, SendsNow)
        assert ends.transport.send_now("one")
        assert ends.transport.send_now(b"two")
        assert [(frame.opcode, bytes(frame.data)) for frame in await ends.hear(2)] == [
            (Opcode.TEXT, b"one"),
            (Opcode.BINARY, b"two"),
        ]


class Steps(trio.abc.Instrument):
    """Counts how often tasks run."""

    def __init__(self) -> None:
        self.count = 0

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        self.count += 1


async def test_a_read_full_of_frames_is_one_batch_and_one_wake_up() -> None:
    async with open_ends() as ends:
        messages = [b"x" * 2600] * 20
        steps = Steps()
        batches = []

        async def receive() -> None:
            batches.append(await ends.transport.receive())

        async with trio.open_nursery() as nursery:
            nursery.start_soon(receive)
            await trio.testing.wait_all_tasks_blocked()
            await ends.say(*messages)
            trio.lowlevel.add_instrument(steps)
        trio.lowlevel.remove_instrument(steps)
        assert batches == [messages]
        assert steps.count <= 3  # the receiver once; this task at the end of the nursery


async def test_sending_takes_no_turn_of_its_own_until_much_was_sent() -> None:
    async with open_ends() as ends:
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await trio.lowlevel.checkpoint()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(other)
            await trio.lowlevel.checkpoint()
            before = turns
            await ends.transport.send(["a few words"])
            assert turns == before
            for _ in range(2):  # of two tasks whose turn it is, Trio may take this one first
                await ends.transport.send([bytes(TURN_BYTES)])
            await ends.transport.send(["x"])
            assert turns > before
            nursery.cancel_scope.cancel()


async def test_a_cancelled_send_sends_nothing_and_harms_nothing() -> None:
    async with open_ends() as ends:
        count = await full(ends.transport)
        with trio.move_on_after(0.01) as patience:
            await ends.transport.send(["never"])
        assert patience.cancelled_caught
        with trio.CancelScope() as scope:
            scope.cancel()
            await ends.transport.send(["never either"])
        assert scope.cancelled_caught
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ends.transport.send, ["at last"])
            heard = await ends.hear(count + 1)
        assert payloads(heard) == [bytes(100_000)] * count + [b"at last"]


async def test_senders_that_wait_are_let_through_when_the_peer_reads_even_with_nobody_to_carry() -> None:
    async with open_ends(served=False) as ends:
        count = await full(ends.transport)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ends.transport.send, ["x"])
            assert payloads(await ends.hear(count + 1))[-1] == b"x"


async def test_a_pong_does_not_wait_for_a_sender_and_falls_between_frames() -> None:
    async with open_ends() as ends:
        count = await full(ends.transport)
        ends.protocol.send_ping(b"there?")
        await ends.say("and a word")
        with trio.fail_after(SOON):
            assert await ends.transport.receive() == ["and a word"]
        heard = await ends.hear(count + 1)
        assert heard[-1].opcode is Opcode.PONG
        assert bytes(heard[-1].data) == b"there?"


async def test_from_a_peer_that_asks_and_does_not_read_nothing_more_is_read() -> None:
    async with open_ends() as ends:
        await full(ends.transport)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ends.transport.receive)
            with trio.move_on_after(0.2):
                while True:
                    ends.protocol.send_ping(bytes(125))
                    await ends.flush()
            most = 100_000 + UNREAD_ANSWERS + 2 * 64 * 1024
            assert UNREAD_ANSWERS < ends.transport._line.backlog < most
            nursery.cancel_scope.cancel()


async def test_a_cancelled_receive_loses_nothing_even_in_the_middle_of_a_frame() -> None:
    async with open_ends() as ends:
        ends.protocol.send_text(b"a long story")
        data = b"".join(ends.protocol.data_to_send())
        for at in range(len(data) - 1):
            await ends.stream.send_all(data[at : at + 1])
            with trio.move_on_after(0.001) as patience:
                await ends.transport.receive()
            assert patience.cancelled_caught
        await ends.stream.send_all(data[-1:])
        assert await ends.transport.receive() == ["a long story"]


async def test_frames_before_a_close_are_given_first_and_every_call_is_a_checkpoint() -> None:
    async with open_ends() as ends:
        ends.protocol.send_text(b"last")
        ends.protocol.send_close(1001, "bye")
        await ends.flush()
        with trio.testing.assert_checkpoints():
            assert await ends.transport.receive() == ["last"]
        for _ in range(2):
            with trio.testing.assert_checkpoints(), pytest.raises(LinkLost, match="1001: bye"):
                await ends.transport.receive()
        with pytest.raises(LinkLost, match="1001: bye"):
            ends.transport.send_now("too late")
        (echo,) = await ends.hear()
        assert echo.opcode is Opcode.CLOSE


async def test_the_verdict_on_a_peer_that_breaks_the_rules_is_told_to_both() -> None:
    async with open_ends() as ends:
        await ends.stream.send_all(b"\x81\x02\xff\xff")
        with pytest.raises(LinkLost, match=r"1007: .*broke a rule of WebSockets: invalid start byte at position 0"):
            await ends.transport.receive()
        (close,) = await ends.hear()
        assert bytes(close.data) == b"\x03\xefinvalid start byte at position 0"


async def test_what_was_not_yet_written_goes_before_the_goodbye() -> None:
    async with open_ends() as ends:
        count = await full(ends.transport)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ends.transport.aclose)
            heard = await ends.hear(count + 1)
            await ends.flush()
        assert heard[-1].opcode is Opcode.CLOSE


async def test_closing_while_another_task_receives() -> None:
    async with open_ends() as ends:
        received: list[object] = []

        async def receive() -> None:
            with pytest.raises(LinkLost, match="1000"):
                received.append(await ends.transport.receive())

        async with trio.open_nursery() as nursery:
            nursery.start_soon(receive)
            await trio.testing.wait_all_tasks_blocked()
            nursery.start_soon(ends.transport.aclose)
            await ends.hear()
            await ends.flush()
        assert received == []


async def test_closing_takes_over_the_reading_of_a_task_that_is_cancelled(autojump_clock: Clock) -> None:
    async with open_ends() as ends:
        async with trio.open_nursery() as nursery:
            scope = trio.CancelScope()

            async def receive() -> None:
                with scope:
                    await ends.transport.receive()

            nursery.start_soon(receive)
            await trio.testing.wait_all_tasks_blocked()
            nursery.start_soon(ends.transport.aclose)
            await ends.hear()
            scope.cancel()
            await trio.testing.wait_all_tasks_blocked()
            await ends.flush()
        assert trio.current_time() == 0


async def test_a_peer_that_vanished_is_learned_of_by_reading_and_by_writing() -> None:
    async with open_ends() as ends:
        await ends.say("one")
        await ends.stream.aclose()
        with pytest.raises(LinkLost, match="1006: the connection broke"):
            await ends.transport.send(["x"])
        assert await ends.transport.receive() == ["one"]
        with pytest.raises(LinkLost, match="1006: the connection broke"):
            await ends.transport.receive()


async def test_what_nobody_has_read_yet_is_a_sign_of_life(autojump_clock: Clock) -> None:
    async with open_ends() as ends, trio.open_nursery() as nursery:
        nursery.start_soon(ends.transport.keep_alive)
        await ends.say("a busy reader will come to this")
        await trio.sleep(600)
        assert await ends.transport.receive() == ["a busy reader will come to this"]
        nursery.cancel_scope.cancel()
