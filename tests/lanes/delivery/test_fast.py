"""Synchronous callbacks inline, then the event; and what the other lanes do meanwhile does not matter."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.lanes.rig import live_events
from tests.peer import (
    Diary,
    Frame,
    Witness,
    audio,
    bare_turn_complete,
    builder,
    call,
    content,
    heard,
    interrupted,
    media,
    said,
    settled,
    speech,
    text,
    thought,
    turn_complete,
)
from trio_live import SessionPhase, events
from trio_live.lanes import HOOKS, QUEUES
from trio_live.lanes._internal import with_callback
from trio_live.session import Lane
from trio_live.wire import GroundingMetadata


@attrs.frozen
class Row:
    """A frame of the server, and what the fast lane makes of it."""

    frames: list[Frame]
    hook: str
    args: tuple[Any, ...]
    event: events.LiveEvent | None


ROWS = [
    Row([audio(b"abcd")], "on_audio", (b"abcd",), events.Audio(b"abcd")),
    Row([media("", b"ab")], "on_audio", (b"ab",), events.Audio(b"ab")),
    Row([text("Hi")], "on_text", ("Hi",), events.TextDelta("Hi")),
    Row([text("a"), text("b"), turn_complete()], "on_text_complete", ("ab",), events.TextComplete("ab")),
    Row([heard("Hi")], "on_input_transcript", ("Hi", False), events.InputTranscript("Hi", is_final=False)),
    Row([said("Hi")], "on_output_transcript", ("Hi", False), events.OutputTranscript("Hi", is_final=False)),
    Row([thought("Hm")], "on_thought", ("Hm",), events.Thought("Hm")),
    Row([speech("START")], "on_vad_start", (), events.VadStart()),
    Row([speech("START"), speech("END")], "on_vad_end", (), events.VadEnd()),
    Row([media("video/mp4", b"00")], "on_media", ("video/mp4", b"00"), events.Media("video/mp4", b"00")),
    Row(
        [content(groundingMetadata={"webSearchQueries": ["fog"]})],
        "on_grounding",
        (GroundingMetadata(web_search_queries=["fog"]), None),
        events.Grounding(GroundingMetadata(web_search_queries=["fog"])),
    ),
    Row([text("Hi")], "on_phase", (SessionPhase.MODEL_SPEAKING,), None),
]


def test_every_hook_of_the_fast_lane_has_a_row() -> None:
    assert {row.hook for row in ROWS} == {name for name, hook in HOOKS.items() if hook.lane is Lane.FAST}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.hook)
async def test_the_callback_comes_first_and_then_the_event(row: Row, autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder()
    callbacks = with_callback(live.spec.callbacks, row.hook, diary.note(row.hook))
    live = attrs.evolve(live, spec=attrs.evolve(live.spec, callbacks=callbacks))
    async with call(live) as (session, peer):
        await settled()
        diary.entries.clear()
        Witness(live_events(session), diary.entries)
        await peer.send(*row.frames)
        await settled()
        written = [entry for entry in diary.entries if entry in [row.event, (row.hook, *row.args)]]
    assert written == [(row.hook, *row.args), *([row.event] if row.event is not None else [])]


async def test_media_is_no_audio(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(builder().on_audio(diary.note("audio"))) as (session, peer):
        await settled()
        Witness(live_events(session), diary.entries)
        await peer.send(media("video/mp4", b"moving"), media("image/png", b"still"))
        await settled()
        assert diary.entries == [events.Media("video/mp4", b"moving"), events.Media("image/png", b"still")]


async def test_the_order_inside_a_frame_is_kept(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = (
        builder()
        .on_text(diary.note("text"))
        .on_thought(diary.note("thought"))
        .on_input_transcript(diary.note("heard"))
        .on_output_transcript(diary.note("said"))
        .on_text_complete(diary.note("complete"))
    )
    frame = content(
        modelTurn={"parts": [{"text": "Hm", "thought": True}, {"text": "Hello"}]},
        inputTranscription={"text": "Hi"},
        outputTranscription={"text": "Hello"},
        turnComplete=True,
    )
    async with call(live) as (_, peer):
        await peer.send(frame)
        await settled()
        pieces = [entry for entry in diary.entries if entry[-1] is not True]
    assert pieces == [
        ("thought", "Hm"),
        ("text", "Hello"),
        ("heard", "Hi", False),
        ("said", "Hello", False),
        ("complete", "Hello"),
    ]


async def test_a_blocking_callback_does_not_delay_the_fast_lane(autojump_clock: MockClock) -> None:
    heard_at: list[float] = []
    slow = Diary().anote("slow", takes=60)
    live = builder().on_turn_complete(slow).on_audio(lambda _: heard_at.append(trio.current_time()))
    async with call(live) as (_, peer):
        await peer.send(turn_complete())
        await settled()
        for _ in range(100):
            await peer.send(audio(b"ab"))
            await trio.sleep(0.04)
        assert heard_at == pytest.approx([n * 0.04 for n in range(100)])


async def test_only_a_full_control_lane_makes_everything_wait_and_nothing_is_lost(autojump_clock: MockClock) -> None:
    turns, pieces = 0, 0
    going = trio.Event()

    async def slow() -> None:
        nonlocal turns
        await going.wait()
        turns += 1

    def play(_: bytes) -> None:
        nonlocal pieces
        pieces += 1

    many = 3 * QUEUES["control"].capacity
    async with call(builder().on_turn_complete(slow).on_audio(play)) as (_, peer):
        await peer.send(*[audio(b"ab"), bare_turn_complete()] * many)
        await settled()
        assert QUEUES["control"].capacity <= pieces < many
        going.set()
        await settled()
        assert (turns, pieces) == (many, many)


async def test_without_readers_no_event_is_built(autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(data: bytes) -> None:
        raise AssertionError("nobody wants it")

    monkeypatch.setattr(events, "Audio", never)
    diary = Diary()
    async with call(builder().on_audio(diary.note("audio"))) as (_, peer):
        await peer.send(audio(b"ab"))
        await settled()
    assert diary.entries == [("audio", b"ab")]


async def test_a_burst_leaves_other_tasks_their_turn(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    """A hundred sessions share one thread; a flood in one of them must not stall the others."""
    pieces, seen_in_between = 0, set[int]()

    def play(_: bytes) -> None:
        nonlocal pieces
        pieces += 1

    async def others() -> None:
        while pieces < 500:
            seen_in_between.add(pieces)
            await trio.lowlevel.checkpoint()

    async with call(builder().on_audio(play)) as (_, peer):
        nursery.start_soon(others)
        await peer.send(*[audio(b"ab")] * 500)
        await settled()
    assert len(seen_in_between) > 3


async def test_without_a_backlog_a_callback_runs_in_the_task_that_read_the_frame(autojump_clock: MockClock) -> None:
    tasks: list[str] = []

    def note(*_: object) -> None:
        tasks.append(trio.lowlevel.current_task().name)

    async with call(builder().on_audio(note).on_text(note)) as (_, peer):
        await peer.send(audio(b"ab"), text("Hi"))
        await settled()
        await peer.send(audio(b"ab"))
        await settled()
    assert tasks == ["pump"] * 3


async def test_the_lane_s_own_task_takes_over_at_the_barrier_and_hands_back(autojump_clock: MockClock) -> None:
    played: list[tuple[bytes, str]] = []

    def note(sound: bytes) -> None:
        played.append((sound, trio.lowlevel.current_task().name))

    async with call(builder().on_audio(note).on_interrupted(Diary().anote("", takes=1))) as (_, peer):
        await peer.send(audio(b"a1"))
        await settled()
        await peer.send(interrupted())
        await peer.send(audio(b"b1"))
        await trio.sleep(0.5)
        await peer.send(audio(b"b2"))
        await trio.sleep(1)
        await peer.send(audio(b"b3"))
        await settled()
    assert played == [(b"a1", "pump"), (b"b1", "fast lane"), (b"b2", "fast lane"), (b"b3", "pump")]
