"""Barge-in: nobody hears what was said before the interruption, and everybody hears what is said after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.lanes.rig import BoomError, araising, forever
from tests.peer import (
    Diary,
    Frame,
    Witness,
    audio,
    builder,
    call,
    call_of,
    interrupted,
    media,
    parts_of,
    reading,
    said,
    settled,
    text,
    tool_call,
    turn_complete,
)
from trio_live import Live, events
from trio_live.lanes import QUEUES
from trio_live.wire import FunctionResponse


def listening(diary: Diary, live: Live | None = None) -> Live:
    return (live or builder()).on_audio(diary.note("audio")).on_text(diary.note("text"))


async def test_audio_from_before_is_heard_by_nobody(autojump_clock: MockClock) -> None:
    """In one batch: the lanes find the frames in their queue when the interruption is known already."""
    diary = Diary()
    live = listening(diary).on_interrupted(diary.anote("interrupted"))
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(audio(b"a1"), media("video/mp4", b"v1"), text("words"), audio(b"a2"), interrupted())
        await settled()
        assert sorted(diary.names()) == ["interrupted", "text"]
        assert session.telemetry.snapshot()["dropped"] == {"AudioData": 2, "Media": 1}
    assert not any(isinstance(event, events.Audio | events.Media) for event in seen)
    assert events.TextDelta("words") in seen


async def test_audio_from_after_waits_for_the_callback_and_comes_in_order(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = listening(diary).on_interrupted(diary.anote("interrupted", takes=2))
    async with call(live) as (session, peer):
        await settled()
        Witness(parts_of(session).events, diary.entries)
        await peer.send(interrupted(), audio(b"b1"), text("new"), audio(b"b2"))
        await settled()
        assert diary.entries == [("interrupted",)]
        await peer.send(audio(b"b3"))
        await trio.sleep(2.1)
        assert diary.entries[:3] == [("interrupted",), ("interrupted ends",), events.Interrupted()]
        assert diary.entries[3:] == [
            ("audio", b"b1"),
            events.Audio(b"b1"),
            ("text", "new"),
            events.TextDelta("new"),
            ("audio", b"b2"),
            events.Audio(b"b2"),
            ("audio", b"b3"),
            events.Audio(b"b3"),
        ]


async def test_a_second_interruption_while_the_first_is_handled(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = listening(diary).on_interrupted(diary.anote("interrupted", takes=2))
    async with call(live) as (_, peer):
        await peer.send(interrupted(), audio(b"b1"))
        await trio.sleep(1)
        await peer.send(interrupted(), audio(b"c1"))
        await trio.sleep(1.5)
        assert diary.names() == ["interrupted", "interrupted ends", "interrupted"]
        await trio.sleep(2)
    assert diary.entries[3:] == [("interrupted ends",), ("audio", b"c1")]


async def test_between_two_turns_nothing_of_the_new_one_is_lost(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = listening(diary).on_interrupted(diary.anote("interrupted", takes=1))
    async with call(live) as (_, peer):
        await peer.send(audio(b"before"))
        await settled()
        await peer.send(interrupted(), turn_complete(), *[audio(bytes([n, n])) for n in range(200)])
        await trio.sleep(5)
    assert [entry[1] for entry in diary.entries if entry[0] == "audio"] == [
        b"before",
        *(bytes([n, n]) for n in range(200)),
    ]


async def test_more_audio_than_fits_waits_in_the_socket_and_is_not_lost(autojump_clock: MockClock) -> None:
    diary, many = Diary(), 3 * QUEUES["fast"].capacity
    async with call(listening(diary).on_interrupted(diary.anote("interrupted", takes=1))) as (_, peer):
        await peer.send(interrupted(), *[audio(n.to_bytes(2, "big")) for n in range(many)])
        await trio.sleep(5)
    assert [entry[1] for entry in diary.entries if entry[0] == "audio"] == [n.to_bytes(2, "big") for n in range(many)]


async def test_text_and_transcripts_are_not_suppressed(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = listening(diary).on_output_transcript(diary.note("said")).on_interrupted(forever)
    async with call(live) as (_, peer):
        await peer.send(text("before"), said("before"), interrupted(), text("after"), said("after"))
        await settled()
        assert diary.entries == [
            ("text", "before"),
            ("said", "before", False),
            ("text", "after"),
            ("said", "after", False),
        ]


@pytest.mark.parametrize(("callback", "after"), [(araising(BoomError("no")), 0.0), (forever, 5.0)])
async def test_whatever_becomes_of_the_callback_audio_flows_again(
    callback: Any, after: float, autojump_clock: MockClock
) -> None:
    heard_at: list[float] = []
    live = builder().on_interrupted(callback).on_audio(lambda _: heard_at.append(trio.current_time()))
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(interrupted(), audio(b"b1"))
        await trio.sleep(30)
        assert heard_at == [after]
        assert session.telemetry.callback_errors == {"on_interrupted": 1}
    assert events.Interrupted() in seen
    assert any(isinstance(event, events.Error) and event.message.startswith("on_interrupted: ") for event in seen)


async def test_without_a_callback_an_interruption_passes_at_once(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(listening(diary)) as (session, peer), reading(session) as seen:
        await peer.send(audio(b"a1"), interrupted(), audio(b"b1"))
        await settled()
        assert diary.entries == [("audio", b"b1")]
    assert [event for event in seen if isinstance(event, events.Audio)] == [events.Audio(b"b1")]


# -- tools ----------------------------------------------------------------------------------------------------------


async def test_a_slow_tool_is_freed_at_once(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = (
        builder()
        .on_tool_call(diary.anote("tool", takes=60))
        .on_interrupted(diary.anote("interrupted"))
        .on_tool_cancelled(diary.anote("cancelled"))
    )
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("slow", "1")))
        await trio.sleep(1)
        await peer.send(interrupted())
        await settled()
        assert trio.current_time() == 1
        assert diary.names() == ["tool", "cancelled", "interrupted"]
        assert diary.entries[1] == ("cancelled", ("1",))
        assert peer.answers == []


async def test_a_batch_from_before_is_cancelled_and_one_from_after_is_not(autojump_clock: MockClock) -> None:
    asked: list[str | None] = []

    async def answer(calls: Sequence[Any], _: object) -> list[FunctionResponse]:
        asked.extend(call.id for call in calls)
        return [FunctionResponse.of(call, "done") for call in calls]

    diary = Diary()
    live = (
        builder()
        .on_generation_complete(diary.anote("busy", takes=1))
        .on_tool_call(answer)
        .on_tool_cancelled(diary.anote("cancelled"))
    )
    async with call(live) as (_, peer):
        await peer.send({"serverContent": {"generationComplete": True}}, tool_call(call_of("f", "before")))
        await settled()
        await peer.send(interrupted(), tool_call(call_of("f", "after")))
        await trio.sleep(2)
        assert asked == ["after"]
        assert [answer["id"] for batch in peer.answers for answer in batch] == ["after"]
        assert diary.entries[-1] == ("cancelled", ("before",))


# -- any order ------------------------------------------------------------------------------------------------------


@attrs.frozen
class Step:
    """Something the server does, and how long it then stays silent; ``None`` sends the next in the same batch."""

    kind: str
    pause: float | None


STEPS = st.builds(
    Step,
    st.sampled_from(["audio", "audio", "audio", "text", "interrupted", "turn"]),
    st.sampled_from([None, None, 0.0, 0.3, 1.0, 6.0]),
)


@attrs.define
class Witnessed:
    """What a listener experienced; each piece of sound carries its number and the epoch in which it was sent."""

    texts: list[str] = attrs.field(factory=list)
    pieces: list[int] = attrs.field(factory=list)
    turns: int = 0
    handled: int = 0
    problems: list[str] = attrs.field(factory=list)
    over: trio.Event = attrs.field(factory=trio.Event)

    def look(self, kinds: Sequence[str]) -> None:
        """Whether everything that must come has come."""
        everything = (kinds.count("interrupted"), kinds.count("turn"), kinds.count("text") + 1)
        if (self.handled, self.turns, len(self.texts)) == everything:
            self.over.set()


@settings(deadline=None)
@given(
    script=st.lists(STEPS, max_size=25),
    interruption_takes=st.sampled_from([0.0, 0.2, 1.5, 4.0]),
    turn_takes=st.sampled_from([0.0, 0.7]),
)
def test_in_any_order_lanes_keep_theirs_and_no_stale_sound_is_heard(
    script: list[Step], interruption_takes: float, turn_takes: float
) -> None:
    trio.run(perform, script, interruption_takes, turn_takes, clock=MockClock(autojump_threshold=0))


async def perform(script: list[Step], interruption_takes: float, turn_takes: float) -> None:
    noted, kinds = Witnessed(), [step.kind for step in script]

    def play(sound: bytes) -> None:
        number, epoch = sound[0], sound[1]
        noted.pieces.append(number)
        if epoch != parts_of(session).barrier.current:
            noted.problems.append(f"piece {number} is older than the newest interruption")
        if noted.handled < epoch:
            noted.problems.append(f"piece {number} came before on_interrupted was done")

    async def on_interrupted() -> None:
        await trio.sleep(interruption_takes)
        noted.handled += 1
        noted.look(kinds)

    async def on_turn_complete() -> None:
        await trio.sleep(turn_takes)
        noted.turns += 1
        noted.look(kinds)

    def read(words: str) -> None:
        noted.texts.append(words)
        noted.look(kinds)

    live = builder().on_audio(play).on_text(read)
    live = live.on_interrupted(on_interrupted).on_turn_complete(on_turn_complete)
    async with call(live) as (session, peer):
        entries: list[Any] = []
        Witness(parts_of(session).events, entries)
        batch: list[Frame] = []
        epoch, sent = 0, list[tuple[int, int]]()
        for number, step in enumerate(script):
            match step.kind:
                case "audio":
                    batch.append(audio(bytes([number, epoch])))
                    sent.append((number, epoch))
                case "text":
                    batch.append(text(str(number)))
                case "turn":
                    batch.append(turn_complete())
                case _:
                    epoch += 1
                    batch.append(interrupted())
            if step.pause is not None:
                await peer.send(*batch)
                batch.clear()
                await trio.sleep(step.pause)
        await peer.send(*batch, text("the end"))
        with trio.fail_after(200):
            await noted.over.wait()
        await settled()
    last = [number for number, sent_in in sent if sent_in == epoch]
    assert noted.problems == []
    assert noted.pieces == sorted(noted.pieces)
    assert noted.pieces[len(noted.pieces) - len(last) :] == last
    assert noted.texts == [*(str(n) for n, kind in enumerate(kinds) if kind == "text"), "the end"]
    assert noted.turns == kinds.count("turn")
    assert noted.handled == kinds.count("interrupted")
    assert [entry.data[0] for entry in entries if isinstance(entry, events.Audio)] == noted.pieces
    assert [entry.text for entry in entries if isinstance(entry, events.TextDelta)] == noted.texts
