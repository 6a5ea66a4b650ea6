"""What is remembered of calls that are done with."""

from __future__ import annotations

from trio_live.session._calls._fates import REMEMBERED, CallFates, Fate


def test_the_newest_are_remembered_and_no_more_of_them() -> None:
    fates = CallFates()
    for number in range(REMEMBERED + 1):
        fates.done(str(number), Fate.ANSWERED)
    assert fates.of("0") is Fate.UNKNOWN
    assert fates.of("1") is fates.of(str(REMEMBERED)) is Fate.ANSWERED


def test_a_flood_of_early_cancellations_makes_nothing_else_forgotten() -> None:
    fates = CallFates()
    fates.done("a", Fate.ANSWERED)
    for number in range(3 * REMEMBERED):
        fates.cancelled_early(str(number))
    assert fates.of("a") is Fate.ANSWERED
    assert fates.of("0") is Fate.UNKNOWN
    assert fates.of(str(3 * REMEMBERED - 1)) is Fate.CANCELLED


def test_another_connection_may_use_any_id_for_anything() -> None:
    fates = CallFates()
    fates.done("a", Fate.ANSWERED)
    fates.cancelled_early("b")
    fates.clear()
    assert fates.of("a") is fates.of("b") is Fate.UNKNOWN
