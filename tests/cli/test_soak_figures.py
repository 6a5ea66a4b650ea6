"""What a soak finds, and what it makes of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs
import pytest

from trio_live.cli._soak_figures import SHOWN, TOLERANCE_MB, Ledger, Soak, part, thinned


def ledger() -> Ledger:
    """A caller whose two questions were answered, and whose third is told."""
    return Ledger(
        "google-ai",
        asked=["a", "b", "c"],
        answers=Counter("ab"),
        told={"c"},
        cuts=1,
        gaps=[0.5],
        continuations=Counter(RESUMED=1),
    )


def found(*ledgers: Ledger) -> Soak:
    flat = [(float(second), 40.0) for second in range(1, 13)]
    return Soak(ledgers=ledgers or (ledger(),), reads={"a": 1, "b": 1}, struck=1, memory=flat, tasks_left=0)


def changed(**changes: Any) -> Ledger:
    return attrs.evolve(ledger(), **changes)


def test_when_all_is_well_nothing_is_said() -> None:
    assert found().problems() == []
    rows = dict(found().rows())
    assert (rows["questions asked"], rows["questions answered"], rows["told as undecided"]) == ("3", "2", "1")
    assert rows["gap p50 / p99 / worst"] == "500 ms / 500 ms / 500 ms"
    assert rows["how the talk went on"] == "resumed 1"


@pytest.mark.parametrize(
    ("soak", "problem"),
    [
        (found(changed(told=set())), "1 questions were lost in silence"),
        (found(changed(answers=Counter("aab"))), "1 questions were doubled"),
        (attrs.evolve(found(), reads={"a": 2}), "1 questions were doubled"),
        (found(changed(ended="it broke")), "1 sessions ended before their time: it broke"),
        (attrs.evolve(found(), tasks_left=2), "2 tasks were left"),
        (found(changed(cuts=0)), "nothing was cut"),
        (found(Ledger("vertex", cuts=1)), "nothing was asked"),
    ],
)
def test_each_trouble_is_named(soak: Soak, problem: str) -> None:
    assert soak.problems() == [problem]


def test_where_the_server_says_how_far_it_has_read_to_be_read_twice_is_no_trouble() -> None:
    assert attrs.evolve(found(changed(platform="vertex")), reads={"a": 2}).problems() == []


def test_memory_that_grows_after_the_first_third_is_told() -> None:
    rising = [(float(second), 40.0 + second) for second in range(1, 31)]
    assert attrs.evolve(found(), memory=rising).problems() == ["memory grew by 10.0 MB"]
    warm = [(float(second), 40.0 + min(second, 10)) for second in range(1, 31)]
    assert attrs.evolve(found(), memory=warm).growth() == 0
    assert attrs.evolve(found(), memory=rising[:2]).growth() == 0
    assert TOLERANCE_MB < 10


def test_figures_are_made_of_what_there_is() -> None:
    assert part([], 0.5) == 0
    assert part([1.0, 2.0, 3.0, 4.0], 0.5) == 2
    assert part([1.0, 2.0], 1.0) == 2
    many = [(float(number), 1.0) for number in range(60)]
    assert len(thinned(many)) == SHOWN
    assert (thinned(many)[0], thinned(many)[-1]) == (many[0], many[-1])
    assert thinned(many[:3]) == many[:3]
