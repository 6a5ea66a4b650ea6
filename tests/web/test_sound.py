"""Which epoch sound belongs to, and what of it nobody has heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.web._sound import MOST_HELD, PageSound

MS = 48
"""Bytes of a millisecond."""


def test_what_was_not_played_is_kept() -> None:
    sound = PageSound()
    sound.add(bytes(100 * MS))
    sound.add(b"\1" * 100 * MS)
    assert sound.played(0, 150)
    assert sound.rest() == (150, b"\1" * 50 * MS)


def test_an_interruption_begins_another_epoch() -> None:
    sound = PageSound()
    sound.add(bytes(100 * MS))
    assert sound.throw_away() == 1
    assert sound.rest() == (0, b"")
    assert not sound.played(0, 50)
    sound.add(bytes(10 * MS))
    assert sound.played(1, 10)
    assert sound.rest() == (10, b"")


@pytest.mark.parametrize(("ms", "is_all"), [(100, True), (85, True), (75, False), (0, False)])
def test_more_may_be_on_its_way_when_a_page_has_played_everything(*, ms: float, is_all: bool) -> None:
    sound = PageSound()
    sound.add(bytes(100 * MS))
    assert sound.is_all(ms) is is_all


def test_more_than_came_was_not_played() -> None:
    sound = PageSound()
    sound.add(bytes(10 * MS))
    assert sound.played(0, 1e9)
    assert sound.rest() == (10, b"")
    assert sound.played(0, 5)  # it does not run backwards
    assert sound.rest() == (10, b"")


def test_too_much_gives_up_the_oldest() -> None:
    sound = PageSound()
    for _ in range(int(MOST_HELD) + 5):
        sound.add(bytes(1000 * MS))
    begins, rest = sound.rest()
    assert begins == 5000
    assert len(rest) == MOST_HELD * 1000 * MS


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 200)), max_size=30))
def test_nothing_is_lost_and_nothing_comes_twice(moves: list[tuple[int, int]]) -> None:
    sound, came, furthest = PageSound(), b"", 0
    for number, (length, played) in enumerate(moves):
        piece = bytes([number % 251, 0]) * (24 * length)
        came += piece
        sound.add(piece)
        sound.played(0, played)
        furthest = max(furthest, min(played * MS, len(came)))
    begins, rest = sound.rest()
    assert round(begins * MS) == furthest
    assert rest == came[furthest:]
