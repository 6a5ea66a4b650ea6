"""The ledger: what was heard is what was played, whatever is reported and whenever."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from trio_live.conversation import TranscriptBuffer
from trio_live.voice import HeardTurn, PlaybackEpoch, PlaybackLedger


def figures(ledger: PlaybackLedger, now: float) -> Any:
    shot = ledger.snapshot(now)
    return pytest.approx((shot.queued, shot.played, shot.flushed, shot.waiting))


def test_sound_is_played_from_its_arrival_on_after_what_is_there() -> None:
    ledger = PlaybackLedger()
    ledger.queued(2.0, 10.0)
    ledger.queued(1.0, 10.5)
    assert figures(ledger, 11.5) == (3.0, 1.5, 0.0, 1.5)
    assert ledger.ends_at == 13.0
    assert figures(ledger, 20.0) == (3.0, 3.0, 0.0, 0.0)
    ledger.queued(1.0, 20.0)
    assert figures(ledger, 20.25) == (4.0, 3.25, 0.0, 0.75)


def test_a_player_puts_the_clock_right() -> None:
    ledger = PlaybackLedger()
    ledger.queued(4.0, 0.0)
    ledger.progressed(0.3, 0.5)
    assert figures(ledger, 1.0) == (4.0, 0.8, 0.0, 3.2)
    assert ledger.snapshot(1.0).is_reported
    ledger.drained(2.0)
    assert figures(ledger, 2.0) == (4.0, 4.0, 0.0, 0.0)


@pytest.mark.parametrize(("reported", "played"), [(-1.0, 1.0), (0.5, 1.0), (9.0, 2.0)])
def test_what_cannot_be_is_put_right(reported: float, played: float) -> None:
    ledger = PlaybackLedger()
    ledger.queued(2.0, 0.0)
    ledger.progressed(1.0, 1.0)
    ledger.progressed(reported, 1.0)
    assert ledger.snapshot(1.0).played == played


def test_what_was_heard_of_an_interrupted_turn() -> None:
    ledger = PlaybackLedger()
    ledger.queued(10.0, 0.0)
    ledger.said(200)
    ledger.progressed(1.0, 1.0)
    ledger.interrupted(3.0)
    assert ledger.heard() == HeardTurn(3.0, 48)
    ledger.resumed()
    assert figures(ledger, 99.0) == (10.0, 3.0, 7.0, 0.0)
    assert ledger.snapshot(99.0).epochs == (
        PlaybackEpoch(epoch=0, queued=10.0, played=3.0, flushed=7.0),
        PlaybackEpoch(epoch=1),
    )


def test_nobody_knows_what_was_heard_where_nobody_reports() -> None:
    ledger = PlaybackLedger()
    assert ledger.heard() is None
    ledger.queued(10.0, 0.0)
    ledger.said(200)
    ledger.interrupted(3.0)
    assert ledger.heard() is None


def test_a_player_that_hears_of_the_interruption_late_still_says_how_far_it_came() -> None:
    ledger = PlaybackLedger()
    ledger.queued(10.0, 0.0)
    ledger.said(200)
    ledger.progressed(1.0, 1.2)
    ledger.interrupted(3.0)
    ledger.queued(5.0, 3.1)  # of the answer to the interruption: it waits until the player knows
    ledger.progressed(2.5, 3.2)
    assert ledger.heard() == HeardTurn(2.5, 40)
    ledger.resumed()
    ledger.progressed(0.5, 3.7)
    assert ledger.heard() == HeardTurn(2.5, 40)
    assert figures(ledger, 3.7) == (15.0, 3.0, 7.5, 4.5)


def test_drained_between_the_interruption_and_the_players_knowing_is_about_nothing() -> None:
    ledger = PlaybackLedger()
    ledger.queued(10.0, 0.0)
    ledger.interrupted(3.0)
    ledger.queued(5.0, 3.1)
    assert ledger.drained(3.2) is None
    assert ledger.snapshot(3.2).waiting == pytest.approx(4.9)


def test_a_turn_is_heard_from_where_it_begins() -> None:
    ledger = PlaybackLedger()
    ledger.queued(4.0, 0.0)
    ledger.said(64)
    ledger.turn_completed()
    ledger.queued(4.0, 1.0)
    ledger.said(60)
    ledger.progressed(4.5, 4.5)
    ledger.interrupted(5.0)
    assert ledger.heard() == HeardTurn(1.0, 16)


def test_a_turn_of_which_nothing_was_played_was_not_heard() -> None:
    ledger = PlaybackLedger()
    ledger.queued(4.0, 0.0)
    ledger.turn_completed()
    ledger.queued(4.0, 0.5)
    ledger.said(60)
    ledger.progressed(1.0, 1.0)
    ledger.interrupted(1.0)
    assert ledger.heard() == HeardTurn(0.0, 0)


def test_the_second_interruption_of_a_turn_changes_nothing() -> None:
    ledger = PlaybackLedger()
    ledger.queued(4.0, 0.0)
    ledger.said(64)
    ledger.progressed(1.0, 1.0)
    ledger.interrupted(1.0)
    ledger.resumed()
    ledger.queued(4.0, 1.5)
    ledger.said(64)
    ledger.progressed(3.0, 4.5)
    ledger.interrupted(4.5)
    assert ledger.heard() == HeardTurn(1.0, 16)
    ledger.resumed()
    ledger.turn_completed()
    ledger.queued(4.0, 5.0)
    ledger.said(64)
    ledger.progressed(2.0, 7.0)
    ledger.interrupted(7.0)
    assert ledger.heard() == HeardTurn(2.0, 32)


def test_a_player_that_throws_away_by_itself_is_followed() -> None:
    ledger = PlaybackLedger()
    ledger.queued(4.0, 0.0)
    ledger.said(64)
    ledger.progressed(1.0, 1.0)
    assert ledger.flush(1.0) == 3.0
    ledger.interrupted(1.4)
    assert ledger.heard() == HeardTurn(1.0, 16)


def test_turns_that_were_spoken_to_their_end_teach_the_pace() -> None:
    ledger = PlaybackLedger()
    ledger.queued(4.0, 0.0)
    ledger.said(40)
    ledger.turn_completed()
    ledger.drained(4.0)
    ledger.queued(4.0, 5.0)
    ledger.said(44)
    ledger.progressed(6.0, 7.0)
    ledger.interrupted(7.0)
    assert ledger.heard() == HeardTurn(2.0, 20)


def test_the_first_sound_of_each_turn_is_told_once_with_its_instant() -> None:
    ledger = PlaybackLedger()
    assert ledger.progressed(0.0, 0.0) is None
    ledger.queued(2.0, 1.0)
    assert ledger.progressed(0.0, 1.1) is None
    assert ledger.progressed(0.3, 1.5) == pytest.approx(1.2)
    assert ledger.progressed(0.5, 1.7) is None
    ledger.turn_completed()
    ledger.queued(2.0, 2.0)
    assert ledger.progressed(1.5, 2.7) is None, "still the turn before"
    assert ledger.drained(5.2) == pytest.approx(3.2)


class AnyCall(RuleBasedStateMachine):
    """Any order of sound, words, reports, flushes and interruptions, with the transcript beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = PlaybackLedger()
        self.buffer = TranscriptBuffer()
        self.now = 0.0
        self.spoken = ""
        self.closing = False

    @rule(seconds=st.floats(0.02, 3.0))
    def sound(self, seconds: float) -> None:
        self.ledger.queued(seconds, self.now)

    @rule(text=st.sampled_from(["Good morning. ", "Three ", "o'clock", " is", " free, and so is half past four."]))
    def words(self, text: str) -> None:
        self.spoken += text
        self.buffer.push_output(text)
        self.ledger.said(len(text))

    @rule(seconds=st.floats(0.0, 2.0))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(played=st.floats(-1.0, 30.0))
    def report(self, played: float) -> None:
        self.ledger.progressed(played, self.now)

    @rule()
    def drain(self) -> None:
        self.ledger.drained(self.now)

    @rule()
    def flush(self) -> None:
        self.ledger.flush(self.now)

    @rule()
    def interrupt(self) -> None:
        self.ledger.interrupted(self.now)
        self.closing = True
        self.cut()

    @rule()
    def resume(self) -> None:
        if self.closing:
            self.cut()  # as the player has put it right
            self.closing = False
        self.ledger.resumed()

    @rule()
    def complete(self) -> None:
        said = self.buffer.final_output()
        assert self.spoken.startswith(said), "heard text is a prefix of spoken text"
        self.buffer.end_turn(self.now)
        self.ledger.turn_completed()
        self.spoken, self.closing = "", False

    def cut(self) -> None:
        heard = self.ledger.heard()
        self.buffer.mark_interrupted()
        self.buffer.cut_current_model_turn(heard.characters if heard is not None else 0)
        if heard is not None:
            assert len(self.buffer.final_output()) <= heard.characters

    @invariant()
    def the_accounts_balance(self) -> None:
        shot = self.ledger.snapshot(self.now)
        assert shot.queued + 1e-6 >= shot.played >= -1e-6
        assert shot.queued == pytest.approx(shot.played + shot.flushed + shot.waiting, abs=1e-6)
        for epoch in shot.epochs:
            assert -1e-9 <= epoch.played <= epoch.queued + 1e-9
            assert 0 <= epoch.flushed <= epoch.queued - epoch.played + 1e-9
        assert self.spoken.startswith(self.buffer.final_output())


TestAnyCall = AnyCall.TestCase
