"""When what was received has been played: as a player says, or by its length."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import settled
from trio_live.control._speaking._playback import Playback
from trio_live.wire_events import Interrupted, TextDelta, TurnComplete
from trio_live.wire_events._internal import SoundRun


def run_of(pieces: Iterable[tuple[int, float]]) -> SoundRun:
    run = SoundRun()
    for size, at in pieces:
        run.sizes.append(size)
        run.instants.append(at)
    return run


def sound(at: float) -> SoundRun:
    """A second of it."""
    return run_of([(48_000, at)])


waits = st.sampled_from([0.0, 0.04, 0.3, 1.0, 2.5])
sounds = st.lists(st.tuples(waits, st.sampled_from([960, 1920, 48_000])), min_size=1, max_size=12)
"""Pieces of sound: how long after the one before each came, and its bytes."""


@given(st.lists(sounds, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_it_makes_no_difference_how_many_pieces_are_seen_at_once(
    runs: list[list[tuple[float, int]]],
    has_ledger: bool,  # noqa: FBT001
    reports: bool,  # noqa: FBT001
) -> None:
    together, each = Playback(), Playback()
    if has_ledger:
        assert together.ledger is not each.ledger
    now = 10.0
    for run in runs:
        instants = list(itertools.accumulate((wait for wait, _ in run), initial=now))[1:]
        sizes = [size for _, size in run]
        together.observe(run_of(zip(sizes, instants, strict=True)), instants[0])
        for piece in zip(sizes, instants, strict=True):
            each.observe(run_of([piece]), piece[1])
        now = instants[-1]
        if reports:
            assert together.progressed(0.02, now) == pytest.approx(each.progressed(0.02, now))
        assert together.ends_at == pytest.approx(each.ends_at)
    seen, expected = together.snapshot(now + 0.01), each.snapshot(now + 0.01)
    assert (seen.queued, seen.played, seen.flushed) == pytest.approx(
        (expected.queued, expected.played, expected.flushed)
    )


def test_sound_is_played_from_its_arrival_on_and_one_piece_after_the_other() -> None:
    playback = Playback()
    playback.observe(sound(10.0), 10.0)
    playback.observe(sound(10.1), 10.1)
    playback.observe(TextDelta("x"), 10.2)
    assert playback.ends_at == 12.0
    playback.observe(sound(20.0), 20.0)
    assert playback.ends_at == 21.0


def test_an_interruption_ends_the_playback() -> None:
    playback = Playback()
    playback.observe(sound(10.0), 10.0)
    playback.observe(Interrupted(), 10.5)
    assert playback.ends_at == 10.5
    playback.observe(Interrupted(), 12.0)
    assert playback.ends_at == 10.5


async def test_what_a_player_says_counts_more_than_the_length(autojump_clock: MockClock) -> None:
    playback = Playback()
    playback.observe(sound(10.0), 10.0)
    assert (playback.is_playing, playback.has_player) == (True, False)
    with trio.move_on_after(1) as patience:
        await playback.wait_stopped()
    assert patience.cancelled_caught
    async with trio.open_nursery() as nursery:
        nursery.start_soon(playback.wait_stopped)
        await settled()
        playback.drained(12.0)
    assert (playback.ends_at, playback.is_playing, playback.has_player) == (12.0, False, True)
    playback.observe(TurnComplete(), 13.0)
    assert playback.turn_over_at == 13.0


def test_sound_is_heard_until_its_end_or_until_a_player_says_so_or_somebody_throws_it_away() -> None:
    playback = Playback()
    playback.observe(sound(10.0), 10.0)
    assert [playback.is_audible(now) for now in (10.0, 10.9, 11.0)] == [True, True, False]
    playback.observe(sound(20.0), 20.0)
    playback.flushed(20.1)
    assert not playback.is_audible(20.1)
    playback.drained(20.2)
    playback.observe(sound(30.0), 30.0)
    assert playback.is_audible(40.0), "a player that reports is believed"
