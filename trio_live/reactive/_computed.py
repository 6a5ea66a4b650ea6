"""Values that are computed from other values, and kept in State under ``derived:``.

The order is that of need: a variable comes after all variables it depends on, and where that leaves a choice, the
one registered first comes first. An edge exists only between registered variables; other names are plain State keys
and matter to `ComputedRegistry.recompute_affected` alone. ``x`` and ``derived:x`` name the same variable.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final, TypeAlias

import attrs

from trio_live._callables import answered_nothing, async_problem
from trio_live._typing import Json, JsonObject
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.reactive._functions import ReportError
from trio_live.state import ABSENT, State

_DERIVED: Final = "derived:"


class Deletion(Enum):
    """The type of `DELETE`."""

    DELETE = "delete"

    def __repr__(self) -> str:
        return "DELETE"


DELETE: Final = Deletion.DELETE
"""Returned by a compute function: remove the stored value. ``None`` cannot mean that; it keeps what is there."""

ComputeFn: TypeAlias = Callable[[State], Any]
"""State → JSON value, ``None`` (keep what is stored) or `DELETE`.

Pure and not async: the result follows from the declared dependencies, and nothing is written.
"""


def _bare(key: str) -> str:
    return key.removeprefix(_DERIVED)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


@value
class ComputedVar:
    """A value that follows from others."""

    key: str = attrs.field(converter=_bare)
    """Its name, without ``derived:``. Reads of this name find it, unless something is stored under the name itself."""
    dependencies: tuple[str, ...] = attrs.field(converter=_names)
    """The keys the function reads, as the user wrote them."""
    compute: ComputeFn

    @property
    def stored_key(self) -> str:
        """Where the result stands in State."""
        return _DERIVED + self.key

    @property
    def where(self) -> str:
        """What it is called in reports of errors."""
        return f"computed({self.key!r})"

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each reason why this cannot work by itself; empty when it can."""
        found = [] if self.key else ["a computed variable needs a name"]
        if problem := async_problem(self.compute, f"{self.where}: the function"):
            found.append(problem)
        return tuple(found)


@value
class _Step:
    """A variable in its place, with the bare names it depends on."""

    var: ComputedVar
    needs: frozenset[str]


class ComputedRegistry:
    """The computed variables of a session. Never in a state that cannot be computed.

    Args:
        report: Told about functions that raise or return what is not JSON; the stored value then stays.
    """

    __slots__ = ("_report", "_steps", "_vars")

    def __init__(self, *, report: ReportError) -> None:
        self._report = report
        self._vars: dict[str, ComputedVar] = {}
        self._steps: tuple[_Step, ...] = ()

    def __len__(self) -> int:
        return len(self._vars)

    def __iter__(self) -> Iterator[ComputedVar]:
        """The variables, in order of registration."""
        return iter(self._vars.values())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to compute."""
        return not self._vars

    @property
    def order(self) -> tuple[str, ...]:
        """The names in the order of evaluation."""
        return tuple(step.var.key for step in self._steps)

    def register(self, var: ComputedVar) -> None:
        """Add a variable, or replace the one of that name, which keeps its place.

        Raises:
            ConfigError: The variable cannot work, or would close a circle, whose members are named. The registry is
                as it was.
        """
        if var.problems:
            raise ConfigError(var.problems)
        candidates = {**self._vars, var.key: var}
        self._steps = _in_order(candidates)
        self._vars = candidates

    def validate(self) -> None:
        """Check once more that there is an order.

        Raises:
            ConfigError: Some variables depend on each other in a circle; they are named.
        """
        _in_order(self._vars)

    def recompute(self, state: State) -> list[str]:
        """Compute every variable once and store what differs.

        Returns:
            The names (without prefix) of those whose stored value changed, in order of evaluation.
        """
        return [step.var.key for step in self._steps if self._refresh(step.var, state)]

    def recompute_affected(self, state: State, changed_keys: Iterable[str]) -> list[str]:
        """Compute, each at most once, the variables that depend on changed keys, directly or through variables.

        A variable that comes out as it was does not affect those that depend on it.

        Args:
            state: Read and written.
            changed_keys: Whole keys; for variables with or without prefix.

        Returns:
            As `recompute`.
        """
        dirty = {_bare(key) for key in changed_keys}
        changed = []
        for step in self._steps:
            if not dirty.isdisjoint(step.needs) and self._refresh(step.var, state):
                dirty.add(step.var.key)
                changed.append(step.var.key)
        return changed

    def describe(self) -> list[JsonObject]:
        """Each variable as ``{"key", "dependencies"}``, in order of registration."""
        return [{"key": var.key, "dependencies": list(var.dependencies)} for var in self]

    def _refresh(self, var: ComputedVar, state: State) -> bool:
        try:
            result = var.compute(state)
            answered_nothing(result)
            return _store(state, var.stored_key, result)
        except Exception as error:  # noqa: BLE001 - one user's function; the other variables are still to be computed
            self._report(var.where, error)
            return False


def _store(state: State, key: str, value: Json | Deletion) -> bool:
    """Put the value where it differs from what is there; returns whether it did."""
    return value is not None and bool(state.update({key: ABSENT if value is DELETE else value}))


def _in_order(variables: Mapping[str, ComputedVar]) -> tuple[_Step, ...]:
    needs = {key: tuple(_bare(name) for name in var.dependencies) for key, var in variables.items()}
    sorter = TopologicalSorter({key: [name for name in names if name in variables] for key, names in needs.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " needs ".join(repr(name) for name in reversed(error.args[1]))
        raise ConfigError(f"computed variables depend on each other in a circle: {circle}") from None
    place = {key: index for index, key in enumerate(variables)}
    names = list(variables)
    ready: list[int] = []
    ordered: list[_Step] = []
    while sorter.is_active():
        for key in sorter.get_ready():
            heapq.heappush(ready, place[key])
        key = names[heapq.heappop(ready)]
        ordered.append(_Step(variables[key], frozenset(needs[key])))
        sorter.done(key)
    return tuple(ordered)
