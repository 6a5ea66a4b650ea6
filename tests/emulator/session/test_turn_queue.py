from __future__ import annotations

import pytest
from trio.testing import MockClock

from tests.emulator.callers import OLD_MODEL, calling_persona, has, kinds, spoken, tools
from trio_live.wire import AutomaticActivityDetection, RealtimeInputConfig, Tool

ONE_TOOL = """
[[rule]]
heard = { keywords = ["weather"] }
say = "Let me look."
call = { tool = "weather", args = { city = "London" } }
then = "It is {weather}."
on_error = "I cannot see: {weather.error}."
without_tool = "Who knows."
[[default]]
say = "You said {heard}."
"""


def blocking(*names: str) -> list[Tool]:
    return tools(*names, behavior="BLOCKING")


async def test_typing_cancels_a_pending_call(autojump_clock: MockClock) -> None:
    async with calling_persona(ONE_TOOL) as caller:
        await caller.setup(tools=blocking("weather"))
        await caller.say("weather?")
        (call,) = await caller.called()
        await caller.say("never mind")
        turn = await caller.turn()
        assert kinds(turn) == ["tool_call_cancellation", "interrupted", "turn_complete"]
        assert turn[0].tool_call_cancellation is not None
        assert turn[0].tool_call_cancellation.ids == [call.id]
        await caller.answer(call, "too late")
        assert spoken(await caller.turn()) == "You said never mind."


async def test_speech_cancels_a_pending_call(autojump_clock: MockClock) -> None:
    async with calling_persona(ONE_TOOL) as caller:
        await caller.setup(OLD_MODEL, tools=blocking("weather"))
        await caller.say("weather?")
        await caller.called()
        await caller.speak()
        assert kinds(await caller.turn()) == ["tool_call_cancellation", "interrupted", "turn_complete"]


async def test_an_uninterruptible_call_survives_speech(autojump_clock: MockClock) -> None:
    async with calling_persona(ONE_TOOL) as caller:
        await caller.setup(
            OLD_MODEL,
            tools=blocking("weather"),
            realtime_input_config=RealtimeInputConfig(activity_handling="NO_INTERRUPTION"),
        )
        await caller.say("weather?")
        (call,) = await caller.called()
        await caller.speak()
        await caller.answer(call, "foggy")
        assert spoken(await caller.turn()) == "It is foggy."
        assert spoken(await caller.turn()) == "You said (speech)."


ECHO = '[[default]]\nsay = "You said {heard}."'


SCRIPT = 'utterances = ["First thing.", "Second thing."]\n' + ECHO


MANUAL = RealtimeInputConfig(automatic_activity_detection=AutomaticActivityDetection(disabled=True))


PATIENT = RealtimeInputConfig(activity_handling="NO_INTERRUPTION")


async def test_speech_interrupts_a_running_answer(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup(OLD_MODEL)
        await caller.say("a question with quite a long answer, for it repeats all of this")
        await caller.until(has("model_turn"))
        await caller.speak()
        turn = await caller.turn()
        assert kinds(turn)[-2:] == ["interrupted", "turn_complete"]
        assert "generation_complete" not in kinds(turn)
        assert spoken(await caller.turn()) == "You said First thing.."


async def test_speech_interrupts_what_a_listener_would_still_be_hearing(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, pace=None) as caller:
        await caller.setup(OLD_MODEL)
        await caller.say("hello")
        await caller.until(has("generation_complete"))
        await caller.speak()
        assert kinds(await caller.turn()) == ["interrupted", "turn_complete"]


async def test_nothing_is_interrupted_once_playback_is_over(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, realtime_playback=False, pace=None) as caller:
        await caller.setup(OLD_MODEL)
        await caller.ask("hello")
        await caller.speak()
        assert "interrupted" not in kinds(await caller.turn())


async def test_explicit_activity_interrupts(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup(OLD_MODEL, realtime_input_config=MANUAL)
        await caller.say("hello")
        await caller.until(has("model_turn"))
        await caller.activity(start=True)
        assert kinds(await caller.turn())[-2:] == ["interrupted", "turn_complete"]


async def test_typing_interrupts(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        await caller.say("one")
        await caller.until(has("model_turn"))
        await caller.say("two")
        assert kinds(await caller.turn())[-2:] == ["interrupted", "turn_complete"]
        assert spoken(await caller.turn()) == "You said two."


@pytest.mark.parametrize(("model", "interrupts"), [(OLD_MODEL, True), ("models/gemini-3.8-live", False)])
async def test_mere_context_interrupts_old_models_only(
    autojump_clock: MockClock, model: str, *, interrupts: bool
) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup(model)
        await caller.say("one")
        await caller.until(has("model_turn"))
        await caller.say("by the way", turn_complete=False)
        assert ("interrupted" in kinds(await caller.turn())) is interrupts


async def test_nobody_is_interrupted_when_the_client_does_not_want_it(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup(OLD_MODEL, realtime_input_config=PATIENT)
        await caller.say("a question with quite a long answer, for it repeats all of this")
        await caller.until(has("model_turn"))
        await caller.speak()
        await caller.realtime(text="typed")
        assert kinds(await caller.turn())[-2:] == ["generation_complete", "turn_complete"]
        assert spoken(await caller.turn()) == "You said First thing.."
        assert spoken(await caller.turn()) == "You said typed."
