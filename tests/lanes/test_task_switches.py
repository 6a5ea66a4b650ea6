"""What a frame costs at the pace of a call, counted in turns of tasks: a wake-up costs more than all the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

import trio
from trio.testing import MockClock

from tests.peer import audio, builder, call, settled
from trio_live import LiveEventStream, LiveHandle, events

OURS = ("pump", "writer", "fast lane", "control lane", "telemetry lane", "timers lane", "reports lane")
FRAMES = 400


@contextmanager
def counted() -> Generator[Counter[str], None, None]:
    """The turns that tasks take during the block, by their names."""

    class Turns(trio.abc.Instrument):
        def before_task_step(self, task: trio.lowlevel.Task) -> None:
            turns[task.name] += 1

    turns, instrument = Counter[str](), Turns()
    trio.lowlevel.add_instrument(instrument)
    try:
        yield turns
    finally:
        trio.lowlevel.remove_instrument(instrument)


def of_ours(turns: Counter[str]) -> Counter[str]:
    return Counter({name: turns[name] for name in OURS if turns[name]})


async def read(stream: LiveEventStream[events.LiveEvent]) -> None:
    async for _ in stream:
        pass


async def test_in_steady_pace_a_received_frame_gives_one_task_of_ours_one_turn(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    played: list[bytes] = []
    async with call(builder().on_audio(played.append)) as (session, peer):
        nursery.start_soon(read, session.events(), name="reader")
        await peer.send(audio(b"the model begins to speak."))
        await settled()
        with counted() as turns:
            for _ in range(FRAMES):
                await peer.send(audio(b"ab"))
                await trio.sleep(0.005)
        assert len(played) == FRAMES + 1
        assert session.telemetry.snapshot()["audio_chunks_out"] == FRAMES + 1
    seconds = round(FRAMES * 0.005)
    ours = of_ours(turns)
    assert ours.pop("pump") == FRAMES
    assert ours.pop("telemetry lane") <= seconds + 1
    assert not ours
    assert turns["reader"] == FRAMES  # the user's task, and it is there to be woken: a timer would cost more


async def test_in_steady_pace_a_sent_frame_gives_no_task_of_ours_a_turn(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    async def speak(session: LiveHandle) -> None:
        for _ in range(FRAMES):
            await session.send_audio(bytes(640))
            await trio.sleep(0.005)
        done.set()

    done = trio.Event()
    async with call() as (session, peer):
        await settled()
        with counted() as turns:
            nursery.start_soon(speak, session, name="caller")
            await done.wait()
        assert len(peer.talk) == FRAMES
    seconds = round(FRAMES * 0.005)
    ours = of_ours(turns)
    assert ours.pop("telemetry lane") <= seconds + 1
    assert not ours
    assert turns["caller"] <= 2 * FRAMES + 1


async def test_a_text_too_is_written_by_its_caller(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await settled()
        with counted() as turns:
            await session.send_text("Hello")
            assert peer.texts == ["Hello"]
        assert turns["writer"] == 0
