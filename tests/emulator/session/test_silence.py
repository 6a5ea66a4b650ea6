from __future__ import annotations

import trio
from trio.testing import MockClock

from tests.emulator.callers import OLD_MODEL, calling_persona, spoken, tools
from trio_live.wire import AutomaticActivityDetection, Blob, RealtimeInputConfig

WAITING = """
[[on_silence]]
after = 5
say = "Hello?"
[[rule]]
heard = { keywords = ["call"] }
call = { tool = "f" }
then = "Done."
"""


async def test_pictures_and_context_do_not_break_the_silence(autojump_clock: MockClock) -> None:
    async with calling_persona(WAITING, first_word_after=0.0, realtime_playback=False) as caller:
        await caller.setup()
        await trio.sleep(3)
        await caller.realtime(video=Blob(mime_type="image/jpeg", data=b"x"))
        await caller.say("by the way", turn_complete=False)
        assert spoken(await caller.turn()) == "Hello?"
        assert 5 <= trio.current_time() < 6


async def test_waiting_for_a_function_is_no_silence(autojump_clock: MockClock) -> None:
    async with calling_persona(WAITING) as caller:
        await caller.setup(OLD_MODEL, tools=tools("f"))
        await caller.say("call")
        (call,) = await caller.called()
        assert await caller.silent_for(30)
        await caller.answer(call, {})
        assert spoken(await caller.turn()) == "Done."
        done = trio.current_time()
        assert spoken(await caller.turn()) == "Hello?"
        assert trio.current_time() - done > 5


async def test_whoever_holds_the_button_is_speaking(autojump_clock: MockClock) -> None:
    manual = RealtimeInputConfig(automatic_activity_detection=AutomaticActivityDetection(disabled=True))
    async with calling_persona(WAITING) as caller:
        await caller.setup(realtime_input_config=manual)
        await trio.sleep(4)
        await caller.activity(start=True)
        await trio.sleep(30)
        await caller.activity(start=False)
        released = trio.current_time()
        assert spoken(await caller.turn()) == "Hello?"
        assert trio.current_time() - released > 5
