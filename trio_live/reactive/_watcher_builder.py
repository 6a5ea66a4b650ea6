"""Watchers as a sentence: ``watch("app:score").crossed_above(0.9).blocking().then(congratulate)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from trio_live._callables import unfinished
from trio_live._typing import Json, Seconds
from trio_live._values import value
from trio_live.reactive._predicates import (
    BecameFalse,
    BecameTrue,
    Changed,
    ChangedFrom,
    ChangedTo,
    CrossedAbove,
    CrossedBelow,
    Custom,
    PredicateFn,
    WatchPredicate,
)
from trio_live.reactive._watcher import WatchAction, Watcher

R = TypeVar("R")


@value
class WatcherBuilder(Generic[R]):
    """Half a watcher. Every call returns a new builder; of several predicates the last one counts.

    Nothing here raises: what cannot work stands in ``Watcher.problems``, to be reported with all the other mistakes.

    Args:
        key: The whole key, prefix included.
        on_done: Gets the finished watcher from `then`; what it returns, `then` returns.
    """

    key: str
    on_done: Callable[[Watcher], R]
    _predicate: WatchPredicate = attrs.field(factory=Changed, kw_only=True)
    _blocking: bool = attrs.field(default=False, kw_only=True)
    _timeout: Seconds | None = attrs.field(default=None, kw_only=True)

    if not TYPE_CHECKING:  # it would tell type checkers that there is everything

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(unfinished("watcher", name, "then(action)"), name=name, obj=self)

    def changed(self) -> WatcherBuilder[R]:
        """On any change. The default."""
        return self._when(Changed())

    def changed_to(self, value: Json) -> WatcherBuilder[R]:
        """When it has become this value; ``None`` also means gone.

        Args:
            value: JSON; compared strictly, so that ``True`` is not 1.
        """
        return self._when(ChangedTo(value))

    def changed_from(self, value: Json) -> WatcherBuilder[R]:
        """When it was this value and is no longer; ``None`` also means not there.

        Args:
            value: JSON; compared strictly.
        """
        return self._when(ChangedFrom(value))

    def crossed_above(self, threshold: float) -> WatcherBuilder[R]:
        """When a number below the threshold has become one at or above it.

        Args:
            threshold: a number. A value that appears above it has not crossed it.
        """
        return self._when(CrossedAbove(threshold))

    def crossed_below(self, threshold: float) -> WatcherBuilder[R]:
        """When a number at or above the threshold has become one below it.

        Args:
            threshold: a number. A value that appears below it has not crossed it.
        """
        return self._when(CrossedBelow(threshold))

    def became_true(self) -> WatcherBuilder[R]:
        """When it has become ``true``, from whatever or nothing."""
        return self._when(BecameTrue())

    def became_false(self) -> WatcherBuilder[R]:
        """When it was ``true`` and is something else or gone."""
        return self._when(BecameFalse())

    def custom(self, function: PredicateFn) -> WatcherBuilder[R]:
        """When the function says so.

        Args:
            function: receives the old and the new value, ``None`` for an absent one. Plain and pure.
        """
        return self._when(Custom(function))

    def blocking(self) -> WatcherBuilder[R]:
        """Let the turn wait for the action, so that the rest of the turn sees what it wrote."""
        return attrs.evolve(self, blocking=True)

    def timeout(self, seconds: Seconds) -> WatcherBuilder[R]:
        """Cancel the action when it takes longer.

        Args:
            seconds: over zero.
        """
        return attrs.evolve(self, timeout=seconds)

    def then(self, action: WatchAction) -> R:
        """What to do. The last word.

        Args:
            action: async, receives the old value, the new one and the State. A task of its own, cancelled when the session
                ends; with `blocking` awaited at the turn's end. What it raises is reported.

        Returns:
            What the builder was taken from, with the watcher added.
        """
        return self.on_done(
            Watcher(
                key=self.key,
                predicate=self._predicate,
                action=action,
                blocking=self._blocking,
                timeout=self._timeout,
            ),
        )

    def _when(self, predicate: WatchPredicate) -> WatcherBuilder[R]:
        return attrs.evolve(self, predicate=predicate)
