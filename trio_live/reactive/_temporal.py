"""Which patterns are asked when, and which of those that are there call for action.

Asking. A detector may count each time it is asked, so each is asked only where it has something to count:

| detector           | `check_all`, by event             | `tick` | `tool_completed` |
|--------------------|-----------------------------------|--------|------------------|
| TurnCount          | at TurnComplete                   | no     | no               |
| ConsecutiveFailure | no                                | no     | of its tool      |
| all others         | at all but those in `UNHEEDED`    | if it needs the timer | no |

Hence no pattern notices which others exist: a timer that runs for one does not make another count.

Acting. A detector says true for as long as it is so. Acted upon is the rising edge: once, until it has been false
again. With a cooldown a pattern that stays true acts again once per cooldown, and an edge within it waits for its end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Final, TypeAlias

import attrs

from trio_live._callables import answered_truth, awaited_problem
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.events import SessionWriter
from trio_live.reactive._detectors import (
    ConsecutiveFailureDetector,
    PatternDetector,
    RateDetector,
    SustainedDetector,
    TurnCountDetector,
)
from trio_live.reactive._functions import ReportError
from trio_live.state import State
from trio_live.wire_events import AudioData, Media, SessionEvent, TextDelta, TurnComplete

POLL_SECONDS: Final[Seconds] = 0.5
"""How late a change of State that no event accompanies may be noticed."""

UNHEEDED: Final[tuple[type[SessionEvent], ...]] = (AudioData, Media, TextDelta)
"""Events that come dozens of times a second: too many to ask every pattern at each."""

PatternAction: TypeAlias = Callable[[State, SessionWriter], Awaitable[None]]
"""An async function (state, writer). It runs beside the session; no turn waits for it."""


@value
class TemporalPattern:
    """What to do about a pattern. Its detector counts, so it serves one session.

    Raises:
        ConfigError: The cooldown is not a length of time over zero, or the action cannot be called and awaited.
    """

    name: str
    detector: PatternDetector
    action: PatternAction = attrs.field()
    cooldown: Seconds | None = attrs.field(default=None)
    """Least time between two actions; also lets a pattern that stays act again. ``None``: once per rising edge."""

    @cooldown.validator
    def _check_cooldown(self, _: object, cooldown: Seconds | None) -> None:
        if cooldown is not None and not cooldown > 0:
            raise ConfigError(f"{self.where}: a cooldown of {cooldown} s is none; leave it out")

    @action.validator
    def _check_action(self, _: object, action: PatternAction) -> None:
        if problem := awaited_problem(action, f"{self.where}: the action", ("state", "writer")):
            raise ConfigError(problem)

    @property
    def where(self) -> str:
        """What it is called in reports of errors."""
        return f"pattern({self.name!r})"


@attrs.define
class _Entry:
    pattern: TemporalPattern
    timed: bool
    level: bool = False
    """What the detector said last."""
    fired_at: Seconds | None = None

    def heeds(self, event: SessionEvent | None) -> bool:
        match self.pattern.detector:
            case TurnCountDetector():
                return isinstance(event, TurnComplete)
            case ConsecutiveFailureDetector():
                return False
            case _:
                return True

    def check(self, state: State, event: SessionEvent | None, now: Seconds) -> bool:
        detector = self.pattern.detector
        if self.level and isinstance(detector, RateDetector):
            # The window may have emptied while nobody asked; then this event is the first of a new burst.
            self.level = detector.check(state, None, now)
        return detector.check(state, event, now)

    def fires(self, level: bool, now: Seconds) -> bool:  # noqa: FBT001 - the value itself, not an option
        rises = level and not self.level
        self.level = level
        again_at = self.again_at
        due = rises if again_at is None else level and now >= again_at
        if due:
            self.fired_at = now
        return due

    @property
    def again_at(self) -> Seconds | None:
        """From when on the level alone suffices; ``None`` when it takes an edge."""
        if self.pattern.cooldown is None or self.fired_at is None:
            return None
        return self.fired_at + self.pattern.cooldown

    @property
    def due_at(self) -> Seconds | None:
        """When asking it could make it act, as far as that can be known."""
        if self.level:
            return self.again_at
        return self.pattern.detector.due_at if isinstance(self.pattern.detector, SustainedDetector) else None


class TemporalRegistry:
    """The temporal patterns of a session. Every method returns the patterns whose action is to be started, in order.

    Args:
        report: Told about detectors that raise; their patterns stay as they were.
    """

    __slots__ = ("_entries", "_report")

    def __init__(self, *, report: ReportError) -> None:
        self._report = report
        self._entries: list[_Entry] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[TemporalPattern]:
        """The patterns, in order."""
        return (entry.pattern for entry in self._entries)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to check."""
        return not self._entries

    @property
    def needs_timer(self) -> bool:
        """Whether `tick` has anything to do; without that no timer needs to exist."""
        return any(entry.timed for entry in self._entries)

    def add(self, pattern: TemporalPattern) -> None:
        """Look out for a pattern from now on."""
        self._entries.append(_Entry(pattern, timed=getattr(pattern.detector, "needs_timer", False)))

    def check_all(self, state: State, event: SessionEvent | None, now: Seconds) -> list[TemporalPattern]:
        """An event was handled; ``None`` at a soft turn, which is a turn without one."""
        if isinstance(event, UNHEEDED):
            return []
        return self._check((entry for entry in self._entries if entry.heeds(event)), state, event, now)

    def tick(self, state: State, now: Seconds) -> list[TemporalPattern]:
        """Time passed. To be called at `next_due`."""
        return self._check((entry for entry in self._entries if entry.timed), state, None, now)

    def tool_completed(self, state: State, name: str, now: Seconds, *, ok: bool) -> list[TemporalPattern]:
        """A call of the tool of this name ended, ``ok`` or failed; to be called once for each, not for cancelled ones."""
        firing = []
        for entry in self._entries:
            match entry.pattern.detector:
                case ConsecutiveFailureDetector(tool=tool) as detector if tool == name:
                    level = detector.tool_completed(name, ok=ok and not detector.is_flagged(state))
                    if entry.fires(level, now):
                        firing.append(entry.pattern)
        return firing

    def next_due(self, now: Seconds) -> Seconds | None:
        """When to `tick` next: later than now, at most `POLL_SECONDS` away; ``None`` when never.

        Exact for a sustained condition whose beginning was seen; the rest is polled, because State may change
        without an event.

        Args:
            now: The instant of the last check.
        """
        if not self.needs_timer:
            return None
        known = (entry.due_at for entry in self._entries if entry.timed)
        # What is due already was just asked. Going on to ask would never let time pass.
        return min([now + POLL_SECONDS, *(due for due in known if due is not None and due > now)])

    def reset(self) -> None:
        """Begin anew, as after a reconnect without resumption. Cooldowns go on."""
        for entry in self._entries:
            entry.pattern.detector.reset()
            entry.level = False

    def _check(
        self, entries: Iterable[_Entry], state: State, event: SessionEvent | None, now: Seconds
    ) -> list[TemporalPattern]:
        return [entry.pattern for entry in entries if self._fires(entry, state, event, now)]

    def _fires(self, entry: _Entry, state: State, event: SessionEvent | None, now: Seconds) -> bool:
        try:
            level = answered_truth(entry.check(state, event, now))
        except Exception as error:  # noqa: BLE001 - one user's function; the other patterns are still to be checked
            self._report(f"{entry.pattern.where} condition", error)
            return False
        return entry.fires(level, now)
