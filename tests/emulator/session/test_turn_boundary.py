from __future__ import annotations

from trio.testing import MockClock

from tests.emulator.callers import calling_persona
from trio_live.wire import Content, ContextWindowCompression, SlidingWindow

ECHO = '[[default]]\nsay = "You said {heard}."'


async def test_compression_shrinks_the_context(autojump_clock: MockClock) -> None:
    compression = ContextWindowCompression(trigger_tokens="60", sliding_window=SlidingWindow(target_tokens=20))
    async with calling_persona(ECHO) as caller:
        await caller.setup(context_window_compression=compression)
        prompts = []
        for _ in range(4):
            await caller.say("a few words")
            usage = (await caller.turn())[-1].usage_metadata
            assert usage is not None
            prompts.append(usage.prompt_token_count or 0)
        assert prompts != sorted(prompts)
        assert max(prompts) < 120


async def test_a_full_context_ends_the_session(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO, pace=None, realtime_playback=False) as caller:
        await caller.setup()
        await caller.say("word " * 200_000, turn_complete=False)
        await caller.say("and?")
        assert await caller.closing() == (1007, "Request contains an invalid argument.")


async def test_the_prompt_grows_with_every_turn(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup(system_instruction=Content.of("Be kind."))
        prompts = []
        for _ in range(3):
            await caller.say("hello")
            usage = (await caller.turn())[-1].usage_metadata
            assert usage is not None
            assert usage.total_token_count == (usage.prompt_token_count or 0) + (usage.response_token_count or 0)
            prompts.append(usage.prompt_token_count or 0)
        assert prompts == sorted(set(prompts))
