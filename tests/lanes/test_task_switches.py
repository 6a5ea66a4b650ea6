"""What a frame costs at the pace of a call, counted in turns of tasks: a wake-up costs more than all the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import trio
from trio.testing import MockClock

from tests.peer import audio, builder, call, call_of, generation_complete, heard, said, settled, tool_call
from trio_live import LiveEventStream, LiveHandle, events
from trio_live.lanes._sending import SOUND_PER_TURN
from trio_live.wire import FunctionCall, FunctionResponse

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


async def send_frames(session: LiveHandle) -> None:
    for _ in range(FRAMES):
        await session.send_audio(bytes(640))


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
    assert turns["caller"] <= FRAMES + FRAMES // 100 + 2


async def test_whoever_sends_a_whole_recording_gives_others_a_turn_now_and_then(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await settled()
        with counted() as turns:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(send_frames, session, name="caller")
        assert len(peer.talk) == FRAMES
    sent = FRAMES * 640
    assert sent // SOUND_PER_TURN <= turns["caller"] <= sent // SOUND_PER_TURN + 2


async def test_sound_is_always_a_point_of_cancellation(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await settled()
        with trio.CancelScope() as scope:
            scope.cancel()
            await session.send_audio(bytes(640))
        assert scope.cancelled_caught
        await session.flush()
        assert peer.talk == []


async def test_a_text_too_is_written_by_its_caller(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await settled()
        with counted() as turns:
            await session.send_text("Hello")
            assert peer.texts == ["Hello"]
        assert turns["writer"] == 0


async def test_words_and_the_end_of_a_generation_wake_no_lane(autojump_clock: MockClock) -> None:
    async with call(builder().transcription()) as (session, peer):
        await settled()
        with counted() as turns:
            for _ in range(20):
                await peer.send(heard("Hello "))
                await settled()
                await peer.send(said("Good morning "))
                await settled()
                await peer.send(generation_complete())
                await settled()
        assert of_ours(turns) == {"pump": 60}
        assert session.telemetry.snapshot()["turn_count"] == 0


async def test_a_call_of_a_function_wakes_the_pump_and_a_task_of_its_own(autojump_clock: MockClock) -> None:
    async def answer(calls: Sequence[FunctionCall], _: object) -> list[FunctionResponse]:
        return [FunctionResponse.of(each, {}) for each in calls]

    async with call(builder().on_tool_call(answer)) as (_, peer):
        await settled()
        with counted() as turns:
            for number in range(20):
                await peer.send(tool_call(call_of("look", f"c{number}")))
                await settled()
        assert len(peer.answers) == 20
        assert of_ours(turns) == {"pump": 20}
        assert turns["beside the control lane"] == 20
