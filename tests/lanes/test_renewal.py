"""The wish for another connection."""

from __future__ import annotations

from trio_live.lanes._internal import Renewal


def test_whoever_listens_is_told_of_each_wish() -> None:
    renewal, told = Renewal(), list[int]()
    with renewal.told(lambda: told.append(1)):
        assert not renewal.is_wanted
        renewal.ask()
        renewal.ask()
        assert (told, renewal.is_wanted) == ([1], True)
        renewal.fulfil()
        assert not renewal.is_wanted
    renewal.ask()
    with renewal.told(lambda: told.append(2)):
        assert told == [1, 2]
