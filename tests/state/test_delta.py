from __future__ import annotations

from typing import Any

from trio_live.state import ABSENT
from trio_live.state._delta import Layers


def test_a_pending_put_wins_over_the_committed_value() -> None:
    layers = Layers({"a": 1}, {})
    assert layers.write("a", 2) == ("a", 1, 2)
    assert (layers.read("a"), layers.committed) == (2, {"a": 1})


def test_a_tombstone_hides_the_exact_key_only_and_the_computed_value_shows_through() -> None:
    layers = Layers({"risk": 1, "derived:risk": 2}, {})
    layers.write("risk", ABSENT)
    assert layers.exact("risk") is ABSENT
    assert layers.read("risk") == 2
    layers.write("derived:risk", ABSENT)
    assert layers.read("risk") is ABSENT


def test_a_key_with_a_colon_never_falls_back() -> None:
    layers = Layers({"derived:app:risk": 1, "derived:risk": 2}, None)
    assert layers.read("app:risk") is ABSENT
    assert layers.read("risk") == 2


def test_keys_are_the_committed_minus_the_tombstoned_plus_the_pending() -> None:
    layers = Layers({"a": 1, "b": 2}, {"b": ABSENT, "c": 3, "a": 4, "d": ABSENT})
    assert layers.keys() == ["a", "c"]


def test_apply_reports_every_change_and_leaves_nothing_pending() -> None:
    pending: dict[str, Any] = {"a": ABSENT, "b": 2, "gone": ABSENT}
    layers = Layers({"a": 1}, pending)
    assert layers.apply() == [("a", 1, ABSENT), ("b", ABSENT, 2)]
    assert (layers.committed, layers.pending) == ({"b": 2}, {})
    assert layers.apply() == []


def test_without_a_pending_layer_writes_are_immediate() -> None:
    layers = Layers({}, None)
    layers.write("a", 1)
    layers.write("a", ABSENT)
    assert layers.committed == {}
    assert layers.apply() == []
