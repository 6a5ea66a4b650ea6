"""Events handled at once and events handled by the fast lane's task, in any mixture: nobody can tell which was which.

The oracle knows the frames and the interruptions between them, and nothing of queues: what may be heard, what must be,
and in which order. Queues are made short, so that a few frames fill them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unittest import mock

import attrs
import trio
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.lanes.rig import BoomError
from tests.peer import (
    Frame,
    Peer,
    Witness,
    audio,
    builder,
    interrupted,
    parts_of,
    settled,
    text,
    thought,
    turn_complete,
)
from trio_live import LiveHandle, events
from trio_live.lanes import QUEUES

SHORT = attrs.evolve(QUEUES["fast"], capacity=3)


@attrs.frozen
class Step:
    """Something the server does, and how long it then stays silent; ``None`` sends the next in the same batch."""

    kind: str
    pause: float | None


STEPS = st.builds(
    Step,
    st.sampled_from(["audio", "audio", "audio", "text", "thought", "interrupted", "turn"]),
    st.sampled_from([None, None, None, 0.0, 0.3, 2.0]),
)
HELD_BACK = [
    Step("interrupted", 0.3),
    *[Step("audio", 0.0), Step("text", 0.0)] * 4,
    Step("text", 2.0),
    Step("audio", 0.3),
]
"""Sound that waits at the barrier, and words that must not overtake it; then nothing waits any more."""
DEEDS = st.dictionaries(st.integers(0, 29), st.sampled_from(["raise", "send", "let others run"]), max_size=8)
"""What the callback does with the piece of that number."""


@attrs.define
class Heard:
    """What the callbacks were told, in order, with when it was allowed."""

    pieces: list[tuple[str, int]] = attrs.field(factory=list)
    begun: int = 0
    handled: int = 0
    problems: list[str] = attrs.field(factory=list)

    def tell(self, kind: str, number: int, epoch: int) -> None:
        self.pieces.append((kind, number))
        if kind == "audio" and self.begun > epoch:
            self.problems.append(f"{number} was heard after on_interrupted had begun")
        if kind == "audio" and self.handled < epoch:
            self.problems.append(f"{number} was heard before on_interrupted had ended")


@settings(deadline=None)
@given(
    script=st.lists(STEPS, max_size=30),
    deeds=DEEDS,
    takes=st.sampled_from([0.0, 0.2, 1.5]),
    turn_takes=st.sampled_from([0.0, 0.7]),
)
@example(script=HELD_BACK, deeds={1: "raise", 2: "send"}, takes=1.5, turn_takes=0.0)
def test_every_event_is_told_once_in_the_order_of_the_wire(
    script: list[Step], deeds: dict[int, str], takes: float, turn_takes: float
) -> None:
    with mock.patch.dict(QUEUES, fast=SHORT, control=attrs.evolve(QUEUES["control"], capacity=3)):
        trio.run(perform, script, deeds, takes, turn_takes, clock=MockClock(autojump_threshold=0))


async def perform(script: Sequence[Step], deeds: dict[int, str], takes: float, turn_takes: float) -> None:
    heard, peer = Heard(), Peer()
    epochs = [sum(step.kind == "interrupted" for step in script[:number]) for number in range(len(script))]
    sent: list[int] = []

    async def on_interrupted() -> None:
        heard.begun += 1
        await trio.sleep(takes)
        heard.handled += 1

    async def on_turn_complete() -> None:
        await trio.sleep(turn_takes)

    async def say(session: LiveHandle, number: int) -> None:
        await session.send_text(str(number))
        sent.append(number)

    def told(kind: str, number: int) -> None:
        heard.tell(kind, number, epochs[number])
        match deeds.get(number):
            case "raise":
                raise BoomError("as the script says")
            case "send":
                nursery.start_soon(say, session, number)
            case "let others run":
                nursery.start_soon(trio.lowlevel.checkpoint)

    live = builder().on_audio(lambda data: told("audio", data[0])).on_interrupted(on_interrupted)
    live = live.on_text(lambda words: told("text", int(words))).on_thought(lambda words: told("thought", int(words)))
    live = live.on_turn_complete(on_turn_complete)
    await peer.ready()
    async with trio.open_nursery() as nursery, live.connect_with_transport(peer.client) as session:
        entries: list[Any] = []
        Witness(parts_of(session).events, entries)
        await play(script, peer)
        await trio.sleep(200)
        dropped = session.telemetry.snapshot()["dropped"].get("AudioData", 0)
    judge(script, epochs, heard, entries, dropped)
    assert sorted(sent) == sorted(number for _, number in heard.pieces if deeds.get(number) == "send")
    assert sorted(peer.texts) == sorted(map(str, sent))


async def play(script: Sequence[Step], peer: Peer) -> None:
    batch: list[Frame] = []
    for number, step in enumerate(script):
        match step.kind:
            case "audio":
                batch.append(audio(bytes([number, 0])))
            case "text":
                batch.append(text(str(number)))
            case "thought":
                batch.append(thought(str(number)))
            case "turn":
                batch.append(turn_complete())
            case _:
                batch.append(interrupted())
        if step.pause is not None:
            await peer.send(*batch)
            batch.clear()
            await trio.sleep(step.pause)
    if batch:
        await peer.send(*batch)


def judge(script: Sequence[Step], epochs: Sequence[int], heard: Heard, entries: Sequence[Any], dropped: int) -> None:
    wanted = [(step.kind, number) for number, step in enumerate(script) if step.kind in {"audio", "text", "thought"}]
    newest = sum(step.kind == "interrupted" for step in script)
    missing = [piece for piece in wanted if piece not in heard.pieces]
    assert heard.problems == []
    assert heard.pieces == [piece for piece in wanted if piece not in missing]
    assert all(kind == "audio" and epochs[number] < newest for kind, number in missing)
    assert len(missing) == dropped
    assert heard.handled == newest
    published = [
        ("audio", event.data[0]) if isinstance(event, events.Audio) else (type(event).__name__.lower()[:7], event.text)
        for event in entries
        if isinstance(event, events.Audio | events.TextDelta | events.Thought)
    ]
    names = {"audio": "audio", "text": "textdel", "thought": "thought"}
    assert published == [(names[kind], n if kind == "audio" else str(n)) for kind, n in heard.pieces]


@settings(deadline=None)
@given(
    before=st.integers(0, 4),
    after=st.integers(0, 4),
    policy=st.sampled_from(["report", "raise"]),
    arrive=st.sampled_from(["together", "one by one"]),
)
def test_a_callback_that_ends_the_session_ends_it_once_whichever_way_it_was_called(
    before: int, after: int, policy: str, arrive: str
) -> None:
    trio.run(perform_end, before, after, policy, arrive, clock=MockClock(autojump_threshold=0))


async def perform_end(before: int, after: int, policy: str, arrive: str) -> None:
    heard: list[int] = []
    peer = Peer()

    def play_piece(data: bytes) -> None:
        heard.append(data[0])
        if data[0] == before:
            if policy == "raise":
                raise BoomError("the end")
            nursery.start_soon(session.disconnect)

    live = builder().on_audio(play_piece).callback_errors("raise" if policy == "raise" else "report")
    await peer.ready()
    failures: list[BaseException] = []
    async with trio.open_nursery() as nursery:
        try:
            async with live.connect_with_transport(peer.client) as session:
                frames = [audio(bytes([number, 0])) for number in range(before + 1 + after)]
                for batch in [frames] if arrive == "together" else [[frame] for frame in frames]:
                    await peer.send(*batch)
                await session.done()
        except BoomError as error:
            failures.append(error)
        await settled()
    assert len(failures) == (policy == "raise")
    assert heard[: before + 1] == list(range(before + 1))
    assert heard == sorted(set(heard))
