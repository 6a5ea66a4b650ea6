"""Counting what passes by, without touching it."""

from __future__ import annotations

from collections import Counter

import pytest
import trio
from trio.testing import MockClock

from tests.lanes.rig import BoomError, raising, telemetry_lane
from tests.peer import (
    Diary,
    audio,
    builder,
    call,
    interrupted,
    said,
    settled,
    speech,
    text,
    turn_complete,
    usage,
)
from trio_live.lanes import QUEUES


async def test_what_passes_is_counted(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await peer.send(audio(bytes(2048)), audio(bytes(1024)), text("Hi"), turn_complete(), usage(11, 5))
        await peer.send(audio(b"ab"), interrupted(), turn_complete())
        await settled()
        snapshot = session.telemetry.snapshot()
    assert snapshot["audio_chunks_out"] == 3
    assert snapshot["audio_kbytes_out"] == 3
    assert snapshot["turn_count"] == 2
    assert snapshot["interruptions"] == 1
    assert snapshot["prompt_token_count"] == 11
    assert snapshot["response_token_count"] == 5


async def test_token_counts_reach_their_callback(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(builder().on_usage(diary.note("usage"))) as (_, peer):
        await peer.send(usage(11, 5))
        await settled()
    [(_, seen)] = diary.entries
    assert (seen.prompt_token_count, seen.response_tokens) == (11, 5)


async def test_a_callback_for_tokens_that_raises_stops_no_counting(autojump_clock: MockClock) -> None:
    async with call(builder().on_usage(raising(BoomError("x")))) as (session, peer):
        await peer.send(usage(11, 5), turn_complete())
        await settled()
        assert session.telemetry.callback_errors == {"on_usage": 1}
        assert session.telemetry.turn_count == 1


async def test_the_wait_for_an_answer_is_measured(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await peer.send(speech("START"))
        await settled()
        await trio.sleep(1)
        await peer.send(speech("END"))
        await settled()
        await trio.sleep(0.3)
        await peer.send(audio(b"ab"), turn_complete())
        await settled()
        assert session.telemetry.snapshot()["last_response_latency_ms"] == 300


async def test_a_send_that_fails_starts_no_clock(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        with trio.CancelScope() as scope:
            scope.cancel()
            await session.send_text("never mind")
        assert scope.cancelled_caught
        await trio.sleep(1)
        await peer.send(text("Hello!"), turn_complete())
        await settled()
        assert session.telemetry.snapshot()["response_count"] == 0
        assert peer.texts == []


async def test_the_clock_of_a_typed_line_starts_before_it_is_sent(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await session.send_text("Hello?")
        await trio.sleep(0.25)
        await peer.send(text("Hello!"), turn_complete())
        await settled()
        assert session.telemetry.snapshot()["last_response_latency_ms"] == 250


# -- in batches -----------------------------------------------------------------------------------------------------


class Steps(trio.abc.Instrument):
    """Counts the turns of tasks by their names."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        self.of[task.name] += 1


async def test_sound_alone_wakes_the_lane_once_a_second_and_is_counted_all_the_same(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await peer.send(audio(b"ab"))
        await trio.sleep(1)
        steps = Steps()
        trio.lowlevel.add_instrument(steps)
        for number in range(250):
            await peer.send(audio(b"ab"))
            await settled()
            assert session.telemetry.snapshot()["audio_chunks_out"] == number + 2
            await trio.sleep(0.04)
        trio.lowlevel.remove_instrument(steps)
    assert 8 <= steps.of["telemetry lane"] <= 12


async def test_many_events_wake_the_lane_ten_times_a_second_at_most(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        steps = Steps()
        trio.lowlevel.add_instrument(steps)
        for number in range(100):
            await peer.send(said("word"), speech("START"), speech("END"), turn_complete())
            await settled()
            assert session.telemetry.turn_count == number + 1
            await trio.sleep(0.01)
        trio.lowlevel.remove_instrument(steps)
    assert steps.of["telemetry lane"] <= 12


async def test_events_count_for_the_instant_in_which_they_came(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await peer.send(speech("START"))
        await settled()
        await peer.send(speech("END"))
        await settled()
        await trio.sleep(0.02)
        await peer.send(audio(b"ab"))
        await settled()
        await trio.sleep(5)
        await peer.send(turn_complete())
        assert session.telemetry.latency().last_ms == 20


async def test_what_the_user_does_is_counted_after_what_came_before_it(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await peer.send(audio(b"the end of another answer"))
        await settled()
        await trio.sleep(0.3)
        await peer.send(audio(b"more of it"))
        await settled()
        await trio.sleep(0.3)
        await session.send_text("Hello?")
        await trio.sleep(0.25)
        await peer.send(audio(b"ab"), turn_complete())
        await settled()
        assert session.telemetry.latency().last_ms == 250


async def test_the_keys_of_the_state_are_up_to_date_for_whoever_reads_them(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        for number in range(5):
            await peer.send(said(f"word {number}"))
            await settled()
            assert session.state.get("session:last_output_transcription") == f"word {number}"


async def test_on_usage_is_called_by_the_lane_alone_whoever_reads(autojump_clock: MockClock) -> None:
    tasks: list[str] = []

    def note(_: object) -> None:
        tasks.append(trio.lowlevel.current_task().name)

    async with call(builder().on_usage(note)) as (session, peer):
        for _ in range(3):
            await peer.send(usage(11, 5), turn_complete())
            assert session.state.get("no such key") is None
            assert session.telemetry.snapshot()["turn_count"] == len(tasks)
            await settled()
            assert session.state.get("session:prompt_token_count") == 11
    assert tasks == ["telemetry lane"] * 3


async def test_a_flood_is_counted_to_the_last_event_and_never_piles_up(autojump_clock: MockClock) -> None:
    most = 0

    def look(_: bytes) -> None:
        nonlocal most
        most = max(most, len(lane._waiting))

    async with call(builder().on_usage(lambda _: None).on_audio(look)) as (session, peer):
        lane = telemetry_lane(session)
        await peer.send(*[audio(b"ab"), usage(1, 1)] * 3000)
        await settled()
        assert session.telemetry.snapshot()["audio_chunks_out"] == 3000
        assert 0 < most < QUEUES["telemetry"].capacity


async def test_another_thread_reads_what_has_been_counted_and_counts_nothing_itself(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await peer.send(audio(b"ab"))
        await settled()
        count = session.telemetry.snapshot
        seen = await trio.to_thread.run_sync(lambda: count(now=1.0)["audio_chunks_out"])
        assert seen <= 1
        assert session.telemetry.snapshot()["audio_chunks_out"] == 1


async def test_whoever_holds_the_state_sees_the_keys_of_this_instant(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        state = session.state
        await peer.send(said("word"))
        await settled()
        await trio.sleep(0.25)
        assert state.get("session:silence_ms") == 250
        await trio.sleep(0.05)
        assert state.to_dict()["session:silence_ms"] == 300


async def test_events_that_nobody_looked_at_between_are_one_change_of_the_state(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        cursor = session.state.mutation_cursor()
        await peer.send(interrupted(), said("one"), said("two"), interrupted())
        await settled()
        changes = [(change.key, change.new) for change in session.state.mutations_since(cursor)]
        assert ("session:last_output_transcription", "two") in changes
        assert ("session:last_output_transcription", "one") not in changes
        assert session.state.get("session:interrupt_count") == 2


async def test_a_task_that_never_looks_at_the_keys_costs_no_write(autojump_clock: MockClock) -> None:
    writes = 0
    async with call() as (session, peer):
        await trio.sleep(0.5)
        state = session.state
        update = type(state).update

        def counting(self: object, values: object) -> object:
            nonlocal writes
            writes += 1
            return update(self, values)  # type: ignore[arg-type]

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(type(state), "update", counting)
            for _ in range(5):
                await peer.send(said("word"), turn_complete())
                await settled()
                assert state.get("session:turn_count") is not None
        assert writes <= 2


@pytest.mark.parametrize("voices", [(), (0,), (60,), (124,)])
async def test_sound_that_is_nearly_silent_is_told_unless_one_piece_of_it_is_loud(
    voices: tuple[int, ...], autojump_clock: MockClock
) -> None:
    hush, voice = bytes(1920), b"\x00\x20" * 960
    async with call() as (session, peer):
        for number in range(125 + (125 if voices else 0)):
            await peer.send(audio(voice if number % 125 in voices else hush))
        await settled()
        assert session.telemetry.snapshot()["oddities"] == ({} if voices else {"silent sound": 1})


async def test_a_run_of_sound_that_was_counted_is_not_counted_again(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        for total in (3, 5):
            while session.telemetry.snapshot()["audio_chunks_out"] < total:
                await peer.send(audio(bytes(960)))
                await settled()
        assert session.telemetry.snapshot()["audio_chunks_out"] == 5
