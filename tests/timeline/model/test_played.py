"""When sound was played, and where the border between heard and unheard lies."""

from __future__ import annotations

import pytest

from trio_live.timeline._model._played import PlayedSound, Stretch
from trio_live.timeline._model._turns import RunningTurn


class Player:
    def __init__(self) -> None:
        self.over: list[Stretch] = []
        self.sound = PlayedSound(self.over.append)
        self.turn = RunningTurn(0, 0.0)

    def came(self, seconds: float, at: float) -> None:
        self.sound.queue(bytes([200]) * round(seconds / 0.02), seconds, at, self.turn)

    def spans(self, row: str) -> list[tuple[float, float, float]]:
        return [(round(s.begins, 3), round(s.ends, 3), round(s.seconds, 3)) for s in self.over if s.row == row]


@pytest.fixture
def player() -> Player:
    return Player()


def levels(line: bytes | bytearray, begins: float, ends: float) -> set[int]:
    return set(line[round(begins / 0.02) : round(ends / 0.02)])


def test_sound_that_comes_at_once_is_played_in_real_time(player: Player) -> None:
    player.came(1.0, 2.0)
    player.came(1.0, 2.1)
    assert player.sound.finish(2.2) == pytest.approx(4.0)
    assert player.spans("received") == [(2.0, 2.1, 2.0)]
    assert player.spans("heard") == [(2.0, 4.0, 2.0)]
    assert levels(player.sound.played.line, 2.0, 4.0) == {200}
    assert not any(player.sound.played.line[:100])
    assert player.turn.first_played == 2.0
    assert player.turn.heard_seconds == pytest.approx(2.0)


def test_a_pause_makes_two_stretches(player: Player) -> None:
    player.came(0.5, 1.0)
    player.came(0.5, 3.0)
    player.sound.finish(3.0)
    assert player.spans("heard") == [(1.0, 1.5, 0.5), (3.0, 3.5, 0.5)]


def test_an_interruption_draws_the_border(player: Player) -> None:
    player.came(1.0, 0.0)
    player.came(3.0, 0.2)
    assert player.sound.cut(1.5) == pytest.approx(2.5)
    player.came(1.0, 2.0)
    player.sound.finish(2.0)
    assert player.spans("heard") == [(0.0, 1.5, 1.5), (2.0, 3.0, 1.0)]
    assert player.spans("unheard") == [(1.5, 4.0, 2.5)]
    assert levels(player.sound.unheard.line, 1.5, 4.0) == {200}
    assert not any(player.sound.unheard.line[:75])
    assert levels(player.sound.played.line, 1.5, 2.0) == {0}
    assert player.turn.unheard_seconds == pytest.approx(2.5)


def test_a_cut_of_nothing_changes_nothing(player: Player) -> None:
    player.came(0.5, 0.0)
    assert player.sound.cut(2.0) == 0.0
    player.sound.finish(2.0)
    assert player.spans("unheard") == []
    assert player.spans("heard") == [(0.0, 0.5, 0.5)]


def test_a_player_that_lags_moves_what_is_played(player: Player) -> None:
    player.came(2.0, 0.0)
    player.sound.report(0.0, 0.4)  # it has not begun
    player.sound.report(0.6, 1.0)
    assert player.turn.first_played == pytest.approx(0.4)
    assert player.sound.cut(1.5) == pytest.approx(0.9)
    assert player.turn.heard_seconds == pytest.approx(1.1)


def test_a_report_never_goes_back_nor_beyond_what_came(player: Player) -> None:
    player.came(1.0, 0.0)
    player.sound.report(0.5, 0.5)
    player.sound.report(0.1, 0.5)
    assert player.sound.position(0.5) == pytest.approx(0.5)
    player.sound.report(9.0, 0.6)
    assert player.sound.position(0.6) == pytest.approx(1.0)


def test_what_waits_is_drawn_in_tenths_of_a_second(player: Player) -> None:
    player.came(2.0, 1.0)
    player.sound.finish(1.0)
    line = player.sound.buffered.line
    assert line[50] == 20
    assert line[100] == 10
    assert max(line[:50], default=0) == 0
