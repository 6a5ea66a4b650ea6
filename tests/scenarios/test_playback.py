"""What a player reports, and what becomes of it: the transcript, the figures, the floor."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import (
    audio,
    builder,
    call,
    heard,
    interrupted,
    reading,
    said,
    settled,
    turn_complete,
)
from trio_live import Live, LiveHandle, events

SECOND = bytes(48_000)
WORDS = "The clinic is open from eight to six, and on Saturdays from nine to one. Shall I book you in?"


def final_of(seen: object) -> list[str]:
    assert isinstance(seen, list)
    return [each.text for each in seen if isinstance(each, events.OutputTranscript) and each.is_final]


def listening() -> Live:
    return builder().transcription()


async def test_an_interrupted_turn_keeps_what_was_heard_of_it(autojump_clock: MockClock) -> None:
    async with call(listening()) as (session, peer), reading(session) as seen:
        await peer.send(audio(SECOND * 6), said(WORDS))
        await settled()
        session.playback_progress(500)
        await trio.sleep(1)
        await peer.send(interrupted(), turn_complete())
        await settled()
        assert final_of(seen) == ["The clinic is open from"], "24 characters are spoken in a second and a half"
        playback = session.playback
        assert (playback.queued, playback.played, playback.flushed) == (6.0, 1.5, 4.5)
        assert playback.is_reported
        assert [epoch.epoch for epoch in playback.epochs] == [0, 1]


async def test_without_reports_nothing_of_it_is_kept(autojump_clock: MockClock) -> None:
    async with call(listening()) as (session, peer), reading(session) as seen:
        await peer.send(audio(SECOND * 6), said(WORDS))
        await trio.sleep(3)
        await peer.send(interrupted(), turn_complete())
        await settled()
        assert final_of(seen) == []
        assert not session.playback.is_reported


async def test_a_player_may_say_on_being_told_how_far_it_really_came(autojump_clock: MockClock) -> None:
    sessions: list[LiveHandle] = []

    async def flush() -> None:
        sessions[0].playback_progress(700)
        await trio.sleep(0.1)

    async with call(listening().on_interrupted(flush)) as (session, peer), reading(session) as seen:
        sessions.append(session)
        await peer.send(audio(SECOND * 6), said(WORDS))
        await settled()
        session.playback_progress(0)
        await trio.sleep(3)
        await peer.send(interrupted(), audio(SECOND))
        await trio.sleep(0.2)
        session.playback_progress(50)
        await peer.send(turn_complete())
        await settled()
        assert final_of(seen) == ["The clinic"]


async def test_words_that_lag_behind_their_sound_are_kept_as_far_as_it_was_heard(autojump_clock: MockClock) -> None:
    async with call(listening()) as (session, peer), reading(session) as seen:
        await peer.send(audio(SECOND * 6), said(WORDS[:10]))
        await settled()
        session.playback_progress(2_000)
        await peer.send(interrupted(), said(WORDS[10:25]), said(WORDS[25:]), turn_complete())
        await settled()
        assert final_of(seen) == ["The clinic is open from eight to"]


async def test_a_model_that_goes_on_with_new_sound_is_not_cut_there(autojump_clock: MockClock) -> None:
    async with call(listening()) as (session, peer), reading(session) as seen:
        await peer.send(audio(SECOND * 6), said(WORDS))
        await settled()
        session.playback_progress(700)
        await peer.send(interrupted(), audio(SECOND), said("Sorry, go on."), turn_complete())
        await settled()
        assert final_of(seen) == ["The clinic Sorry, go on."]


async def test_the_wait_for_the_first_sound_that_was_played_is_measured_beside_the_first_that_came(
    autojump_clock: MockClock,
) -> None:
    async with call() as (session, peer):
        await session.user_speech_started()
        await trio.sleep(1)
        await session.user_speech_ended()
        await trio.sleep(0.4)
        await peer.send(audio(SECOND))
        await settled()
        await trio.sleep(0.5)
        session.playback_progress(0)
        assert session.telemetry.audible_latency().count == 0
        await trio.sleep(0.1)
        session.playback_progress(60)
        session.playback_progress(80)
        assert session.telemetry.latency().last_ms == pytest.approx(400)
        audible = session.telemetry.audible_latency()
        assert audible.count == 1
        assert audible.last_ms == pytest.approx(940)
        assert session.telemetry.snapshot()["audible_latency"]["count"] == 1


async def test_a_player_that_only_says_when_it_is_done_is_a_player_too(autojump_clock: MockClock) -> None:
    async with call(listening()) as (session, peer), reading(session) as seen:
        await peer.send(audio(SECOND * 2), said("Good morning, this is the clinic."), turn_complete())
        await trio.sleep(2.2)
        await session.playback_drained()
        await peer.send(heard("Yes?"), audio(SECOND * 6), said(WORDS))
        await trio.sleep(1.5)
        await peer.send(interrupted(), turn_complete())
        await settled()
        assert final_of(seen)[-1] == "The clinic is open from", "24.75 characters, at the pace of the turn before"


async def test_progress_is_a_number(autojump_clock: MockClock) -> None:
    async with call() as (session, _):
        with pytest.raises(TypeError, match="milliseconds, not str"):
            session.playback_progress("500")  # type: ignore[arg-type]
