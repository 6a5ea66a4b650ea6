from __future__ import annotations

import trio
from trio.testing import MockClock

from trio_live.emulator import ConnectionStatistics, LogRecord
from trio_live.emulator._connections import Connections


def test_every_connection_has_a_number_in_its_log() -> None:
    records: list[LogRecord] = []
    connections = Connections(records.append)
    first, second = connections.new_log(), connections.new_log()
    assert (first.connection, second.connection) == (1, 2)


async def test_a_connection_is_active_until_it_ends(autojump_clock: MockClock) -> None:
    connections = Connections(None)
    with connections.open():
        connections.count(refused=1)
        assert connections.statistics == ConnectionStatistics(accepted=1, active=1, refused=1)
    assert connections.statistics == ConnectionStatistics(accepted=1, active=0, refused=1)


async def test_the_emulator_is_idle_when_the_last_connection_has_ended(autojump_clock: MockClock) -> None:
    connections = Connections(None)

    async def connect(length: float) -> None:
        with connections.open():
            await trio.sleep(length)

    await connections.wait_idle()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(connect, 1)
        nursery.start_soon(connect, 3)
        await trio.sleep(0.5)
        await connections.wait_idle()
        assert trio.current_time() == 3
