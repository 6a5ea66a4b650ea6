"""Two voices in any order: what a listener is given, what the model is told, and when it is told to speak.

Everything is real but the server, and time is virtual. A course is any mixture of what a server says, what a user says,
sends and does not wait for, what a player reports, and time; callbacks take their time, and in some courses the network
does, too. Each piece of sound carries the number of its answer, each fact and each line of the user its own.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.control.microphone.sounds import LOUD, QUIET, Sharp
from tests.peer import (
    Frame,
    Peer,
    Witness,
    audio,
    bare_turn_complete,
    builder,
    generation_complete,
    interrupted,
    said,
    settled,
    speech,
)
from tests.scenarios.harness import Stage, stage
from trio_live import Content, ContextDelivery, Live, wire_events
from trio_live.control import PendingContext

LENGTH = 480
"""Bytes of a piece of sound: 10 ms."""

KINDS = st.sampled_from(
    [
        *("sound", "sound", "sound", "words", "generated", "over", "interrupted", "speech START", "speech END"),
        *("loud", "loud", "quiet", "type", "picture", "started", "ended"),
        *("fact", "arm", "drained", "flushed", "wait", "wait long"),
    ]
)
MOMENTS = st.sampled_from(
    [
        ("sound", "loud", "sound", "interrupted", "sound"),
        ("sound", "loud", "loud", "loud", "sound", "quiet", "quiet"),
        ("sound", "interrupted", "sound", "interrupted", "sound"),
        ("fact", "arm", "drained", "started", "ended"),
        ("fact", "picture", "fact", "type"),
    ]
)
"""What often happens in a row."""
STEPS = st.lists(st.tuples(KINDS.map(lambda kind: (kind,)) | MOMENTS, st.booleans()), max_size=20).map(
    lambda moments: [(step, comes_to_rest) for moment, comes_to_rest in moments for step in moment]
)
"""What happens, and whether everything comes to rest before the next."""
SLOW = st.sampled_from([0.0, 0.05, 1.5])


class Course:
    """One session, and what came of it."""

    def __init__(self, talk: Stage, peer: Peer, nursery: trio.Nursery) -> None:
        self.talk = talk
        self.peer = peer
        self.nursery = nursery
        self.answer = 1
        """The number of the answer that the server gives now."""
        self.facts = self.lines = self.arms = 0
        self.due: dict[int, int] = {}
        """Line of the user → how many facts had been put aside before it was said."""

    @property
    def pending(self) -> PendingContext:
        assert self.talk.talk.pending is not None
        return self.talk.talk.pending

    async def hear(self, *frames: Frame) -> None:
        await self.peer.send(*frames)

    def say(self, function: Callable[..., Any], *arguments: object) -> None:
        """In a task of its own, which nobody waits for."""
        self.nursery.start_soon(function, *arguments)

    def next_line(self) -> str:
        self.lines += 1
        self.due[self.lines] = self.facts
        return str(self.lines)

    async def take(self, step: str) -> None:
        """One step."""
        session = self.talk.session
        match step.split():
            case ["sound"]:
                await self.hear(audio(self.answer.to_bytes(2, "little") * (LENGTH // 2)))
            case ["words"]:
                await self.hear(said("so "))
            case ["generated"]:
                await self.hear(generation_complete())
                self.answer += 1
            case ["over"]:
                await self.hear(bare_turn_complete())
                self.answer += 1
            case ["interrupted"]:
                await self.hear(interrupted())
                self.answer += 1
            case ["speech", edge]:
                await self.hear(speech(edge))
            case ["loud" | "quiet" as sound]:
                self.say(session.send_audio, LOUD if sound == "loud" else QUIET)
            case ["type"]:
                self.say(session.send_text, self.next_line())
            case ["picture"]:
                self.say(session.send_video, self.next_line().encode())
            case ["started"]:
                self.say(session.user_speech_started)
            case ["ended"]:
                self.say(session.user_speech_ended)
            case ["fact"]:
                self.facts += 1
                self.pending.extend([Content.of(f"fact {self.facts}", "model")])
            case ["arm"]:
                self.arms += 1
                self.pending.set_prompt()
            case ["drained" | "flushed" as how]:
                self.say(getattr(session, f"playback_{how}"))
            case ["wait"]:
                await trio.sleep(0.02)
            case _:
                await trio.sleep(2)


def agent(*, authority: bool, slow: float, min_interruption: int, entries: list[Any]) -> Live:
    async def on_interrupted() -> None:
        await trio.sleep(slow)

    def on_audio(data: bytes) -> None:
        entries.append(int.from_bytes(data[:2], "little"))

    live = builder().input_vad(backend=Sharp).context_delivery(ContextDelivery.DEFERRED)
    live = live.on_audio(on_audio).on_interrupted(on_interrupted)
    return live.client_interruption_authority().turn_commit_ms(20, min_interruption) if authority else live


@given(
    steps=STEPS,
    authority=st.booleans(),
    min_interruption=st.sampled_from([0, 40]),
    slow=SLOW,
    capacity=st.sampled_from([1, 1000]),
)
def test_any_course_of_two_voices(
    steps: list[tuple[str, bool]], slow: float, capacity: int, min_interruption: int, *, authority: bool
) -> None:
    entries: list[Any] = []
    live = agent(authority=authority, slow=slow, min_interruption=min_interruption, entries=entries)
    trio.run(_play, live, steps, capacity, entries, clock=MockClock(autojump_threshold=0))


async def _play(live: Live, steps: list[tuple[str, bool]], capacity: int, entries: list[Any]) -> None:
    """``entries``: numbers of answers in the order in which they were given to the listener, among interruptions."""
    frames: list[Frame] = []
    asked: list[tuple[bool, bool]] = []
    """Of each prompt, whether the user spoke and the model was audible when it was written."""
    peer = Peer(capacity=capacity)
    async with stage(live, peer=peer) as talk:
        voice = talk.plane.voice
        routed = _watch(talk, entries)

        def written(command: object, *, written: bool) -> None:
            if written and getattr(command, "prompt", False):
                asked.append((voice.user_speaks, voice.model_is_audible()))

        talk.parts.outbound.watch(written)
        async with trio.open_nursery() as network:
            network.start_soon(_read, peer, capacity, frames)
            async with trio.open_nursery() as nursery:
                course = Course(talk, peer, nursery)
                for step, comes_to_rest in steps:
                    await course.take(step)
                    if comes_to_rest:
                        await settled()
            await talk.session.flush()
            await trio.sleep(5)
            network.cancel_scope.cancel()
        left = [turn.parts[0].text for turn in course.pending.drain_context() if turn.parts]
    del routed
    _check_sound(entries)
    _check_lines(frames if capacity == 1 else peer.received, course, left)
    if capacity > 1:  # else a prompt may be in the hands of the network, which takes its time, when somebody begins
        assert not [state for state in asked if any(state)], "nobody is talked over"
    assert len(asked) <= course.arms


def _watch(talk: Stage, entries: list[Any]) -> object:
    """Note what is routed, in the instant in which it is."""

    class Numbers(list[Any]):
        def append(self, event: object) -> None:
            match event:
                case wire_events.Interrupted():
                    entries.append("interrupted")
                case wire_events.AudioData(data):
                    entries.append(("came", int.from_bytes(data[:2], "little")))

    return Witness(talk.parts.wire_events, Numbers())


async def _read(peer: Peer, capacity: int, frames: list[Frame]) -> None:
    """A network that takes a frame now and then."""
    while capacity == 1:
        frames += await peer.read()
        await trio.sleep(0.01)


def _check_sound(entries: list[Any]) -> None:
    """After an interruption nothing of what came before it is given to the listener; answers come in their order."""
    newest = dead = given = 0
    for entry in entries:
        match entry:
            case "interrupted":
                dead = max(dead, newest)
            case ("came", number):
                newest = max(newest, number)
            case number:
                assert number > dead, f"sound of answer {number} after it was interrupted: {entries}"
                assert number >= given
                given = number


def _check_lines(frames: list[Frame], course: Course, left: list[str | None]) -> None:
    """Every fact goes out once, in order, and before whatever the user said after it was put aside; marks alternate."""
    told: list[int] = []
    for frame in frames:
        words = [part["text"] for turn in _turns(frame) for part in turn["parts"]]
        told += [int(fact.removeprefix("fact ")) for fact in words if fact.startswith("fact ")]
        line = _line(frame, words)
        assert line is None or len(told) >= course.due[line], f"line {line} overtook its context: {frames}"
    told += [int((fact or "").removeprefix("fact ")) for fact in left]
    assert told == list(range(1, course.facts + 1)), "none is lost, none is doubled"
    marks = [mark for frame in frames if (mark := _mark(frame))]
    assert marks == [("activityStart", "activityEnd")[number % 2] for number in range(len(marks))]


def _turns(frame: Frame) -> list[Frame]:
    return list(frame.get("clientContent", {}).get("turns", []))


def _line(frame: Frame, words: list[str]) -> int | None:
    """The number of what the user said or showed."""
    if "video" in frame.get("realtimeInput", {}):
        return int(base64.b64decode(frame["realtimeInput"]["video"]["data"]))
    return int(words[0]) if words and words[0].isdigit() else None


def _mark(frame: Frame) -> str | None:
    realtime = frame.get("realtimeInput", {})
    return next((name for name in ("activityStart", "activityEnd") if name in realtime), None)
