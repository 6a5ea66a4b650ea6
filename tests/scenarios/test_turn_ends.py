"""Turns of models that end them each in their own way, through a whole session."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import (
    Diary,
    Frame,
    audio,
    bare_turn_complete,
    builder,
    content,
    generation_complete,
    heard,
    interrupted,
    said,
    speech,
    text,
    turn_complete,
    usage,
)
from tests.scenarios.harness import Stage, stage
from trio_live import Live, events
from trio_live.session._internal import QUIET_SECONDS, TURN_CHARACTERS

TRANSCRIBER = Live.builder().model("gemini-3.5-transcribe-live")
TRANSLATOR = Live.builder().model("gemini-3.5-live-translate-preview").translation("pl")


def recorded(talk: Stage) -> list[tuple[str, str]]:
    return [(turn.user, turn.model) for turn in talk.talk.buffer.all_turns()]


def finals(talk: Stage) -> list[tuple[int, str]]:
    """The number and the text of each final transcript."""
    return [
        (event.turn, event.text)
        for event in talk.seen
        if isinstance(event, events.InputTranscript | events.OutputTranscript) and event.is_final
    ]


async def test_the_transcriber_ends_each_turn_and_keeps_nothing_open(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(TRANSCRIBER.on_turn_complete(diary.anote("turn"))) as talk:
        for number in range(3):
            await talk.hears(heard(f"Sentence {number}."), generation_complete())
        assert finals(talk) == [(0, "Sentence 0."), (1, "Sentence 1."), (2, "Sentence 2.")]
        assert diary.names() == ["turn"] * 3
        assert talk.state.get("session:turn_count") == 3
        assert not talk.talk.buffer.has_pending()
        assert talk.session.telemetry.snapshot()["turn_count"] == 3


async def test_guesses_are_told_as_what_they_are_and_stand_in_nothing(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(TRANSCRIBER.on_input_transcript(diary.note("heard"))) as talk:
        guess = {"interimInputTranscription": {"text": "good mor"}}
        await talk.hears(content(**guess), heard("Good morning."), generation_complete())
        told = talk.of(events.InputTranscript)
        assert [(each.text, each.stability, each.turn, each.sequence) for each in told] == [
            ("good mor", events.Stability.PARTIAL, 0, 0),
            ("Good morning.", events.Stability.STABLE, 0, 0),
            ("Good morning.", events.Stability.FINAL, 0, 1),
        ]
        assert diary.entries == [("heard", "Good morning.", False), ("heard", "Good morning.", True)]
        assert recorded(talk) == [("Good morning.", "")]


async def test_the_translator_ends_a_turn_by_silence_whatever_usage_comes(autojump_clock: MockClock) -> None:
    async with stage(TRANSLATOR) as talk:
        for number in range(2):
            await talk.hears(heard("Good morning."), said("Dzień dobry."), audio(b"00"))
            for _ in range(3):
                await talk.after(QUIET_SECONDS / 4)
                await talk.hears(usage(3, 4) | content())
            assert len(finals(talk)) == 2 * number
            await talk.after(QUIET_SECONDS)
        assert finals(talk) == [(0, "Dzień dobry."), (0, "Good morning."), (1, "Dzień dobry."), (1, "Good morning.")]
        assert recorded(talk) == [("Good morning.", "Dzień dobry.")] * 2
        assert len(talk.of(events.TurnComplete)) == 2
        await talk.after(20 * QUIET_SECONDS)
        assert len(talk.of(events.TurnComplete)) == 2


async def test_a_holding_line_and_the_answer_are_one_turn(autojump_clock: MockClock) -> None:
    def status(word: str) -> Frame:
        return content(turnComplete=True, interactionStatus=word)

    async with stage(builder()) as talk:
        await talk.hears(heard("What is the weather?"), said("Let me look."), audio(b"00"), status("IN_PROGRESS"))
        assert talk.of(events.TurnComplete) == []
        assert talk.state.get("session:turn_count", 0) == 0
        await talk.hears(said("It is foggy."), audio(b"11"), generation_complete(), status("IDLE"))
        assert talk.of(events.TurnComplete) == [events.TurnComplete()]
        assert recorded(talk) == [("What is the weather?", "Let me look. It is foggy.")]
        assert talk.of(events.InteractionStatus) == [
            events.InteractionStatus("IN_PROGRESS"),
            events.InteractionStatus("IDLE"),
        ]
        assert talk.session.telemetry.snapshot()["turn_count"] == 1


async def test_an_empty_turn_changes_nothing_but_a_counter(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(builder().on_turn_boundary(diary.anote("boundary"))) as talk:
        await talk.turn(said("Yes."))
        await talk.hears(bare_turn_complete(), bare_turn_complete())
        assert diary.names() == ["boundary"]
        assert len(talk.of(events.TurnComplete)) == 1
        assert talk.session.telemetry.snapshot()["oddities"] == {"empty turn": 2}


async def test_a_phantom_interruption_stops_playback_and_harms_nothing(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(builder().on_interrupted(diary.anote("interrupted"))) as talk:
        await talk.hears(speech("START"), heard("What is"), interrupted(), bare_turn_complete(), heard(" the weather?"))
        await talk.turn(said("Foggy."), audio(b"00"))
        assert diary.names() == ["interrupted"]
        assert recorded(talk) == [("What is the weather?", "Foggy.")]
        counted = talk.session.telemetry.snapshot()
        assert (counted["interruptions"], counted["turn_count"]) == (0, 1)
        assert counted["oddities"] == {"phantom interruption": 1, "empty turn": 1}


async def test_a_late_piece_amends_its_turn_and_says_so(autojump_clock: MockClock) -> None:
    async with stage(builder()) as talk:
        await talk.turn(heard("A ta"), said("For"), audio(b"00"))
        await talk.hears(heard("ble"), said(" two?"))
        assert recorded(talk) == [("A table", "For two?")]
        assert talk.of(events.TranscriptAmended) == [
            events.TranscriptAmended(0, events.Speaker.USER, "A table", "ble"),
            events.TranscriptAmended(0, events.Speaker.MODEL, "For two?", " two?"),
        ]
        assert finals(talk) == [(0, "For"), (0, "A ta")], "one final a side and turn"
        await talk.after(5)
        await talk.turn(heard("Yes"), said("Done."))
        assert recorded(talk) == [("A table", "For two?"), ("Yes", "Done.")]
        assert talk.session.telemetry.snapshot()["oddities"] == {"late fragment": 2}


async def test_sound_without_a_word_says_so_until_the_words_come(autojump_clock: MockClock) -> None:
    async with stage(builder().transcription()) as talk:
        await talk.turn(audio(b"00"))
        assert talk.of(events.TurnComplete) == [events.TurnComplete(untranscribed=True)]
        (turn,) = talk.talk.buffer.all_turns()
        assert turn.untranscribed
        assert "no transcript" in turn.formatted()
        await talk.hears(said("Hello."))
        (turn,) = talk.talk.buffer.all_turns()
        assert (turn.model, turn.untranscribed) == ("Hello.", False)


async def test_sound_nobody_wanted_transcribed_is_no_gap(autojump_clock: MockClock) -> None:
    async with stage(builder().transcription(input=False, output=False)) as talk:
        await talk.turn(audio(b"00"))
        assert talk.of(events.TurnComplete) == [events.TurnComplete()]
        assert recorded(talk) == []


async def test_a_repeated_piece_is_heard_once(autojump_clock: MockClock) -> None:
    async with stage(builder()) as talk:
        await talk.turn(heard("What is the weather?"), heard("What is the weather?"), said("Fog."))
        assert recorded(talk) == [("What is the weather?", "Fog.")]
        assert talk.session.telemetry.snapshot()["oddities"] == {"repeated fragment": 1}


async def test_a_server_without_an_end_is_bounded_and_told_once(autojump_clock: MockClock) -> None:
    async with stage(builder()) as talk:
        line = "word " * 2000
        for number in range(90):
            await talk.hears(said(f"{number} {line}"))
        kept = talk.talk.buffer.snapshot_window_with_current(50, trio.current_time()).formatted()
        assert len(kept) < 90 * len(line) + 10_000
        assert len(talk.errors) == 1
        assert len(talk.of(events.TurnComplete)) == 90 * len(line) // TURN_CHARACTERS
        assert talk.session.telemetry.snapshot()["oddities"] == {"overlong turn": 3}


async def test_a_text_answer_of_a_turn_with_a_pause_is_told_whole(autojump_clock: MockClock) -> None:
    async with stage(builder()) as talk:
        await talk.hears(text("One moment."), content(turnComplete=True, interactionStatus="IN_PROGRESS"))
        await talk.hears(text("Fog."), content(turnComplete=True, interactionStatus="IDLE"))
        await talk.hears(text("And?"), turn_complete())
        assert [event.text for event in talk.of(events.TextComplete)] == ["One moment.Fog.", "And?"]
        assert recorded(talk) == [("", "One moment. Fog."), ("", "And?")]


async def test_sound_that_is_nearly_silent_is_told_once_a_spell(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage(builder()) as talk:
        await talk.hears(*[audio(bytes(48_000))] * 6)
        assert talk.session.telemetry.snapshot()["oddities"] == {"silent sound": 1}
        assert [record.message for record in caplog.records if "silent" in record.message] == [
            "the model's sound has been nearly silent for 5 s"
        ]
