from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import (
    OLD_MODEL,
    TRANSCRIBED,
    VERTEX_MODEL,
    Notebook,
    audio,
    calling,
    calling_persona,
    heard,
    kinds,
    persona,
    spoken,
    texts,
    tools,
)
from trio_live.emulator import Emulation
from trio_live.emulator._audio import babble
from trio_live.wire import (
    AutomaticActivityDetection,
    Blob,
    ClientContent,
    Content,
    ContextUpdate,
    GenerationConfig,
    HistoryConfig,
    Platform,
    RealtimeInputConfig,
    ThinkingConfig,
    ToolList,
)

ECHO = '[[default]]\nsay = "You said {heard}."'
SCRIPT = 'utterances = ["First thing.", "Second thing."]\n' + ECHO
MANUAL = RealtimeInputConfig(automatic_activity_detection=AutomaticActivityDetection(disabled=True))


# -- typed text


async def test_typed_content_is_answered_with_speech_and_its_transcript(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        await caller.say("hello")
        turn = await caller.turn()
        assert spoken(turn) == "You said hello."
        assert audio(turn) == babble("You said hello.")
        assert kinds(turn)[-2:] == ["generation_complete", "turn_complete"]


async def test_realtime_text_is_answered_like_content(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        await caller.realtime(text="and tomorrow?")
        assert spoken(await caller.turn()) == "You said and tomorrow?."


async def test_the_last_user_turn_is_what_was_said(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        turns = [Content.of("one"), Content.of("two", "model"), Content.of("three")]
        await caller.send(client_content=ClientContent(turns=turns, turn_complete=True))
        assert spoken(await caller.turn()) == "You said three."


async def test_content_that_does_not_complete_the_turn_is_context_only(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        await caller.say("remember this", turn_complete=False)
        assert await caller.silent_for(60)


async def test_completing_a_turn_without_words_answers_what_was_said_before(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        await caller.say("remember this", turn_complete=False)
        await caller.say(turn_complete=True)
        assert spoken(await caller.turn()) == "You said remember this."


async def test_completing_an_empty_first_turn_gets_the_greeting(autojump_clock: MockClock) -> None:
    async with calling_persona(f'{ECHO}\n[greeting]\nsay = "Welcome."') as caller:
        await caller.setup()
        await caller.say(turn_complete=True)
        assert spoken(await caller.turn()) == "Welcome."


async def test_a_persona_may_greet_unasked(autojump_clock: MockClock) -> None:
    async with calling_persona(f'{ECHO}\n[greeting]\nwhen = "connected"\nsay = "Welcome."') as caller:
        await caller.setup()
        assert spoken(await caller.turn()) == "Welcome."


async def test_initial_history_is_not_answered(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup(
            "models/gemini-3.1-flash-live-preview",
            history_config=HistoryConfig(initial_history_in_client_content=True),
        )
        await caller.say("My name is Ana.", turn_complete=False)
        await caller.say("Hi Ana.", role="model")
        assert await caller.silent_for(60)
        await caller.realtime(text="Hello")
        assert spoken(await caller.turn()) == "You said Hello."


async def test_text_modality_is_answered_in_writing(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO, strict=False) as caller:
        await caller.setup("models/something-new", generation_config=GenerationConfig(response_modalities=["TEXT"]))
        await caller.say("hello")
        turn = await caller.turn()
        assert texts(turn) == "You said hello."
        assert kinds(turn) == ["model_turn", "generation_complete", "turn_complete"]


async def test_without_transcription_only_audio_comes(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup(output_audio_transcription=None)
        await caller.say("hello")
        assert kinds(await caller.turn()) == ["model_turn", "generation_complete", "turn_complete"]


async def test_thoughts_come_when_asked_for(autojump_clock: MockClock) -> None:
    thinking = GenerationConfig(thinking_config=ThinkingConfig(include_thoughts=True))
    script = f'thought = "Somebody said {{heard}}."\n{ECHO}'
    async with calling_persona(script) as caller:
        await caller.setup(OLD_MODEL, generation_config=thinking)
        await caller.say("hello")
        turn = await caller.turn()
        assert texts(turn, thoughts=True) == "Somebody said hello."
        usage = turn[-1].usage_metadata
        assert usage is not None
        assert usage.thoughts_token_count
    async with calling_persona(script) as caller:
        await caller.setup()
        await caller.say("hello")
        assert texts(await caller.turn(), thoughts=True) == ""


# -- turns without words


@pytest.mark.parametrize("nudge", [".", " ", "…"])
async def test_a_turn_without_words_means_go_on(autojump_clock: MockClock, nudge: str) -> None:
    """Frameworks send one to have their text answered. The emulator answered the nudge."""
    async with calling_persona(ECHO) as caller:
        await caller.setup(OLD_MODEL)
        await caller.say("What is it?", turn_complete=False)
        assert await caller.ask(nudge) == "You said What is it?."


async def test_words_that_were_seeded_are_answered_at_a_nudge(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        history = HistoryConfig(initial_history_in_client_content=True)
        await caller.setup("models/gemini-3.1-flash-live-preview", history_config=history)
        turns = [Content.of("Hi."), Content.of("Hello.", "model"), Content.of("What is it?")]
        await caller.send(client_content=ClientContent(turns=turns, turn_complete=True))
        await caller.realtime(text=" ")
        assert spoken(await caller.turn()) == "You said What is it?."


async def test_the_older_models_of_google_ai_answer_what_completes_a_history(autojump_clock: MockClock) -> None:
    """Pipecat sends its first turn like this, and waits for the answer. The emulator took it for mere history."""
    async with calling_persona(ECHO) as caller:
        await caller.setup(OLD_MODEL, history_config=HistoryConfig(initial_history_in_client_content=True))
        await caller.say("My name is Ana.", turn_complete=False)
        assert await caller.ask("What is it?") == "You said What is it?."


async def test_a_nudge_does_not_cut_off_the_answer_it_asks_for(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        await caller.say("What is it?")
        await caller.realtime(text=" ")
        turn = await caller.turn()
        assert spoken(turn) == "You said What is it?."
        assert "interrupted" not in kinds(turn)
        assert await caller.silent_for(60)


async def test_what_was_answered_is_not_answered_again(autojump_clock: MockClock) -> None:
    async with calling_persona(f'{ECHO}\n[[rule]]\nheard = {{ exact = [""] }}\nsay = "Yes?"') as caller:
        await caller.setup()
        assert await caller.ask("What is it?") == "You said What is it?."
        assert await caller.ask(".") == "Yes?"


# -- context updates


async def test_a_context_update_replaces_the_tools(autojump_clock: MockClock) -> None:
    script = '[[rule]]\nheard = { any = true }\ncall = { tool = "f" }\nthen = "Done."\nwithout_tool = "No tool."'
    async with calling_persona(script) as caller:
        await caller.setup(tools=tools("f"))
        await caller.send(context_update=ContextUpdate(tools=ToolList(tools=[])))
        assert await caller.ask("go") == "No tool."
        await caller.send(context_update=ContextUpdate(tools=ToolList(tools=tools("f"))))
        await caller.say("go")
        (call,) = await caller.called()
        assert call.name == "f"


async def test_new_instructions_are_read_and_not_answered(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        await caller.send(context_update=ContextUpdate(system_instruction=Content.of("Be terse.")))
        assert await caller.silent_for(60)


async def test_vertex_takes_system_turns_as_context(autojump_clock: MockClock) -> None:
    async with calling(Emulation(persona(ECHO)), Platform.VERTEX) as caller:
        await caller.setup(VERTEX_MODEL)
        await caller.say("Answer in French.", role="system", turn_complete=False)
        assert await caller.silent_for(60)
        await caller.say("hello")
        assert spoken(await caller.turn()) == "You said hello."


# -- speech


async def test_the_nth_audio_turn_counts_as_the_nth_utterance(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup(input_audio_transcription=TRANSCRIBED)
        for utterance in ("First thing.", "Second thing.", "(speech)"):
            await caller.speak()
            turn = await caller.turn()
            assert heard(turn) == utterance
            assert spoken(turn) == f"You said {utterance}."


async def test_without_input_transcription_the_words_are_not_told(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup()
        await caller.speak()
        assert heard(await caller.turn()) == ""


async def test_old_models_transcribe_a_few_words_at_a_time(autojump_clock: MockClock) -> None:
    script = 'utterances = ["One two three four five."]\n' + ECHO
    async with calling_persona(script) as caller:
        await caller.setup(OLD_MODEL, input_audio_transcription=TRANSCRIBED)
        await caller.speak()
        contents = [m.server_content for m in await caller.turn() if m.server_content]
        deltas = [c.input_transcription.text for c in contents if c.input_transcription]
        assert deltas == ["One two", " three four", " five."]


async def test_new_models_tell_when_speech_begins_and_ends(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup()
        await caller.speak(silence=2)
        await caller.turn()
        told = [m.voice_activity for m in caller.received if m.voice_activity]
        assert [activity.kind for activity in told] == ["ACTIVITY_START", "ACTIVITY_END"]
        assert all(str(activity.audio_offset).endswith("s") for activity in told)


async def test_old_models_do_not(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup(OLD_MODEL)
        await caller.speak()
        await caller.turn()
        assert not any(m.voice_activity for m in caller.received)


async def test_vertex_signals_the_detectors_edges_when_asked(autojump_clock: MockClock) -> None:
    async with calling(Emulation(persona(SCRIPT)), Platform.VERTEX) as caller:
        await caller.setup(VERTEX_MODEL, explicit_vad_signal=True)
        await caller.speak()
        await caller.turn()
        told = [m.voice_activity_detection_signal for m in caller.received if m.voice_activity_detection_signal]
        assert [signal.vad_signal_type for signal in told] == ["VAD_SIGNAL_TYPE_SOS", "VAD_SIGNAL_TYPE_EOS"]


async def test_switching_the_microphone_off_ends_the_utterance(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup(OLD_MODEL)
        await caller.speak(silence=0)
        await caller.realtime(audio_stream_end=True)
        assert spoken(await caller.turn()) == "You said First thing.."


async def test_a_model_that_does_not_heed_a_microphone_switched_off_waits_for_silence(
    autojump_clock: MockClock,
) -> None:
    """3.8 was answered at once, and a client that forgot its silence passed here and waited for ever at Google."""
    async with calling_persona(SCRIPT) as caller:
        await caller.setup()
        await caller.speak(silence=0)
        await caller.realtime(audio_stream_end=True)
        with trio.move_on_after(60):
            await caller.turn()
        assert not any(message.server_content for message in caller.received)
        await caller.hear_audio(bytes(32_000))
        assert spoken(await caller.turn()) == "You said First thing.."


async def test_switching_the_microphone_off_in_silence_means_nothing(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup(OLD_MODEL)
        await caller.realtime(audio_stream_end=True)
        assert await caller.silent_for(60)


async def test_a_pause_within_the_hesitation_does_not_split_an_utterance(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT, first_word_after=1.0) as caller:
        await caller.setup(OLD_MODEL, input_audio_transcription=TRANSCRIBED)
        await caller.speak(silence=0.9)
        await caller.speak()
        turn = await caller.turn()
        assert heard(turn) == "First thing."
        assert "interrupted" not in kinds(caller.received)


@pytest.mark.parametrize(
    ("mime", "rate"), [("audio/pcm", 16_000), ("audio/pcm;rate=24000", 24_000), ("Audio/PCM; Rate=8000", 8_000)]
)
async def test_audio_is_heard_at_the_rate_it_declares(autojump_clock: MockClock, mime: str, rate: int) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup()
        await caller.hear_audio(babble("I say a few words.", rate=rate) + bytes(2 * rate), mime, chunk=rate // 25)
        assert spoken(await caller.turn()) == "You said First thing.."


async def test_audio_cut_in_the_middle_of_a_sample_is_heard(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup()
        await caller.hear_audio(babble("I say a few words.", rate=16_000) + bytes(32_000), chunk=641)
        assert spoken(await caller.turn()) == "You said First thing.."


async def test_deprecated_media_chunks_are_heard(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup()
        await caller.realtime(media_chunks=[Blob(mime_type="image/jpeg", data=b"\xff")])
        pcm = babble("I say a few words.", rate=16_000) + bytes(32_000)
        await caller.realtime(media_chunks=[Blob(mime_type="audio/pcm;rate=16000", data=pcm)])
        assert spoken(await caller.turn()) == "You said First thing.."


async def test_what_cannot_be_heard_is_noted_and_forgotten(autojump_clock: MockClock) -> None:
    notebook = Notebook()
    async with calling(Emulation(persona(SCRIPT), on_log=notebook)) as caller:
        await caller.setup()
        await caller.realtime(audio=Blob(mime_type="audio/ogg", data=b"OggS"))
        assert await caller.silent_for(5)
    assert notebook.mentions("cannot hear 'audio/ogg'")


async def test_pictures_are_counted(autojump_clock: MockClock) -> None:
    async with calling_persona(ECHO) as caller:
        await caller.setup()
        await caller.realtime(video=Blob(mime_type="image/jpeg", data=b"\xff"))
        await caller.say("what is it?")
        usage = (await caller.turn())[-1].usage_metadata
        assert usage is not None
        assert [detail.modality for detail in usage.prompt_tokens_details or ()] == ["TEXT", "IMAGE"]


# -- explicit activity


async def test_explicit_activity_is_one_utterance(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup(realtime_input_config=MANUAL)
        await caller.activity(start=True)
        await caller.speak(silence=3)
        assert not any(m.server_content for m in caller.received)
        await caller.activity(start=False)
        assert spoken(await caller.turn()) == "You said First thing.."


async def test_text_within_an_explicit_activity_is_answered_at_its_end(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup(OLD_MODEL, realtime_input_config=MANUAL)
        await caller.activity(start=True)
        await caller.realtime(text="typed")
        await caller.realtime(text="words")
        assert await caller.silent_for(60)
        await caller.activity(start=False)
        assert spoken(await caller.turn()) == "You said typed words."


async def test_an_explicit_activity_without_anything_in_it_is_not_answered(autojump_clock: MockClock) -> None:
    async with calling_persona(SCRIPT) as caller:
        await caller.setup(OLD_MODEL, realtime_input_config=MANUAL)
        await caller.activity(start=False)
        await caller.activity(start=True)
        await caller.activity(start=False)
        assert await caller.silent_for(60)


# -- interruption


# -- resumption
