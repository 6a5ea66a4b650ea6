"""Faults that need a socket, and a few that must look the same over one."""

from __future__ import annotations

from typing import Any

import pytest
import trio
import trio_websocket

from tests.emulator.callers import persona
from tests.emulator.sessions import PERSONA, Session, builder
from trio_live.emulator import Emulator, FaultPlan, Strike, open_emulator
from trio_live.emulator._faults._plan import Point
from trio_live.errors import ConnectError, ConnectRejected, ConnectTimeout

ANSWERS = persona(PERSONA)
HASTY: Any = {"pace": None, "realtime_playback": False, "first_word_after": 0.0, "raise_errors": True}
PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=k"


async def ending(emulator: Emulator) -> str:
    """Ask something; how the session ends."""
    live = builder().reconnect(on=False)
    with trio.fail_after(10):
        async with live.connect_google_ai("key", base_url=emulator.url) as handle, handle.events() as stream:
            await handle.send_text("hello")
            return str(await Session(handle, stream).ending())


@pytest.mark.parametrize(("fault", "words"), [("quota", "1011: You exceeded"), ("cut", "1006"), ("normal", "1000")])
async def test_endings_look_the_same_over_a_socket(fault: str, words: str) -> None:
    async with open_emulator(ANSWERS, faults=FaultPlan.of(fault), **HASTY) as emulator:
        assert words in await ending(emulator)


async def test_a_frame_that_is_too_large_is_refused_by_the_client() -> None:
    async with open_emulator(ANSWERS, faults=FaultPlan.of("oversized"), **HASTY) as emulator:
        assert "1009" in await ending(emulator)


async def test_an_upgrade_is_refused_with_a_status() -> None:
    async with open_emulator(ANSWERS, faults=FaultPlan.of("http_503"), **HASTY) as emulator:
        with pytest.raises(ConnectRejected) as refused:
            await ending(emulator)
        assert refused.value.code == 503


async def test_a_connection_may_end_in_the_middle_of_its_upgrade() -> None:
    async with open_emulator(ANSWERS, faults=FaultPlan.of("cut", "upgrade"), **HASTY) as emulator:
        with pytest.raises(ConnectError, match="hung up"):
            await ending(emulator)


async def test_a_half_open_connection_answers_no_ping_and_ends_with_the_client() -> None:
    plan = FaultPlan.of("half_open", "ready")
    async with open_emulator(ANSWERS, faults=plan, **HASTY) as emulator, trio.open_nursery() as nursery:
        stream = await trio.open_tcp_stream("127.0.0.1", emulator.port)
        connection = await trio_websocket.wrap_client_stream(nursery, stream, "localhost", PATH)
        await connection.send_message('{"setup": {"model": "models/gemini-3.8-live"}}')
        await connection.get_message()
        with trio.move_on_after(0.3) as patience:
            await connection.ping()
        assert patience.cancelled_caught
        assert emulator.connections.active == 1
        await trio.aclose_forcefully(stream)
        with trio.fail_after(5):
            await emulator.wait_idle()


async def test_an_upgrade_may_get_no_answer() -> None:
    plan = FaultPlan.of("half_open", "upgrade")
    async with open_emulator(ANSWERS, faults=plan, **HASTY) as emulator:
        live = builder().timeouts(connect=0.2)
        with trio.fail_after(5), pytest.raises(ConnectTimeout):
            async with live.connect_google_ai("key", base_url=emulator.url):
                pass


async def test_pongs_may_be_late() -> None:
    plan = FaultPlan((Strike(fault="late_pong", seconds=0.3),))
    async with (
        open_emulator(ANSWERS, faults=plan, **HASTY) as emulator,
        trio_websocket.open_websocket_url(emulator.url + PATH) as connection,
    ):
        start = trio.current_time()
        with trio.fail_after(5):
            await connection.ping()
        assert trio.current_time() - start >= 0.3


async def test_a_session_that_was_refused_once_gets_through_the_second_time() -> None:
    plan = FaultPlan((Strike(fault="http_429", connection=1), Strike(fault="cut", at=Point.READY, connection=3)))
    async with open_emulator(ANSWERS, faults=plan, **HASTY) as emulator:
        with pytest.raises(ConnectRejected):
            await ending(emulator)
        live = builder()
        async with live.connect_google_ai("key", base_url=emulator.url) as handle, handle.events() as stream:
            with trio.fail_after(10):
                assert await Session(handle, stream).ask("hello") == "You said hello."
