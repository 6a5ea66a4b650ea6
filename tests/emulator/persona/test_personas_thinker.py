from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import OLD_MODEL, TRANSCRIBED, Caller, audio, calling, has, kinds, spoken, texts
from tests.emulator.persona_calls import talking
from trio_live import Live, events
from trio_live.emulator import Emulation, bundled_persona
from trio_live.emulator._persona._recordings import voice_bank_of
from trio_live.wire import GenerationConfig, ThinkingConfig

THINKER = bundled_persona("thinker")
RIGHT = "I think that both of them are right."


def deltas(caller: Caller) -> list[str]:
    contents = [message.server_content for message in caller.received if message.server_content]
    return [c.output_transcription.text or "" for c in contents if c.output_transcription]


async def test_it_thinks_hesitates_and_pauses(autojump_clock: MockClock) -> None:
    thinking = GenerationConfig(response_modalities=["AUDIO"], thinking_config=ThinkingConfig(include_thoughts=True))
    async with calling(Emulation(THINKER, pace=None, realtime_playback=False, first_word_after=0.0)) as caller:
        await caller.setup(OLD_MODEL, generation_config=thinking)
        await caller.say("What is time?")
        turn = await caller.turn()
        assert texts(turn, thoughts=True).startswith("**Considering time**")
        assert trio.current_time() == pytest.approx(1.5 + 1 + 1)
        assert spoken(turn).endswith(f"that is when they begin to stutter. {RIGHT}")
        assert len(deltas(caller)[0].split()) == 4


async def test_thoughts_reach_the_session_that_asks_for_them(autojump_clock: MockClock) -> None:
    live = Live.builder().model(OLD_MODEL).include_thoughts()
    async with talking(THINKER, live=live) as talk:
        await talk.session.send_text("Really?")
        assert (await talk.until(events.Thought)).text == "**Weighing it**\n\nThey said: Really?"
        assert await talk.answer() == "Let me think about that. Really?? It depends."


async def test_the_line_with_a_recording_is_played_from_it(autojump_clock: MockClock) -> None:
    recorded = voice_bank_of(THINKER).find(RIGHT)
    assert recorded is not None
    async with calling(Emulation(THINKER, pace=None, realtime_playback=False)) as caller:
        await caller.setup()
        await caller.say("What is truth?")
        assert audio(await caller.turn()).endswith(recorded)


async def test_a_reply_may_come_word_by_word(autojump_clock: MockClock) -> None:
    async with calling(Emulation(THINKER)) as caller:
        await caller.setup()
        await caller.ask("Be brief")
        assert [delta for delta in deltas(caller) if delta] == ["Both", " are", " right."]


async def test_being_interrupted_it_says_so_and_can_take_up_the_thread(autojump_clock: MockClock) -> None:
    async with talking(THINKER) as talk:
        await talk.session.send_text("What is time?")
        await talk.until(events.Audio)
        await trio.sleep(3)
        await talk.session.send_text("Sorry, what was that, in short?")
        await talk.until(events.Interrupted)
        await talk.until(events.TurnComplete)
        assert await talk.answer() == "I was not done, but please. Both are right."
        await talk.session.send_text("Go on")
        await talk.until(events.Audio)
        await talk.session.send_text("Be brief")
        await talk.until(events.Interrupted)
        await talk.until(events.TurnComplete)
        assert await talk.answer() == "I was not done, but please. Both are right."


async def test_it_minds_being_interrupted_by_a_voice_as_well(autojump_clock: MockClock) -> None:
    async with calling(Emulation(THINKER)) as caller:
        await caller.setup(input_audio_transcription=TRANSCRIBED)
        await caller.say("What is time?")
        await caller.until(has("model_turn"))
        await caller.speak()
        assert kinds(await caller.turn())[-2:] == ["interrupted", "turn_complete"]
        assert spoken(await caller.turn()).startswith("I was not done, but please.")
