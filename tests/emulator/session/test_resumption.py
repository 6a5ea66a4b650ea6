from __future__ import annotations

import pytest
from trio.testing import MockClock

from tests.emulator.callers import VERTEX_MODEL, calling, calling_persona, has, persona, spoken
from trio_live.emulator import Emulation
from trio_live.errors import LinkLost
from trio_live.wire import Platform, SessionResumptionConfig

ECHO = '[[default]]\nsay = "You said {heard}."'


async def test_handles_come_after_turns_when_asked_for(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup(session_resumption=SessionResumptionConfig())
        await caller.ask("hello")
        update = (await caller.next()).session_resumption_update
        assert update is not None
        assert update.new_handle
        assert update.resumable
        assert update.last_consumed_client_message_index is None


async def test_a_resumed_session_goes_on_where_it_was(autojump_clock: MockClock) -> None:
    emulation = Emulation(
        persona("""
        utterances = ["one", "two"]
        [[rule]]
        heard = { pattern = 'i am (?P<who>\\w+)' }
        goto = "known"
        say = "Hello."
        [[rule]]
        heard = { any = true }
        in = "known"
        say = "{who} said {heard}"
        """)
    )
    async with calling(emulation) as caller:
        await caller.setup(session_resumption=SessionResumptionConfig())
        await caller.ask("I am Ann")
        handle = (await caller.until(has("session_resumption_update"))).session_resumption_update
        assert handle is not None
    async with calling(emulation) as caller:
        await caller.setup(session_resumption=SessionResumptionConfig(handle=handle.new_handle))
        await caller.say("hello")
        turn = await caller.turn()
        assert spoken(turn) == "Ann said hello"
        usage = turn[-1].usage_metadata
        assert usage is not None
        assert {detail.modality for detail in usage.prompt_tokens_details or ()} == {"TEXT", "AUDIO"}


async def test_transparent_resumption_tells_what_was_consumed(autojump_clock: MockClock) -> None:
    async with calling(Emulation(persona(ECHO)), Platform.VERTEX) as caller:
        await caller.setup(VERTEX_MODEL, session_resumption=SessionResumptionConfig(transparent=True))
        await caller.say("context", turn_complete=False)
        await caller.ask("hello")
        update = (await caller.next()).session_resumption_update
        assert update is not None
        assert update.last_consumed_index == 1


async def test_an_unknown_handle_is_refused(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        with pytest.raises(LinkLost, match="1007: Invalid session handle"):
            await caller.setup(session_resumption=SessionResumptionConfig(handle="nobody"))


async def test_a_handle_of_an_open_session_is_refused(autojump_clock: MockClock) -> None:
    emulation = Emulation(persona(ECHO))
    async with calling(emulation) as first:
        await first.setup(session_resumption=SessionResumptionConfig())
        await first.ask("hello")
        update = (await first.next()).session_resumption_update
        assert update is not None
        async with calling(emulation) as second:
            with pytest.raises(LinkLost, match="1011: Internal error encountered"):
                await second.setup(session_resumption=SessionResumptionConfig(handle=update.new_handle))
