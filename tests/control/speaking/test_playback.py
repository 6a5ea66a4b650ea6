"""When what was received has been played: as a player says, or by its length."""

from __future__ import annotations

import trio
from trio.testing import MockClock

from tests.peer import settled
from trio_live.control._speaking._playback import Playback
from trio_live.wire_events import AudioData, Interrupted, TextDelta, TurnComplete

SECOND = bytes(48_000)


def test_sound_is_played_from_its_arrival_on_and_one_piece_after_the_other() -> None:
    playback = Playback()
    playback.observe(AudioData(SECOND), 10.0)
    playback.observe(AudioData(SECOND), 10.1)
    playback.observe(TextDelta("x"), 10.2)
    assert playback.ends_at == 12.0
    playback.observe(AudioData(SECOND), 20.0)
    assert playback.ends_at == 21.0


def test_an_interruption_ends_the_playback() -> None:
    playback = Playback()
    playback.observe(AudioData(SECOND), 10.0)
    playback.observe(Interrupted(), 10.5)
    assert playback.ends_at == 10.5
    playback.observe(Interrupted(), 12.0)
    assert playback.ends_at == 10.5


async def test_what_a_player_says_counts_more_than_the_length(autojump_clock: MockClock) -> None:
    playback = Playback()
    playback.observe(AudioData(SECOND), 10.0)
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
    playback.observe(AudioData(SECOND), 10.0)
    assert [playback.is_audible(now) for now in (10.0, 10.9, 11.0)] == [True, True, False]
    playback.observe(AudioData(SECOND), 20.0)
    playback.flushed(20.1)
    assert not playback.is_audible(20.1)
    playback.drained(20.2)
    playback.observe(AudioData(SECOND), 30.0)
    assert playback.is_audible(40.0), "a player that reports is believed"
