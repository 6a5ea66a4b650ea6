"""The pair in memory behaves as two ends of a connection do."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from trio_live.errors import LinkLost
from trio_live.transport import MemoryTransport, Transport, memory_transport_pair
from trio_live.transport._internal import dial_transport

NEVER = 3600.0


async def lost(transport: MemoryTransport) -> tuple[int, str]:
    """The code and the reason that both ways of using a transport give."""
    with trio.fail_after(NEVER):
        with pytest.raises(LinkLost) as receiving:
            await transport.receive()
        with pytest.raises(LinkLost) as sending:
            await transport.send(["too late"])
    told = {(caught.value.code, caught.value.reason) for caught in (receiving, sending)}
    assert len(told) == 1
    return told.pop()


def test_an_end_is_a_transport() -> None:
    assert all(isinstance(end, Transport) for end in memory_transport_pair())


async def test_frames_arrive_in_order_and_keep_their_kind(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair()
    await left.send(["text", b"bytes"])
    await left.send([b""])
    assert await right.receive() == ["text", b"bytes", b""]
    await right.send(["back"])
    assert await left.receive() == ["back"]
    assert left.sent == ["text", b"bytes", b""]
    assert right.sent == ["back"]


async def test_a_receiver_waits_for_the_first_frame(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair()
    got: list[bytes | str] = []

    async def receive() -> None:
        while len(got) < 2:
            got.extend(await right.receive())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(receive)
        await trio.testing.wait_all_tasks_blocked()
        await left.send(["one", "two"])
    assert got == ["one", "two"]


async def test_the_peer_reads_what_was_sent_and_then_learns_code_and_reason(
    autojump_clock: trio.testing.MockClock,
) -> None:
    left, right = memory_transport_pair()
    await left.send(["one", "two"])
    left.close(1011, "overload")
    assert await right.receive() == ["one", "two"]
    assert await lost(right) == (1011, "overload")
    assert await lost(left) == (1000, "closed by this side")


async def test_aclose_is_a_normal_end(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair()
    await left.aclose()
    await left.aclose()
    assert await lost(right) == (1000, "")
    assert await lost(left) == (1000, "closed by this side")


async def test_a_cut_is_seen_by_both_ends(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair()
    await right.send(["on its way"])
    right.cut()
    assert await left.receive() == ["on its way"]
    assert await lost(left) == (1006, "the connection was cut")
    assert await lost(right) == (1006, "the connection was cut")


async def test_the_first_end_decides(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair()
    left.close(1008, "go away")
    right.close(1011, "no, you")
    left.cut()
    assert await lost(right) == (1008, "go away")
    assert await lost(left) == (1000, "closed by this side")


async def test_closing_frees_what_was_not_read(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair()
    await left.send(["never read"])
    left.close(1001)
    await right.aclose()
    assert await lost(right) == (1001, "")


async def test_a_waiting_receiver_is_woken_by_either_end(autojump_clock: trio.testing.MockClock) -> None:
    for closes_itself in (True, False):
        left, right = memory_transport_pair()
        codes: list[int] = []

        async def receive(end: MemoryTransport = right, codes: list[int] = codes) -> None:
            with pytest.raises(LinkLost) as caught:
                await end.receive()
            codes.append(caught.value.code)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(receive)
            await trio.testing.wait_all_tasks_blocked()
            (right if closes_itself else left).close(1011)
        assert codes == [1000 if closes_itself else 1011]


async def test_a_sender_waits_while_the_other_end_is_full(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair(capacity=2)
    done = trio.Event()

    async def send() -> None:
        await left.send(["1", "2", "3", "4"])
        done.set()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(send)
        await trio.testing.wait_all_tasks_blocked()
        assert left.sent == ["1", "2"]
        assert not done.is_set()
        read: list[bytes | str] = []
        while len(read) < 4:
            read.extend(await right.receive())
        await done.wait()
    assert read == ["1", "2", "3", "4"]
    assert left.sent == ["1", "2", "3", "4"]


async def test_a_waiting_sender_is_woken_by_the_end(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair(capacity=0)
    codes: list[int] = []

    async def send() -> None:
        with pytest.raises(LinkLost) as caught:
            await left.send(["nobody reads"])
        codes.append(caught.value.code)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(send)
        await trio.testing.wait_all_tasks_blocked()
        right.close(1013, "try later")
    assert codes == [1013]
    assert left.sent == []


async def test_a_cancelled_receive_loses_nothing(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair()
    with trio.move_on_after(5) as scope:
        await right.receive()
    assert scope.cancelled_caught
    await left.send(["kept"])
    with trio.CancelScope() as scope:
        scope.cancel()
        await right.receive()
    assert scope.cancelled_caught
    assert await right.receive() == ["kept"]


async def test_every_call_is_a_checkpoint(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair()
    with trio.testing.assert_checkpoints():
        await left.send(["x"])
    with trio.testing.assert_checkpoints():
        await right.receive()
    with trio.testing.assert_checkpoints():
        await left.aclose()


async def test_a_burst_is_sent_and_received_in_one_go(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair()
    frames = [str(number) for number in range(1000)]
    await left.send(frames)
    assert await right.receive() == frames


async def test_dialling_hands_out_the_transport_and_closes_it(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair()
    dial = dial_transport(left)
    async with dial() as transport:
        assert transport is left
        await transport.send(["hello"])
    assert await right.receive() == ["hello"]
    assert await lost(right) == (1000, "")
    async with dial() as again:
        with pytest.raises(LinkLost):
            await again.send(["it is used"])


async def test_a_cancelled_user_leaves_a_closed_transport(autojump_clock: trio.testing.MockClock) -> None:
    left, right = memory_transport_pair()
    with trio.CancelScope() as scope:
        async with dial_transport(left)():
            scope.cancel()
            await trio.sleep_forever()
    assert await lost(right) == (1000, "")
