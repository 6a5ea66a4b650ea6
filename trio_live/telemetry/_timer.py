"""When a turn began, and what has not been answered yet.

::

    user speaks ─┬─ stops ──────── model speaks ─── turn complete
                 │    └─ question ───────┘ latency        │
                 └────────────────────────────────────────┘ duration

The rules of this file:

- One question is open at most. A newer one replaces it, so a turn yields one latency at most.
- The first output answers the question: sound answers any, text only a typed one (while a model speaks, text is a
  by-product that may come early).
- A question must not be answered by a later turn. It is dropped by an interruption, and by the completion of the turn
  it belongs to. That is the next completion, unless the question was put while a turn was open (a typed line during a
  late completion, the user's words after an interruption, a function call in between): then it is the one after.
- Two ears may hear the same edge of speech: the client's detector, and the server's. Of two that are
  `SAME_EDGE_SECONDS` apart at most, the server's counts, whichever came first.

Instants come from outside, in seconds on one clock.
"""

from __future__ import annotations

import enum
from typing import Final

import attrs

from trio_live._typing import Seconds

SAME_EDGE_SECONDS: Final[Seconds] = 0.5
"""So far apart two detectors may notice the same edge of speech."""

LONGEST_ANSWER_SECONDS: Final[Seconds] = 60.0
"""Later than this an output is no answer any more, but something the model says on its own account."""


class _Ask(enum.Enum):
    SPEECH = enum.auto()
    TEXT = enum.auto()


@attrs.frozen  # compared at every end of a turn
class _Stamp:
    at: Seconds
    from_client: bool
    """It is an edge that the client's detector heard, and gives way to the server's."""


class TurnTimer:
    """The stamps of one session. Every method takes the instant; none raises."""

    __slots__ = (
        "_answered_client_end",
        "_ask",
        "_asked",
        "_interrupted",
        "_outlives_completion",
        "_overlap",
        "_server_end",
        "_server_start",
        "_start",
        "_turn_open",
        "wants_output",
    )

    def __init__(self) -> None:
        self.wants_output = True
        """Whether an output would change anything here. Read it first, and a burst of audio costs a look at a flag."""
        self._asked: _Stamp | None = None
        self._ask = _Ask.SPEECH
        self._outlives_completion = False
        self._turn_open = False
        self._interrupted = False
        self._start: _Stamp | None = None
        self._overlap: _Stamp | None = None
        self._server_start: Seconds | None = None
        self._server_end: Seconds | None = None
        self._answered_client_end: Seconds | None = None

    # The user.

    def speech_started(self, now: Seconds, *, from_client: bool = False) -> None:
        """The user began to speak: the turn begins, unless it has begun."""
        if from_client and _same_edge(self._server_start, now):
            return
        if not from_client:
            self._server_start = now
        self._begin(_Stamp(now, from_client))

    def speech_ended(self, now: Seconds, *, from_client: bool = False) -> None:
        """The user stopped speaking: the wait for the answer begins."""
        if from_client and _same_edge(self._server_end, now):
            return
        if not from_client:
            self._server_end = now
            if _same_edge(self._answered_client_end, now):
                return  # the answer was faster than the server's report of what it answers
        self._put(_Ask.SPEECH, _Stamp(now, from_client))

    def text_sent(self, now: Seconds) -> None:
        """The user typed something: the turn begins, unless it has begun, and so does the wait for the answer."""
        stamp = _Stamp(now, from_client=False)
        self._begin(stamp)
        self._put(_Ask.TEXT, stamp)

    def send_failed(self) -> None:
        """What was typed last did not go out, so there is nothing to wait for."""
        if self._asked is None or self._ask is not _Ask.TEXT:
            return
        if self._start is self._asked:
            self._start = None
        if self._overlap is self._asked:
            self._overlap = None
        self._drop_question()

    # The model.

    def output(self, now: Seconds, *, is_audio: bool) -> Seconds | None:
        """The model said something.

        Returns:
            How long the user waited for it, if it answers a question; ``None`` otherwise.
        """
        self._turn_open = True
        asked = self._asked
        if asked is None or (self._ask is _Ask.SPEECH and not is_audio):
            self.wants_output = asked is not None
            return None
        if self._ask is _Ask.SPEECH and asked.from_client:
            self._answered_client_end = asked.at
        self._drop_question()
        waited = now - asked.at
        return waited if 0 < waited <= LONGEST_ANSWER_SECONDS else None

    def tool_called(self) -> None:
        """The model wants a function run first. Some servers complete the turn here and answer in the next one."""
        self._turn_open = True
        self._outlives_completion = True
        self.wants_output = self._asked is not None

    def interrupted(self) -> None:
        """The model was cut short. What the user began meanwhile is the beginning of the next turn."""
        self._turn_open = True
        self._interrupted = True
        self._drop_question()

    def turn_completed(self, now: Seconds) -> Seconds | None:
        """The turn is over.

        Returns:
            How long it took, from the user's first word or send; ``None`` if the user did nothing in it.
        """
        following = self._overlap if self._interrupted else None
        started = None if self._start == following else self._start
        self._start, self._overlap = following, None
        self._turn_open, self._interrupted = False, False
        if self._outlives_completion:
            self._outlives_completion = False
        else:
            self._drop_question()
        self.wants_output = True
        return now - started.at if started is not None and now > started.at else None

    def stayed_silent(self) -> None:
        """The model chose not to answer, and nothing will say that the turn is over."""
        self._start = None
        self._drop_question()

    def _begin(self, stamp: _Stamp) -> None:
        self._start = _earlier(self._start, stamp)
        if self._turn_open:
            self._overlap = _earlier(self._overlap, stamp)

    def _put(self, ask: _Ask, stamp: _Stamp) -> None:
        self._asked, self._ask = stamp, ask
        self._outlives_completion = self._turn_open
        self.wants_output = True

    def _drop_question(self) -> None:
        self._asked = None
        self._outlives_completion = False
        self.wants_output = not self._turn_open


def _same_edge(heard: Seconds | None, now: Seconds) -> bool:
    return heard is not None and now - heard <= SAME_EDGE_SECONDS


def _earlier(first: _Stamp | None, stamp: _Stamp) -> _Stamp:
    if first is None:
        return stamp
    replaces = first.from_client and not stamp.from_client and _same_edge(first.at, stamp.at)
    return stamp if replaces else first
