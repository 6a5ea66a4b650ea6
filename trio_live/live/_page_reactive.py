"""When this, then that: watchers, computed values, patterns in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Self

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live.live import _checks as check
from trio_live.live._page import Page
from trio_live.live._spec import with_control
from trio_live.reactive import (
    ComputedVar,
    ComputeFn,
    ConsecutiveFailureDetector,
    PatternAction,
    PatternDetector,
    RateDetector,
    SustainedDetector,
    TemporalPattern,
    TurnCountDetector,
    Watcher,
    WatcherBuilder,
)
from trio_live.state import State


class ReactivePage(Page):
    """What happens by itself."""

    def watch(self, key: str) -> WatcherBuilder[Self]:
        """Begin a watcher of a state key; ``then(action)`` at its end returns this builder with the watcher in it."""
        return WatcherBuilder(check.text("key", key), self._watching)

    def _watching(self, watcher: Watcher) -> Self:
        return self._with(with_control(self.spec, watchers=(*self.spec.control.watchers, watcher)))

    def computed(self, key: str, dependencies: Sequence[str], function: ComputeFn) -> Self:
        """A value that follows from others; stored at ``derived:key`` and found under ``key``."""
        variable = ComputedVar(check.text("key", key), dependencies, function)
        return self._with(with_control(self.spec, computed=(*self.spec.control.computed, variable)))

    def when_sustained(
        self,
        name: str,
        condition: Callable[[State], bool],
        duration: Seconds,
        action: PatternAction,
        *,
        cooldown: Seconds | None = None,
    ) -> Self:
        """Act when a condition has held for ``duration`` seconds without a break."""
        return self._pattern(name, partial(SustainedDetector, condition, duration), action, cooldown)

    def when_rate(
        self,
        name: str,
        filter: Callable[[wire_events.SessionEvent], bool],  # noqa: A002  # the word for it
        count: int,
        window: Seconds,
        action: PatternAction,
        *,
        cooldown: Seconds | None = None,
    ) -> Self:
        """Act when ``count`` events that the filter accepts fall into ``window`` seconds."""
        return self._pattern(name, partial(RateDetector, filter, count, window), action, cooldown)

    def when_turns(
        self,
        name: str,
        condition: Callable[[State], bool],
        turns: int,
        action: PatternAction,
        *,
        cooldown: Seconds | None = None,
    ) -> Self:
        """Act when a condition has held at the end of so many turns in a row."""
        return self._pattern(name, partial(TurnCountDetector, condition, turns), action, cooldown)

    def when_failing(
        self, name: str, tool: str, times: int, action: PatternAction, *, cooldown: Seconds | None = None
    ) -> Self:
        """Act when a tool has failed so many times in a row."""
        return self._pattern(name, partial(ConsecutiveFailureDetector, tool, times), action, cooldown)

    def _pattern(
        self, name: str, detector: Callable[[], PatternDetector], action: PatternAction, cooldown: Seconds | None
    ) -> Self:
        check.text("name", name)
        detector()  # a wrong argument says so here, at the call that passed it

        def recipe() -> TemporalPattern:
            return TemporalPattern(name, detector(), action, cooldown)

        recipe()
        return self._with(with_control(self.spec, patterns=(*self.spec.control.patterns, recipe)))

    def watched_keys(self) -> tuple[str, ...]:
        """The keys that watchers look at, sorted. Connects to nothing."""
        return tuple(sorted({watcher.key for watcher in self.spec.control.watchers}))
