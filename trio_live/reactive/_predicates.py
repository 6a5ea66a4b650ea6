"""Which differences a watcher cares about.

A predicate is asked only when there is a difference, by strict JSON equality. An absent side is given as ``None``.
"Numeric" means int or float: ``true`` is no number, and neither is absence, so a value that appears above a
threshold has not crossed it.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

from trio_live._callables import answered_truth, async_problem
from trio_live._typing import Json
from trio_live._values import value
from trio_live.errors import StateError
from trio_live.state._internal import json_copy, json_equal

PredicateFn: TypeAlias = Callable[[Json, Json], bool]
"""(old, new) → does it count? Pure and not async."""


class WatchPredicate(ABC):
    """The base of all predicates. Values: safe to share between agents and sessions."""

    __slots__ = ()

    @abstractmethod
    def holds(self, old: Json, new: Json) -> bool:
        """Whether the difference between an ``old`` and a ``new`` value counts."""

    @property
    def label(self) -> str:
        """How contracts and logs show it; the same for the same predicate, whatever the process."""
        return type(self).__name__

    @property
    def problem(self) -> str | None:
        """One sentence when the predicate cannot work, else ``None``."""
        return None


@value
class Changed(WatchPredicate):
    """Any difference."""

    def holds(self, old: Json, new: Json) -> bool:  # noqa: ARG002 - the base's signature
        """Always."""
        return True


def _own(value: Any) -> Json:
    """A copy nobody else can change. What is no JSON stays as it is, for `problem` to complain about."""
    try:
        return json_copy(value)
    except StateError:
        return value


@value
class _Comparing(WatchPredicate):
    # Compared by its text: Python's own equality would make ChangedTo(True) and ChangedTo(1) the same predicate.
    value: Json = attrs.field(converter=_own, eq=repr)

    @property
    def label(self) -> str:
        shown = json.dumps(self.value, ensure_ascii=False, sort_keys=True, default=repr)
        return f"{type(self).__name__}({shown})"

    @property
    def problem(self) -> str | None:
        try:
            json_copy(self.value)
        except StateError as error:
            return f"{type(self).__name__} waits for what State cannot hold: {error.why}"
        return None


@value
class ChangedTo(_Comparing):
    """The new value is this one; ``None`` stands for ``null`` and for absence."""

    def holds(self, old: Json, new: Json) -> bool:  # noqa: ARG002 - the base's signature
        """Whether the new value is the one waited for."""
        return json_equal(new, self.value)


@value
class ChangedFrom(_Comparing):
    """The old value was this one; ``None`` stands for ``null`` and for absence."""

    def holds(self, old: Json, new: Json) -> bool:  # noqa: ARG002 - the base's signature
        """Whether the old value is the one waited for."""
        return json_equal(old, self.value)


def _is_numeric(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@value
class _Crossing(WatchPredicate):
    threshold: float = attrs.field(eq=repr)

    @property
    def label(self) -> str:
        return f"{type(self).__name__}({self.threshold})"

    @property
    def problem(self) -> str | None:
        if _is_numeric(self.threshold) and math.isfinite(self.threshold):
            return None
        return f"{type(self).__name__} needs a finite number, not {self.threshold!r}"


@value
class CrossedAbove(_Crossing):
    """Both are numbers, the old one below the threshold, the new one at or above it."""

    def holds(self, old: Json, new: Json) -> bool:
        """Whether the threshold was reached from below."""
        return _is_numeric(old) and _is_numeric(new) and bool(old < self.threshold <= new)


@value
class CrossedBelow(_Crossing):
    """Both are numbers, the old one at or above the threshold, the new one below it."""

    def holds(self, old: Json, new: Json) -> bool:
        """Whether the threshold was left downwards."""
        return _is_numeric(old) and _is_numeric(new) and bool(new < self.threshold <= old)


@value
class BecameTrue(WatchPredicate):
    """``true`` now, and anything else (absence too) before."""

    def holds(self, old: Json, new: Json) -> bool:
        """Whether it is true only now."""
        return new is True and old is not True


@value
class BecameFalse(WatchPredicate):
    """``true`` before, and anything else (absence too) now."""

    def holds(self, old: Json, new: Json) -> bool:
        """Whether it is true no longer."""
        return old is True and new is not True


@value
class Custom(WatchPredicate):
    """What a function says. It gets copies, which it may do with as it likes."""

    function: PredicateFn

    def holds(self, old: Json, new: Json) -> bool:
        """Whether the function returns something true; raises what it raises."""
        return answered_truth(self.function(json_copy(old), json_copy(new)))

    @property
    def problem(self) -> str | None:
        return async_problem(self.function, "the function of a Custom predicate")
