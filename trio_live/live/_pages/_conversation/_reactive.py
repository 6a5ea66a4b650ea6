"""When this, then that: watchers, computed values, patterns in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Self

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live.live import _checks as check
from trio_live.live._pages._base import Page, with_control
from trio_live.state import State

if TYPE_CHECKING:
    from trio_live.reactive import (
        ComputeFn,
        PatternAction,
        PatternDetector,
        ReactorRule,
        TemporalPattern,
        Watcher,
        WatcherBuilder,
    )


class ReactivePage(Page):
    """What happens by itself."""

    def watch(self, key: str) -> WatcherBuilder[Self]:
        """Begin a watcher of a state key; ``then(action)`` at its end returns this builder with the watcher in it.

        Args:
            key: the whole key, prefix included.

        Raises:
            TypeError: no string.
            ValueError: empty.
        """
        from trio_live.reactive import WatcherBuilder

        return WatcherBuilder(check.text("key", key), self._watching)

    def _watching(self, watcher: Watcher) -> Self:
        return self._with(with_control(self.spec, watchers=(*self.spec.control.watchers, watcher)))

    def computed(self, key: str, dependencies: Sequence[str], function: ComputeFn) -> Self:
        """A value that follows from others; stored at ``derived:key`` and found under ``key``.

        Args:
            key: of the value.
            dependencies: the keys it follows from; it is computed anew at the end of a turn in which one of them changed.
            function: receives the State; returns JSON, ``None`` to keep what is stored, or `DELETE`. Plain and pure, called
                on the control lane. What it raises is reported, and the stored value stays.

        Raises:
            TypeError: ``key`` is no string.
            ValueError: ``key`` is empty.
        """
        from trio_live.reactive import ComputedVar

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
        """Act when a condition has held for some time without a break.

        Args:
            name: for errors and logs.
            condition: asked with the State after every event of the control lane, and when its time may be up; plain.
            duration: seconds, from 0.
            action: async, receives the State and a writer. A task of its own, cancelled when the session ends.
            cooldown: seconds during which it does not act again; without it, once for each time the condition holds.

        Raises:
            ConfigError: a length of time is out of bounds, or the condition is async.
        """
        from trio_live.reactive import SustainedDetector

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
        """Act when events come too often.

        Args:
            name: for errors and logs.
            filter: receives each wire event of the control lane and says whether it counts; plain.
            count: so many events.
            window: within so many seconds.
            action: async, receives the State and a writer. A task of its own, cancelled when the session ends.
            cooldown: seconds during which it does not act again.

        Raises:
            ConfigError: a number is out of bounds, or the filter is async.
        """
        from trio_live.reactive import RateDetector

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
        """Act when a condition has held at the end of so many turns in a row.

        Args:
            name: for errors and logs.
            condition: asked with the State at the end of every turn; plain.
            turns: how many.
            action: async, receives the State and a writer. A task of its own, cancelled when the session ends.
            cooldown: seconds during which it does not act again.

        Raises:
            ConfigError: a number is out of bounds, or the condition is async.
        """
        from trio_live.reactive import TurnCountDetector

        return self._pattern(name, partial(TurnCountDetector, condition, turns), action, cooldown)

    def when_failing(
        self, name: str, tool: str, times: int, action: PatternAction, *, cooldown: Seconds | None = None
    ) -> Self:
        """Act when a tool has failed so many times in a row.

        Args:
            name: for errors and logs.
            tool: the function's name.
            times: how many completions that failed, or at which ``bg:TOOL_failed`` was true in the State.
            action: async, receives the State and a writer. A task of its own, cancelled when the session ends.
            cooldown: seconds during which it does not act again.

        Raises:
            ConfigError: a number is out of bounds.
        """
        from trio_live.reactive import ConsecutiveFailureDetector

        return self._pattern(name, partial(ConsecutiveFailureDetector, tool, times), action, cooldown)

    def _pattern(
        self, name: str, detector: Callable[[], PatternDetector], action: PatternAction, cooldown: Seconds | None
    ) -> Self:
        from trio_live.reactive import TemporalPattern

        check.text("name", name)
        detector()  # a wrong argument says so here, at the call that passed it

        def recipe() -> TemporalPattern:
            return TemporalPattern(name, detector(), action, cooldown)

        recipe()
        return self._with(with_control(self.spec, patterns=(*self.spec.control.patterns, recipe)))

    def reactor_rule(self, rule: ReactorRule) -> Self:
        """Add a rule to the reactor: what is to be done about an edge of speech, an event, a change, or time.

        Rules are asked in the order in which they were added, after those of every session (`VOICE_DEFAULTS`).

        Args:
            rule: pure; `Rule` makes one of a function. Called on the session's own tasks, so it is to be quick. What it
                raises is reported, and the other rules are asked all the same.

        Raises:
            TypeError: no rule.
            ConfigError: there is a rule of that name.
        """
        from trio_live.reactive import VOICE_DEFAULTS, LiveReactor

        if not callable(getattr(rule, "react", None)) or not isinstance(getattr(rule, "name", None), str):
            raise TypeError(f"a rule has a name and a method react(event, voice), and {rule!r} has not")
        rules = (*self.spec.control.rules, rule)
        LiveReactor((*VOICE_DEFAULTS, *rules))
        return self._with(with_control(self.spec, rules=rules))

    def watched_keys(self) -> tuple[str, ...]:
        """The keys that watchers look at, sorted. Connects to nothing."""
        return tuple(sorted({watcher.key for watcher in self.spec.control.watchers}))
