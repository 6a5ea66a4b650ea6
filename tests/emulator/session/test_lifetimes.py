from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import VERTEX_MODEL, calling, calling_persona, has, persona, spoken
from trio_live.emulator import Emulation
from trio_live.errors import LinkLost
from trio_live.wire import Blob, Platform, SessionResumptionConfig

ECHO = '[[default]]\nsay = "You said {heard}."'
SILENCE = Blob(mime_type="audio/pcm;rate=16000", data=bytes(640))


async def test_an_old_connection_is_told_to_go_and_then_closed(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO, idle_timeout=None) as caller:
        await caller.setup()
        warning = (await caller.until(has("go_away"))).go_away
        assert warning is not None
        assert warning.seconds_left == 60
        assert trio.current_time() == pytest.approx(540)
        code, reason = await caller.closing()
        assert trio.current_time() == pytest.approx(600)
        assert code == 1008
        assert reason.startswith("Connection aborted because the client failed to close the connection")
        assert len(reason) == 123


async def test_vertex_warns_later(autojump_clock: MockClock) -> None:
    async with calling(Emulation(persona(ECHO), idle_timeout=None), Platform.VERTEX) as caller:
        await caller.setup(VERTEX_MODEL)
        await caller.until(has("go_away"))
        assert trio.current_time() == pytest.approx(570)


async def test_the_age_runs_with_the_clock_of_the_conversation(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO, connection_lifetime=100.0, time_scale=10.0, idle_timeout=None) as caller:
        await caller.setup()
        warning = (await caller.until(has("go_away"))).go_away
        assert warning is not None
        assert warning.seconds_left == 6
        assert trio.current_time() == pytest.approx(4)


async def test_a_client_that_leaves_in_time_may_come_back(autojump_clock: MockClock) -> None:
    emulation = Emulation(persona(ECHO), connection_lifetime=100.0)
    async with calling(emulation) as caller:
        await caller.setup(session_resumption=SessionResumptionConfig())
        await caller.ask("hello")
        update = (await caller.next()).session_resumption_update
        assert update is not None
        await caller.until(has("go_away"))
    async with calling(emulation) as caller:
        await caller.setup(session_resumption=SessionResumptionConfig(handle=update.new_handle))
        assert await caller.ask("again") == "You said again."


async def test_a_handle_dies_in_the_end(autojump_clock: MockClock) -> None:
    emulation = Emulation(persona(ECHO), handle_lifetime=60.0)
    async with calling(emulation) as caller:
        await caller.setup(session_resumption=SessionResumptionConfig())
        await caller.ask("hello")
        update = (await caller.next()).session_resumption_update
        assert update is not None
    await trio.sleep(61)
    async with calling(emulation) as caller:
        with pytest.raises(LinkLost, match="1008: BidiGenerateContent session not found"):
            await caller.setup(session_resumption=SessionResumptionConfig(handle=update.new_handle))


async def test_a_silent_client_is_closed(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        assert await caller.closing() == (1008, "The operation was aborted.")
        assert trio.current_time() == pytest.approx(150)


async def test_a_little_silence_on_the_line_keeps_a_connection_open(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        for _ in range(10):
            await trio.sleep(30)
            await caller.realtime(audio=SILENCE)
        assert spoken(caller.received) == ""
        assert await caller.ask("hello") == "You said hello."


async def test_nothing_ends_a_connection_that_may_last(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO, idle_timeout=None, connection_lifetime=None) as caller:
        await caller.setup()
        assert await caller.silent_for(100_000)
