from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import calling, spoken
from tests.emulator.persona_calls import talking
from trio_live import Live
from trio_live.emulator import Emulation, bundled_persona

LISTENER = bundled_persona("quiet_listener")
OFFER = "If you need me, just say Iris."
FAREWELL = "I will leave you in peace."


async def test_it_answers_only_when_it_is_named(autojump_clock: MockClock) -> None:
    live = Live.builder().model("gemini-3.8-live").proactive_audio()
    async with talking(LISTENER, live=live) as talk:
        await talk.session.send_text("Shall we order something?")
        assert await talk.silent_for(5)
        assert await talk.ask("Iris, what time is it?") == "It is half past seven."
        assert await talk.ask("Iris, what did I say?") == "The last thing I heard was: Shall we order something?."


async def test_what_is_not_meant_for_it_has_no_turn_at_all(autojump_clock: MockClock) -> None:
    async with calling(Emulation(LISTENER)) as caller:
        await caller.setup()
        await caller.say("Shall we order something?")
        assert await caller.silent_for(7)
        await caller.speak()
        assert await caller.ask("Iris?") == "Yes? I am listening."


async def test_after_a_silence_it_offers_help_and_later_takes_its_leave(autojump_clock: MockClock) -> None:
    async with talking(LISTENER) as talk:
        assert await talk.answer() == OFFER
        offered = trio.current_time()
        assert offered > 8
        assert await talk.answer() == FAREWELL
        assert trio.current_time() - offered > 20
        assert await talk.silent_for(45)


async def test_whoever_speaks_starts_the_silence_anew(autojump_clock: MockClock) -> None:
    async with talking(LISTENER) as talk:
        await trio.sleep(6)
        await talk.ask("Iris?")
        answered = trio.current_time()
        assert await talk.answer() == OFFER
        assert trio.current_time() - answered > 8
        await talk.ask("Iris?")
        assert await talk.answer() == OFFER


async def test_a_voice_breaks_the_silence(autojump_clock: MockClock) -> None:
    async with calling(Emulation(LISTENER)) as caller:
        await caller.setup()
        for _ in range(4):
            await trio.sleep(4)
            await caller.speak("I talk for a good while and to nobody in particular, and I will not be disturbed.")
        with trio.move_on_after(3):
            await caller.closing()
        assert spoken(caller.received) == "It is half past seven."


async def test_when_it_was_hushed_it_stays_quiet(autojump_clock: MockClock) -> None:
    async with talking(LISTENER) as talk:
        assert await talk.ask("Iris, go to sleep.") == "I will be quiet."
        assert await talk.silent_for(45)
        assert await talk.ask("Iris!") == "Yes? I am listening."
        assert await talk.answer() == OFFER


async def test_time_scale_shortens_silence_too(autojump_clock: MockClock) -> None:
    async with talking(LISTENER, time_scale=10) as talk:
        await talk.answer()
        assert trio.current_time() == pytest.approx(1, abs=0.4)
