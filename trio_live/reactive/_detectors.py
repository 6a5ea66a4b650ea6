"""Patterns over time, each as a small counter that answers "is it the case now?".

| detector           | remembers                  | true when                                                       |
|--------------------|----------------------------|-----------------------------------------------------------------|
| Sustained          | when the condition began   | it held at every check since then, for at least the duration    |
| Rate               | when events were accepted  | ``count`` of them lie in the window that ends now, both ends in |
| TurnCount          | a number of checks         | the condition held at the last ``required`` checks              |
| ConsecutiveFailure | a number of failures       | the last ``threshold`` completions failed                       |

They answer with a level, not an edge: when to act on it, and at which events to ask at all, is for the
`TemporalRegistry` to decide. Each counts for one session.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeAlias

from trio_live._callables import answered_truth, async_problem
from trio_live._typing import Seconds
from trio_live.errors import ConfigError
from trio_live.reactive._functions import Condition
from trio_live.state import State
from trio_live.wire_events import SessionEvent

EventFilter: TypeAlias = Callable[[SessionEvent], bool]
"""Which events count. Pure and not async."""


class PatternDetector(Protocol):
    """Recognises a pattern. Subclass it to inherit the default of `needs_timer`."""

    @property
    def needs_timer(self) -> bool:
        """Whether the passing of time alone can make it true, so that it must be asked between events."""
        return False

    def check(self, state: State, event: SessionEvent | None, now: Seconds) -> bool:
        """Take in what happened and say whether the pattern is there.

        Args:
            state: To be read only.
            event: What happened; ``None`` when only time passed.
            now: The instant, on the session's clock; never less than at the check before.
        """
        ...

    def reset(self) -> None:
        """Forget everything."""
        ...


class SustainedDetector(PatternDetector):
    """A condition that holds for some time. Even a duration of zero takes two checks: one to begin, one to last.

    Raises:
        ConfigError: The duration is no length of time, or the condition is async.
    """

    __slots__ = ("_became_true_at", "_condition", "_duration")

    def __init__(self, condition: Condition, duration: Seconds) -> None:
        _refuse_async(condition, "the condition of a sustained pattern")
        if not duration >= 0:
            raise ConfigError(f"a sustained pattern cannot last {duration} s")
        self._condition = condition
        self._duration = duration
        self._became_true_at: Seconds | None = None

    @property
    def needs_timer(self) -> bool:
        """Always."""
        return True

    @property
    def due_at(self) -> Seconds | None:
        """The instant from which `check` is true if the condition goes on; ``None`` when it does not hold."""
        return None if self._became_true_at is None else self._became_true_at + self._duration

    def check(self, state: State, event: SessionEvent | None, now: Seconds) -> bool:  # noqa: ARG002 - the protocol's signature
        """Whether the condition has held for the duration."""
        if not answered_truth(self._condition(state)):
            self._became_true_at = None
            return False
        due_at = self.due_at
        if due_at is None:
            self._became_true_at = now
            return False
        return now >= due_at

    def reset(self) -> None:
        """Begin anew."""
        self._became_true_at = None


class RateDetector(PatternDetector):
    """So many events within so much time. A count of zero is always there.

    Raises:
        ConfigError: The count is negative, the window no length of time, or the filter async.
    """

    __slots__ = ("_count", "_filter", "_times", "_window")

    def __init__(self, filter: EventFilter, count: int, window: Seconds) -> None:  # noqa: A002 - the word of the seed API
        _refuse_async(filter, "the filter of a rate pattern")
        _refuse_negative(count, "the count of a rate pattern")
        if not window >= 0:
            raise ConfigError(f"a rate pattern cannot have a window of {window} s")
        self._filter = filter
        self._count = count
        self._window = window
        self._times: deque[Seconds] = deque(maxlen=count)  # older ones could not change the answer

    def check(self, state: State, event: SessionEvent | None, now: Seconds) -> bool:  # noqa: ARG002 - the protocol's signature
        """Whether enough events lie in the window, this one included if the filter accepts it."""
        if event is not None and answered_truth(self._filter(event)):
            self._times.append(now)
        while self._times and now - self._times[0] > self._window:
            self._times.popleft()
        return len(self._times) >= self._count

    def reset(self) -> None:
        """Forget the events."""
        self._times.clear()


class TurnCountDetector(PatternDetector):
    """A condition that held at the ``required`` number of checks in a row, 0 as 1. The registry checks at the end of each turn only.

    Raises:
        ConfigError: The number is negative, or the condition async.
    """

    __slots__ = ("_condition", "_consecutive", "_required")

    def __init__(self, condition: Condition, required: int) -> None:
        _refuse_async(condition, "the condition of a turn pattern")
        _refuse_negative(required, "the number of turns of a turn pattern")
        self._condition = condition
        self._required = required
        self._consecutive = 0

    def check(self, state: State, event: SessionEvent | None, now: Seconds) -> bool:  # noqa: ARG002 - the protocol's signature
        """Count this check, and say whether there were enough. Zero means the same as one."""
        self._consecutive = self._consecutive + 1 if answered_truth(self._condition(state)) else 0
        return self._consecutive >= max(self._required, 1)

    def reset(self) -> None:
        """Begin at zero."""
        self._consecutive = 0


class ConsecutiveFailureDetector(PatternDetector):
    """A tool that failed so many times in a row.

    A completion counts as failed when the runtime saw it fail, or when ``bg:{tool}_failed`` is ``true`` in State at
    that moment: so a tool that answers politely can still say that it failed, and take it back when it succeeds.

    Raises:
        ConfigError: The threshold is negative.
    """

    __slots__ = ("_consecutive", "_threshold", "_tool")

    def __init__(self, tool: str, threshold: int) -> None:
        _refuse_negative(threshold, "the threshold of a failure pattern")
        self._tool = tool
        self._threshold = threshold
        self._consecutive = 0

    @property
    def tool(self) -> str:
        """The name of the tool."""
        return self._tool

    def check(self, state: State, event: SessionEvent | None, now: Seconds) -> bool:  # noqa: ARG002 - the protocol's signature
        """Count the present value of ``bg:{tool}_failed``, as one completion. The registry asks once for each."""
        return self.tool_completed(self._tool, ok=not self.is_flagged(state))

    def is_flagged(self, state: State) -> bool:
        """Whether ``bg:{tool}_failed`` is ``true``."""
        return state.get_raw(f"bg:{self._tool}_failed") is True

    def tool_completed(self, name: str, *, ok: bool) -> bool:
        """Count a completion, ``ok`` or failed; one of a tool of another name leaves everything as it is.

        Returns:
            Whether enough completions in a row have failed. Zero means the same as one.
        """
        if name == self._tool:
            self._consecutive = 0 if ok else self._consecutive + 1
        return self._consecutive >= max(self._threshold, 1)

    def reset(self) -> None:
        """Begin at zero."""
        self._consecutive = 0


def _refuse_async(function: Callable[..., object], what: str) -> None:
    if problem := async_problem(function, what):
        raise ConfigError(problem)


def _refuse_negative(number: int, what: str) -> None:
    if number < 0:
        raise ConfigError(f"{what} cannot be {number}")
