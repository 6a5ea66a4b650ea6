from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from trio_live.reactive import (
    BecameFalse,
    BecameTrue,
    Changed,
    ChangedFrom,
    ChangedTo,
    CrossedAbove,
    CrossedBelow,
    Custom,
    Watcher,
    WatcherBuilder,
    WatchPredicate,
)
from trio_live.state import State


async def ignore(old: Any, new: Any, state: State) -> None:
    pass


def is_anything(old: Any, new: Any) -> bool:
    return True


def watch(key: str) -> WatcherBuilder[Watcher]:
    return WatcherBuilder(key, lambda watcher: watcher)


@pytest.mark.parametrize(
    ("call", "predicate"),
    [
        (lambda half: half, Changed()),
        (lambda half: half.changed(), Changed()),
        (lambda half: half.changed_to("x"), ChangedTo("x")),
        (lambda half: half.changed_from("x"), ChangedFrom("x")),
        (lambda half: half.crossed_above(0.9), CrossedAbove(0.9)),
        (lambda half: half.crossed_below(0.9), CrossedBelow(0.9)),
        (lambda half: half.became_true(), BecameTrue()),
        (lambda half: half.became_false(), BecameFalse()),
        (lambda half: half.custom(is_anything), Custom(is_anything)),
    ],
)
def test_each_word_chooses_its_predicate(
    call: Callable[[WatcherBuilder[Watcher]], WatcherBuilder[Watcher]], predicate: WatchPredicate
) -> None:
    assert call(watch("app:x")).then(ignore) == Watcher(key="app:x", predicate=predicate, action=ignore)


def test_the_last_predicate_counts() -> None:
    assert watch("app:x").became_true().crossed_above(1).changed_to(2).then(ignore).predicate == ChangedTo(2)


def test_a_full_sentence() -> None:
    watcher = watch("app:score").blocking().crossed_above(0.9).timeout(2.5).then(ignore)
    assert watcher == Watcher(key="app:score", predicate=CrossedAbove(0.9), action=ignore, blocking=True, timeout=2.5)


def test_then_returns_what_receiving_the_watcher_returned() -> None:
    received: list[Watcher] = []

    def on_done(watcher: Watcher) -> str:
        received.append(watcher)
        return "the live builder"

    assert WatcherBuilder("app:x", on_done).became_true().then(ignore) == "the live builder"
    assert [watcher.key for watcher in received] == ["app:x"]


def test_half_a_watcher_can_be_shared_and_specialised() -> None:
    half = watch("app:x").blocking()
    above, below = half.crossed_above(1).then(ignore), half.crossed_below(1).timeout(1.0).then(ignore)
    plain = half.then(ignore)
    assert (above.predicate, below.predicate, plain.predicate) == (CrossedAbove(1), CrossedBelow(1), Changed())
    assert (above.timeout, below.timeout, plain.timeout) == (None, 1.0, None)


def test_mistakes_do_not_raise_but_are_kept_for_the_report() -> None:
    watcher = watch("").changed_to({1}).timeout(-1.0).then(ignore)
    assert len(watcher.problems) == 3


def test_what_a_half_one_does_not_have_is_told_with_how_to_finish_it() -> None:
    half: Any = watch("app:x")
    with pytest.raises(AttributeError, match=r"then[(]action[)]") as refusal:
        half.connect_google_ai("key")
    assert "connect_google_ai" in str(refusal.value)
    assert not hasattr(half, "phase")
    assert copy.deepcopy(half) == half or repr(copy.copy(half)) == repr(half)
