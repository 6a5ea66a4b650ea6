from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import Caller, Notebook, calling, persona
from trio_live.emulator import Direction, Emulation, serve_transport
from trio_live.errors import ConfigError
from trio_live.transport import memory_transport_pair
from trio_live.wire import Platform

ECHO = persona('[[default]]\nsay = "You said {heard}."')


async def test_a_transport_is_served_without_an_emulation_of_ones_own(autojump_clock: MockClock) -> None:
    near, far = memory_transport_pair()
    notebook = Notebook()
    async with trio.open_nursery() as nursery:

        async def serve() -> None:
            await serve_transport(far, ECHO, platform=Platform.VERTEX, on_log=notebook, pace=None)

        nursery.start_soon(serve)
        caller = Caller(near)
        complete = await caller.setup("publishers/google/models/gemini-3.8-live")
        assert complete.setup_complete is not None
        assert complete.setup_complete.session_id
        near.close(1000)
    assert notebook.mentions("the client is gone")


async def test_the_bundled_front_desk_answers_when_nobody_is_named(autojump_clock: MockClock) -> None:
    async with calling(Emulation()) as caller:
        await caller.setup()
        assert "Harbour Clinic" in await caller.ask("hello")


async def test_the_log_tells_what_happens(autojump_clock: MockClock) -> None:
    notebook = Notebook()
    async with calling(Emulation(ECHO, on_log=notebook)) as caller:
        await caller.setup()
        await caller.speak("Hm.")
        await caller.ask("hello")
        await caller.send_raw("nonsense")
        await caller.closing()
    records = notebook.records
    assert {record.direction for record in records} == set(Direction)
    assert {record.connection for record in records} == {1}
    assert [record.at for record in records] == sorted(record.at for record in records)
    assert any(record.is_media for record in records if record.direction is Direction.SENT)
    assert any(record.is_media for record in records if record.direction is Direction.RECEIVED)
    assert notebook.mentions("content user: 'hello'")
    assert notebook.mentions("close 1007 Invalid JSON payload received.")


async def test_a_failing_log_hook_harms_nobody(autojump_clock: MockClock, caplog: pytest.LogCaptureFixture) -> None:
    def hook(_: Any) -> None:
        raise ZeroDivisionError

    async with calling(Emulation(ECHO, on_log=hook, raise_errors=True)) as caller:
        await caller.setup()
        assert await caller.ask("hello") == "You said hello."
    assert "log hook failed" in caplog.text


def test_options_that_cannot_work_are_refused() -> None:
    with pytest.raises(ConfigError, match="time must pass"):
        Emulation(ECHO, time_scale=0)
