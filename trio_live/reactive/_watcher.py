"""A watcher, and the occasion of its firing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import attrs

from trio_live._callables import awaited_problem
from trio_live._typing import Json, Seconds
from trio_live._values import value
from trio_live.reactive._predicates import Changed, WatchPredicate
from trio_live.state import State
from trio_live.state._internal import json_copy

WatchAction: TypeAlias = Callable[[Json, Json, State], Awaitable[None]]
"""An async function (old, new, state); an absent side is ``None``, and both values are the action's own copies."""


@value(kw_only=True)
class Watcher:
    """Does something when the value of a key has changed from one evaluation to the next."""

    key: str
    """The whole key, prefix included. A key without colon sees the computed value of that name, as reads do."""
    predicate: WatchPredicate = attrs.field(factory=Changed)
    """Which changes count."""
    action: WatchAction
    blocking: bool = False
    """Whether the turn waits for the action, and so sees what it writes. Otherwise it runs beside the session."""
    timeout: Seconds | None = None
    """How long the action may take before it is cancelled; ``None``: as long as it likes."""

    @property
    def where(self) -> str:
        """What it is called in reports of errors."""
        return f"watch({self.key!r})"

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each reason why this cannot work; empty when it can."""
        found = [] if self.key else ["a watcher needs the key it watches"]
        if problem := awaited_problem(self.action, f"{self.where}: the action", ("old", "new", "state")):
            found.append(problem)
        if self.predicate.problem is not None:
            found.append(f"{self.where}: {self.predicate.problem}")
        if self.timeout is not None and not self.timeout > 0:
            found.append(f"{self.where}: a timeout of {self.timeout} s leaves the action no time")
        return tuple(found)


@value
class Firing:
    """A watcher whose predicate holds for a change. Nothing has been called yet."""

    watcher: Watcher
    old: Json
    """The value at the previous evaluation; ``None`` when absent. Shared with the registry: not to be changed."""
    new: Json
    """The value at this evaluation; ``None`` when absent. Shared with the registry: not to be changed."""

    def act(self, state: State) -> Awaitable[None]:
        """Call the action, with copies of both values; what it returns is to be awaited.

        The watcher's timeout is left to the caller, as is what to do with an error.

        Raises:
            Exception: whatever the action raises when it is called.
        """
        return self.watcher.action(json_copy(self.old), json_copy(self.new), state)
