"""A flag that tells of itself."""

from __future__ import annotations

from trio_live.lanes._latch import Latch


def test_whoever_listens_is_told_once_when_it_is_set() -> None:
    latch, told = Latch(), list[int]()
    with latch.told(lambda: told.append(1)):
        assert not told
        latch.set()
        latch.set()
        assert told == [1]
    assert latch.is_set()


def test_whoever_listens_late_is_told_at_once() -> None:
    latch, told = Latch(), list[int]()
    latch.set()
    with latch.told(lambda: told.append(1)):
        assert told == [1]


def test_it_can_be_set_anew_when_it_was_cleared() -> None:
    latch, told = Latch(), list[int]()
    with latch.told(lambda: told.append(1)):
        latch.set()
        latch.clear()
        assert not latch.is_set()
        latch.set()
    assert told == [1, 1]


def test_nobody_is_told_after_the_block() -> None:
    latch, told = Latch(), list[int]()
    with latch.told(lambda: told.append(1)):
        pass
    latch.set()
    assert not told
