from __future__ import annotations

import logging
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import Caller, calling, persona
from trio_live.emulator import ConnectionStatistics, Emulation, serve_transport
from trio_live.emulator._audio import FrameEncoder
from trio_live.errors import LinkLost
from trio_live.transport import memory_transport_pair

ECHO = persona('[[default]]\nsay = "You said {heard}."')


def speechless(*args: Any, **choices: Any) -> FrameEncoder:
    encoder = FrameEncoder(*args, **choices)
    encoder.speech = None  # type: ignore[assignment]  # the first word breaks the turn
    return encoder


async def test_an_error_closes_its_own_connection_with_1011(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    emulation = Emulation(ECHO)
    async with calling(emulation) as healthy:
        await healthy.setup()
        monkeypatch.setattr("trio_live.emulator._lifecycle.Connection", None)
        with caplog.at_level(logging.CRITICAL, "trio_live.emulator"), pytest.raises(LinkLost) as lost:
            async with calling(emulation) as caller:
                await caller.setup()
        assert (lost.value.code, lost.value.reason) == (1011, "Internal error encountered.")
        assert await healthy.ask("hello") == "You said hello."
        assert emulation.connections == ConnectionStatistics(accepted=2, active=1, failed=1)


async def test_an_error_in_a_turn_closes_the_connection_too(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("trio_live.emulator._lifecycle.FrameEncoder", speechless)
    async with calling(Emulation(ECHO)) as caller:
        await caller.setup()
        await caller.say("hello")
        code, _ = await caller.closing()
        assert code == 1011
    (record,) = caplog.records
    assert record.exc_info


async def test_an_error_can_be_raised_instead(autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trio_live.emulator._lifecycle.FrameEncoder", speechless)

    async def converse() -> None:
        async with calling(Emulation(ECHO, raise_errors=True)) as caller:
            await caller.setup()
            await caller.ask("hello")

    with pytest.raises(TypeError, match="not callable"):
        await converse()


async def test_cancelling_a_server_tells_the_client(autojump_clock: MockClock) -> None:
    near, far = memory_transport_pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve_transport, far, ECHO)
        caller = Caller(near)
        await caller.setup()
        nursery.cancel_scope.cancel()
    assert await caller.closing() == (1001, "")
