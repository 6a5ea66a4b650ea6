"""The end of a turn: final transcripts, the program's hooks, the count, and the event last of all."""

from __future__ import annotations

from typing import Any

from trio.testing import MockClock

from tests.peer import (
    Diary,
    Witness,
    builder,
    call,
    heard,
    interrupted,
    parts_of,
    reading,
    said,
    settled,
    turn_complete,
)
from trio_live import events


def finals(diary: Diary) -> list[Any]:
    return [entry for entry in diary.entries if entry[-1] is True]


async def test_a_turn_ends_with_one_final_text_a_side_and_the_event_last(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = (
        builder()
        .on_output_transcript(diary.note("said"))
        .on_input_transcript(diary.note("heard"))
        .on_turn_boundary(diary.anote("boundary"))
        .on_turn_complete(diary.anote("turn"))
    )
    async with call(live) as (session, peer):
        await settled()
        Witness(parts_of(session).events, diary.entries)
        await peer.send(heard("What "), heard("time?"), said("It is "), said("noon."))
        await settled()
        diary.entries.clear()
        await peer.send(turn_complete())
        await settled()
        names = [entry if isinstance(entry, events.LiveEvent) else entry[:1] for entry in diary.entries]
    assert names == [
        ("said",),
        events.OutputTranscript("It is noon.", is_final=True),
        ("heard",),
        events.InputTranscript("What time?", is_final=True),
        ("boundary",),
        ("turn",),
        events.TurnComplete(),
    ]


async def test_texts_do_not_leak_into_the_next_turn(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(builder().on_output_transcript(diary.note("said"))) as (_, peer):
        await peer.send(said("one"), turn_complete(), turn_complete(), said("two"), turn_complete())
        await settled()
    assert finals(diary) == [("said", "one", True), ("said", "two", True)]


async def test_an_empty_turn_is_a_turn(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(builder().on_turn_complete(diary.anote("turn"))) as (session, peer), reading(session) as seen:
        await peer.send(turn_complete(), turn_complete())
        await settled()
        assert session.state.get("session:turn_count", 0) == 2
    assert diary.names() == ["turn", "turn"]
    assert seen.count(events.TurnComplete()) == 2


async def test_callbacks_see_the_number_of_the_turn_they_belong_to(autojump_clock: MockClock) -> None:
    numbers: list[Any] = []

    async def look(state: Any, _: object) -> None:
        numbers.append(state.get("session:turn_count", 0))

    async with call(builder().on_turn_boundary(look)) as (_, peer):
        await peer.send(turn_complete(), turn_complete(), turn_complete())
        await settled()
    assert numbers == [0, 1, 2]


async def test_what_was_cut_off_is_not_told_as_said(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(builder().on_output_transcript(diary.note("said"))) as (_, peer):
        await peer.send(said("as I was say"), interrupted(), turn_complete())
        await settled()
    assert not any(entry[1] == "as I was say" for entry in finals(diary))


async def test_what_was_typed_belongs_to_the_transcript_and_the_greeting_does_not(autojump_clock: MockClock) -> None:
    async with call(builder().greeting("Introduce yourself.")) as (session, peer):
        await peer.send(said("I am a bot."), turn_complete())
        await settled()
        await session.send_text("What time is it?")
        await peer.send(said("Noon."), turn_complete())
        await settled()
        window = session._conversation.buffer.snapshot_window(5)
    assert [(turn.user, turn.model) for turn in window] == [("", "I am a bot."), ("What time is it?", "Noon.")]


async def test_a_greeting_is_said_once_and_is_no_transcript(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().greeting("Introduce yourself.").on_input_transcript(diary.note("heard"))
    async with call(live) as (session, peer):
        await session.flush()
        assert peer.texts == ["Introduce yourself."]
        await peer.send(turn_complete(), turn_complete())
        await settled()
        assert peer.texts == ["Introduce yourself."]
    assert diary.entries == []
