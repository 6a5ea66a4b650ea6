"""The watchers of a session, and what each of their keys held when they were last asked.

Strategy: a baseline for each observed key, instead of the mutation journal. The journal is a ring that forgets, that
others may drain, and that shows writes which were rolled back; and a cursor into it, taken when a turn ends, misses
what tools and background agents wrote before. Two values and a comparison miss nothing and cost less::

    evaluation ───────── writes, by anybody ───────── evaluation
        │ baseline                                        │ current
        └──────────── equal? nothing happened ────────────┘

What happens between counts only in sum: A→B→A is nothing, A→B→C is one change from A to C.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from trio_live._callables import answered_truth
from trio_live._typing import Json, JsonObject
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.reactive._functions import ReportError
from trio_live.reactive._watcher import Firing, Watcher
from trio_live.state import ABSENT, Absent, State
from trio_live.state._internal import json_equal


@value
class _Difference:
    watcher: Watcher
    old: Json | Absent
    new: Json | Absent


@attrs.define
class _Observed:
    """One key: its value at the last evaluation, and who watches it."""

    baseline: Json | Absent = ABSENT
    watchers: list[Watcher] = attrs.Factory(list)
    newcomers: list[tuple[Watcher, Json | Absent]] = attrs.Factory(list)
    """Added since the last evaluation, each with the value it found then: older changes are not its business."""

    def advance(self, current: Json | Absent) -> list[_Difference]:
        """Make ``current`` the baseline; returns the watchers for whom that is a change, in order."""
        differing = []
        if self.baseline is not current and not json_equal(self.baseline, current):
            differing += [_Difference(watcher, self.baseline, current) for watcher in self.watchers]
            self.baseline = current
        if self.newcomers:
            found = self.newcomers
            differing += [_Difference(who, old, current) for who, old in found if not json_equal(old, current)]
            self.rebase(current)
        return differing

    def rebase(self, current: Json | Absent) -> None:
        """Make ``current`` the baseline for all."""
        self.baseline = current
        self.watchers += [watcher for watcher, _ in self.newcomers]
        self.newcomers.clear()


class WatcherRegistry:
    """Says which watchers fire. One for each session.

    Args:
        report: Told about predicates that raise; these count as not holding.
    """

    __slots__ = ("_observed", "_report")

    def __init__(self, *, report: ReportError) -> None:
        self._report = report
        self._observed: dict[str, _Observed] = {}

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Watcher]:
        """The watchers in the order in which they are asked: by first registration of the key, then by their own."""
        for observed in self._observed.values():
            yield from observed.watchers
            yield from (watcher for watcher, _ in observed.newcomers)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to evaluate."""
        return not self._observed

    @property
    def keys(self) -> tuple[str, ...]:
        """The observed keys, in order of first registration."""
        return tuple(self._observed)

    def add(self, watcher: Watcher, state: State) -> None:
        """Watch from now on: what the key holds now is what the watcher's first change is measured against.

        Raises:
            ConfigError: The watcher cannot work; all its `problems` are listed and it is not added.
        """
        if watcher.problems:
            raise ConfigError(watcher.problems)
        observed = self._observed.setdefault(watcher.key, _Observed())
        observed.newcomers.append((watcher, state.get_raw(watcher.key, ABSENT)))

    def rebase(self, state: State) -> None:
        """Take what all keys hold now as the beginning; nothing before it fires.

        To be called when State has been restored and set up, right before the first event.
        """
        for key, observed in self._observed.items():
            observed.rebase(state.get_raw(key, ABSENT))

    def evaluate(self, state: State) -> list[Firing]:
        """Which watchers fire for the changes since the last evaluation.

        All baselines have moved on before this returns. So what an action writes, to any key, belongs to the next
        evaluation, and two watchers that write each other's keys cannot chase each other within this one.

        Args:
            state: Read through its read path, computed values included. Not a delta view, whose writes may yet be
                taken back.

        Returns:
            Those to be awaited one after the other first, then those to be started; each group in the order of the
            watchers.
        """
        differing: list[_Difference] = []
        held = state.snapshot_values(self._observed)
        for key, observed in self._observed.items():
            differing += observed.advance(held.get(key, ABSENT))
        firing = [found for each in differing if (found := self._asked(each)) is not None]
        return sorted(firing, key=lambda found: not found.watcher.blocking)

    def describe(self) -> list[JsonObject]:
        """Each watcher as ``{"key", "predicate", "blocking"}``, in order."""
        return [
            {"key": watcher.key, "predicate": watcher.predicate.label, "blocking": watcher.blocking} for watcher in self
        ]

    def _asked(self, difference: _Difference) -> Firing | None:
        watcher = difference.watcher
        old, new = (None if side is ABSENT else side for side in (difference.old, difference.new))
        try:
            return Firing(watcher, old, new) if answered_truth(watcher.predicate.holds(old, new)) else None
        except Exception as error:  # noqa: BLE001 - one user's predicate; the others are still to be asked
            self._report(f"{watcher.where} predicate {watcher.predicate.label}", error)
            return None
