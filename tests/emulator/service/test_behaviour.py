"""What each family of models does with the same conversation."""

from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import (
    MODEL,
    OLD_MODEL,
    TRANSCRIBED,
    Caller,
    audio,
    calling,
    calling_persona,
    has,
    heard,
    kinds,
    persona,
    spoken,
    tools,
)
from trio_live.emulator import MODEL_BEHAVIOURS, PROFILE_NAMES, Emulation
from trio_live.emulator._service._behaviour import LINGER_SECONDS, UNKNOWN_MODEL, behaviour_of, model_playing, tool_wait
from trio_live.errors import ConfigError
from trio_live.wire import (
    ClientMessage,
    FunctionResponse,
    GenerationConfig,
    Platform,
    ProactivityConfig,
    RealtimeInput,
    SessionResumptionConfig,
    ThinkingConfig,
    ToolResponse,
    TranslationConfig,
    encode_client_message,
    profile_for,
)

FLASH = "models/gemini-3.1-flash-live-preview"
THINKER = "models/gemini-3.8-live-extended-thinking"
THINKING = GenerationConfig(response_modalities=["AUDIO"], thinking_config=ThinkingConfig(thinking_level="LOW"))
ECHO = '[[default]]\nsay = "You said {heard}."'
SCRIPT = 'utterances = ["First thing.", "Second thing."]\n' + ECHO
LOOKUP = """
[[rule]]
heard = { keywords = ["weather"] }
say = "Let me look."
call = { tool = "weather" }
then = "It is {weather}."
[[default]]
say = "You said {heard}."
"""


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("behaviour", MODEL_BEHAVIOURS, ids=lambda behaviour: behaviour.name)
def test_every_family_is_found_by_the_model_that_stands_for_it(behaviour: Any, platform: Platform) -> None:
    assert behaviour_of(f"models/{behaviour.model}") is behaviour
    assert profile_for(behaviour.model, platform).known


def test_dated_and_foreign_models_behave_too() -> None:
    assert behaviour_of("gemini-2.5-flash-native-audio-preview-12-2025").name == "2.5"
    assert behaviour_of("publishers/google/models/gemini-live-2.5-flash-native-audio").name == "2.5"
    assert behaviour_of("gemini-9-oracle") is UNKNOWN_MODEL


@pytest.mark.parametrize(
    ("family", "behaviors", "wanted"),
    [
        ("2.5", [None], None),
        ("2.5", ["NON_BLOCKING"], 0.0),
        ("2.5", ["NON_BLOCKING", None], None),
        ("2.5", [], None),
        ("3.1", ["NON_BLOCKING"], None),
        ("3.8", [None], LINGER_SECONDS),
        ("3.8", ["UNSPECIFIED"], LINGER_SECONDS),
        ("3.8", ["NON_BLOCKING"], 0.0),
        ("3.8", ["NON_BLOCKING", "BLOCKING"], None),
        ("3.8-extended-thinking", ["BLOCKING"], 0.0),
    ],
)
def test_the_wait_for_tools_is_the_models_and_the_declarations(
    family: str, behaviors: list[str | None], wanted: float | None
) -> None:
    (behaviour,) = [row for row in MODEL_BEHAVIOURS if row.name == family]
    assert tool_wait(profile_for(behaviour.model, Platform.GOOGLE_AI), behaviors) == wanted


# -- a profile played for any model


def test_a_model_that_plays_keeps_the_spelling() -> None:
    assert model_playing("models/x", "3.8") == "models/gemini-3.8-live"
    long = "projects/p/locations/l/publishers/google/models/x"
    assert model_playing(long, "2.5").startswith("projects/p/locations/l/publishers/google/models/gemini-2.5")


async def test_a_profile_is_played_whatever_model_was_asked_for(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, model_profile="transcribe") as caller:
        await caller.setup(generation_config=GenerationConfig(response_modalities=["TEXT"]))
        await caller.speak()
        await caller.until(has("generation_complete"))
        assert heard(caller.received) == "First thing."


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ConfigError, match=", ".join(PROFILE_NAMES)):
        Emulation(persona(ECHO), model_profile="5.0")


async def test_a_dialect_is_played_whatever_path_was_asked_for(autojump_clock: MockClock) -> None:
    """With the names that belong to the path: they were refused as Vertex refuses them."""
    async with calling(Emulation(persona(ECHO), dialect=Platform.VERTEX)) as caller:
        complete = await caller.setup("models/gemini-3.8-live")
        assert complete.setup_complete is not None
        assert complete.setup_complete.session_id


# -- functions


async def called(caller: Caller, model: str = MODEL, behavior: str | None = None, **fields: Any) -> Any:
    await caller.setup(model, tools=tools("weather", behavior=behavior), **fields)
    await caller.realtime(text="weather?")
    (call,) = await caller.called()
    return call


async def test_a_quick_answer_joins_the_turn_that_did_not_wait_for_it(autojump_clock: MockClock) -> None:
    async with calling_persona(LOOKUP) as caller:
        call = await called(caller)
        await caller.answer(call, "foggy")
        assert spoken(await caller.turn()) == "It is foggy."
        assert await caller.silent_for(60)


async def test_a_slow_answer_opens_a_turn_nobody_asked_for(autojump_clock: MockClock) -> None:
    async with calling_persona(LOOKUP) as caller:
        call = await called(caller)
        await caller.turn()
        await trio.sleep(30)
        await caller.answer(call, "foggy")
        assert spoken(await caller.turn()) == "It is foggy."


async def test_the_user_may_speak_while_a_function_runs(autojump_clock: MockClock) -> None:
    async with calling_persona(LOOKUP) as caller:
        call = await called(caller)
        await caller.say("hello")
        assert kinds(await caller.turn())[-2:] == ["interrupted", "turn_complete"]
        assert spoken(await caller.turn()) == "You said hello."
        await caller.answer(call, "foggy")
        assert spoken(await caller.turn()) == "It is foggy."
        assert not any(message.tool_call_cancellation for message in caller.received)


async def test_an_answer_that_came_just_before_an_interruption_is_not_lost(autojump_clock: MockClock) -> None:
    async with calling_persona(LOOKUP) as caller:
        call = await called(caller)
        answer = ToolResponse(function_responses=[FunctionResponse.of(call, "foggy")])
        messages = (ClientMessage(tool_response=answer), ClientMessage(realtime_input=RealtimeInput(text="hello")))
        await caller.transport.send([encode_client_message(message) for message in messages])
        turns = [spoken(await caller.turn()) for _ in range(3)]
        assert turns[1:] == ["You said hello.", "It is foggy."]


async def test_a_silent_answer_ends_the_wait_for_it(autojump_clock: MockClock) -> None:
    async with calling_persona(LOOKUP) as caller:
        call = await called(caller)
        await caller.answer(call, "foggy", scheduling="SILENT")
        assert spoken(await caller.turn()) == ""
        assert await caller.silent_for(60)


async def test_an_interrupting_answer_waits_for_a_user_who_speaks(autojump_clock: MockClock) -> None:
    script = 'utterances = ["Hm."]\n' + LOOKUP
    async with calling_persona(script) as caller:
        call = await called(caller, behavior="NON_BLOCKING")
        await caller.turn()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(caller.speak, "I am speaking for quite a while, and nobody cuts in.")
            await trio.sleep(1)
            await caller.answer(call, "foggy", scheduling="INTERRUPT")
            await caller.until(lambda m: bool(m.voice_activity and m.voice_activity.kind == "ACTIVITY_END"))
        said = [spoken(await caller.turn()) for _ in range(2)]
        assert said == ["It is foggy.", "You said Hm.."]


async def test_older_models_cut_in_at_once(autojump_clock: MockClock) -> None:
    async with calling_persona('utterances = ["Hm."]\n' + LOOKUP) as caller:
        call = await called(caller, OLD_MODEL, behavior="NON_BLOCKING")
        await caller.turn()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(caller.speak, "I am speaking for quite a while, and somebody cuts in.")
            await trio.sleep(1)
            await caller.answer(call, "foggy", scheduling="INTERRUPT")
            assert spoken([await caller.until(has("output_transcription"))]) == "It is"
            nursery.cancel_scope.cancel()


async def test_models_without_asynchronous_functions_always_wait(autojump_clock: MockClock) -> None:
    async with calling_persona(LOOKUP) as caller:
        call = await called(caller, FLASH)
        assert await caller.silent_for(60)
        await caller.realtime(text="hello")
        cancelled = await caller.until(has("tool_call_cancellation"))
        assert cancelled.tool_call_cancellation is not None
        assert cancelled.tool_call_cancellation.ids == [call.id]


# -- extended thinking


async def test_a_thinker_holds_the_line_and_answers_in_a_turn_of_its_own(autojump_clock: MockClock) -> None:
    async with calling_persona('thought = "Hm."\n' + ECHO) as caller:
        await caller.setup(THINKER, generation_config=THINKING)
        await caller.say("hello")
        first, second = await caller.turn(), await caller.turn()
        assert spoken(first) == "Let me think about that for a moment."
        assert spoken(second) == "You said hello."
        assert [status(turn) for turn in (first, second)] == ["IN_PROGRESS", "IDLE"]


async def test_a_thinker_answers_what_is_easy_at_once(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup(THINKER, generation_config=THINKING)
        await caller.say("hello")
        turn = await caller.turn()
        assert (spoken(turn), status(turn)) == ("You said hello.", "IDLE")


async def test_a_thinker_is_not_idle_while_a_function_runs(autojump_clock: MockClock) -> None:
    async with calling_persona(LOOKUP) as caller:
        call = await called(caller, THINKER, generation_config=THINKING)
        assert status(await caller.turn()) == "IN_PROGRESS"
        await caller.answer(call, "foggy")
        turn = await caller.turn()
        assert (spoken(turn), status(turn)) == ("It is foggy.", "IDLE")


async def test_a_thinker_that_is_interrupted_forgets_what_it_was_thinking_about(autojump_clock: MockClock) -> None:
    async with calling_persona('thought = "Hm."\n' + ECHO) as caller:
        await caller.setup(THINKER, generation_config=THINKING)
        await caller.say("one")
        await caller.until(has("model_turn"))
        await caller.say("two")
        turns = [spoken(await caller.turn()) for _ in range(3)]
        assert turns[2] == "You said two."
        assert await caller.silent_for(60)


def status(turn: list[Any]) -> str | None:
    found: str | None = turn[-1].server_content.interaction_status
    return found


# -- 3.1


@pytest.mark.parametrize(
    "field",
    [
        {"proactivity": ProactivityConfig(proactive_audio=True)},
        {"generation_config": GenerationConfig(response_modalities=["AUDIO"], enable_affective_dialog=True)},
    ],
)
async def test_the_flash_model_falls_silent_on_what_it_does_not_know(
    autojump_clock: MockClock, field: dict[str, Any]
) -> None:
    async with calling_persona(ECHO) as caller:
        with trio.move_on_after(100) as patience_:
            await caller.setup(FLASH, **field)
        assert patience_.cancelled_caught
        assert caller.received == []
        assert await caller.closing() == (1008, "The operation was aborted.")


async def test_the_flash_model_shows_that_it_is_alive_and_sends_handles_unasked(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup(FLASH)
        await caller.realtime(text="hello")
        await caller.until(has("turn_complete"))
        assert caller.frames[1] == b'{\n  "serverContent": {}\n}\n'
        assert (await caller.next()).session_resumption_update is not None


async def test_the_flash_model_answers_the_first_content_and_refuses_the_next(autojump_clock: MockClock) -> None:
    """As Google was recorded to do. Everything was refused, and clients that begin with text could not begin at all."""
    async with calling_persona(ECHO) as caller:
        await caller.setup(FLASH)
        await caller.say("one", turn_complete=False)
        assert await caller.ask("hello") == "You said hello."
        await caller.say("hello again")
        assert await caller.closing() == (1007, "Request contains an invalid argument.")


# -- silence


async def test_a_proactive_model_may_say_nothing_and_then_there_is_no_turn(autojump_clock: MockClock) -> None:
    async with calling_persona("[[default]]\nsilent = true") as caller:
        await caller.setup()
        await caller.say("(not to you)")
        assert await caller.silent_for(100)


async def test_any_other_model_completes_an_empty_turn(autojump_clock: MockClock) -> None:
    async with calling_persona("[[default]]\nsilent = true") as caller:
        await caller.setup(OLD_MODEL)
        await caller.say("(not to you)")
        assert kinds(await caller.turn()) == ["generation_complete", "turn_complete"]


# -- words and speech


async def test_new_models_put_words_into_the_frames_of_their_speech(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        await caller.say("hello")
        contents = [message.server_content for message in await caller.turn() if message.server_content]
        with_words = [content for content in contents if content.output_transcription]
        assert with_words
        assert all(content.model_turn for content in with_words)


# -- translation and transcription


async def test_the_transcriber_writes_down_and_completes_no_turn(autojump_clock: MockClock) -> None:
    async with calling_persona('utterances = ["One two three four five."]') as caller:
        await caller.setup(
            "models/gemini-3.5-transcribe-live", generation_config=GenerationConfig(response_modalities=["TEXT"])
        )
        await caller.speak()
        last = await caller.until(has("generation_complete"))
        assert last.usage_metadata is not None
        contents = [message.server_content for message in caller.received if message.server_content]
        guesses = [c.interim_input_transcription.text for c in contents if c.interim_input_transcription]
        assert guesses == ["One two", "One two three four"]
        assert heard(caller.received) == "One two three four five."
        assert await caller.silent_for(100)


@pytest.mark.parametrize("model", ["models/gemini-3.5-transcribe-live", "models/gemini-3.5-live-translate-preview"])
async def test_models_for_audio_take_no_text(autojump_clock: MockClock, model: str) -> None:
    config = GenerationConfig(
        response_modalities=["TEXT" if "transcribe" in model else "AUDIO"],
        translation_config=TranslationConfig(target_language_code="pl"),
    )
    async with calling_persona(ECHO) as caller:
        await caller.setup(model, generation_config=config)
        await caller.realtime(text="hello")
        assert (await caller.closing())[0] == 1007


async def test_the_translator_says_what_it_hears_and_bills_all_the_time(autojump_clock: MockClock) -> None:
    script = 'utterances = ["Good day.", "And now?"]\n[[rule]]\nheard = { exact = ["Good day."] }\nsay = "Dzień dobry."'
    config = GenerationConfig(
        response_modalities=["AUDIO"], translation_config=TranslationConfig(target_language_code="pl")
    )
    async with calling_persona(script) as caller:
        await caller.setup(
            "models/gemini-3.5-live-translate-preview",
            generation_config=config,
            input_audio_transcription=TRANSCRIBED,
        )
        await caller.speak()
        await trio.sleep(30)
        await caller.until(lambda message: spoken([message]).endswith("dobry."))
        while not await caller.silent_for(1):
            pass
        turn = caller.received
        assert (heard(turn), spoken(turn)) == ("Good day.", "Dzień dobry.")
        assert audio(turn)
        assert sum(message.usage_metadata is not None for message in turn) > 1
        assert not {"generation_complete", "turn_complete"} & set(kinds(turn)), "it ends its turns with nothing"
        await caller.speak()
        await caller.until(lambda message: "now?" in spoken([message]))


# -- context and handles


async def test_a_session_cannot_be_resumed_in_the_middle_of_a_turn(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup(session_resumption=SessionResumptionConfig())
        await caller.ask("hello")
        await caller.next()
        updates = [m.session_resumption_update for m in caller.received if m.session_resumption_update]
        assert [(update.resumable, bool(update.new_handle)) for update in updates] == [(None, False), (True, True)]


async def test_consumed_messages_may_be_counted_from_one(autojump_clock: MockClock) -> None:
    emulation = Emulation(persona(ECHO), first_message_index=1)
    async with calling(emulation, Platform.VERTEX) as caller:
        wish = SessionResumptionConfig(transparent=True)
        await caller.setup("publishers/google/models/gemini-3.8-live", session_resumption=wish)
        await caller.ask("hello")
        update = (await caller.next()).session_resumption_update
        assert update is not None
        assert update.last_consumed_index == 1
