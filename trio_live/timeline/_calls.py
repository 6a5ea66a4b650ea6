"""The timelines of calls that run: the newest ones, in memory, for a page that looks at them."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from trio_live._typing import Seconds
from trio_live.errors import ConfigError
from trio_live.recording import WireDirection, WireEntry
from trio_live.recording._internal import RedactedFrames
from trio_live.redaction import Redaction
from trio_live.timeline._model import Note, Timeline, TimelineBuilder
from trio_live.timeline._packing import Pack

logger = logging.getLogger("trio_live.timeline")

MOST_CALLS: Final = 20
MOST_SPANS: Final = 200_000
"""Of each row of a call."""
WAITING: Final = 20_000
"""Frames and notes that wait until somebody looks; the oldest go, and are counted."""


class CallLog:
    """What is known of one call, and its timeline at any moment.

    What comes is only put aside: it is read when somebody looks, and in between by `catch_up`.

    Args:
        name: what it is called.
        redaction: what is hidden in frames; the levels of sound are measured all the same.
        limit: so many spans of each row are kept.
    """

    def __init__(self, name: str, redaction: Redaction | None = None, *, limit: int = MOST_SPANS) -> None:
        self.name = name
        self.is_over = False
        """Whether the call has ended."""
        self.missed = 0
        """Frames and notes that were given up, because they came faster than they were read."""
        self._limit = limit
        self._frames = None if redaction is None else RedactedFrames(redaction)
        self._waiting: deque[WireEntry | Note] = deque()
        self._builder: TimelineBuilder | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing has happened in it yet."""
        return self._builder is None and not self._waiting

    # -- what comes ---------------------------------------------------------------------------------------------

    def note(self, note: Note) -> None:
        """Keep a note."""
        self._put(note)

    def record(self, direction: WireDirection, payload: bytes, now: Seconds) -> None:
        """Keep the payload of a frame, see `WireRecorder.record`."""
        self._put(WireEntry(0, direction, round(1000 * now), payload))

    def flush(self) -> None:
        """See `WireRecorder.flush`."""

    def _put(self, what: WireEntry | Note) -> None:
        if len(self._waiting) >= WAITING:
            self._waiting.popleft()
            self.missed += 1
        self._waiting.append(what)

    # -- what is shown ------------------------------------------------------------------------------------------

    def catch_up(self, most: int | None = None) -> bool:
        """Read what has come.

        Args:
            most: no more than so much; ``None``: all.

        Returns:
            Whether anything is left.
        """
        for _ in range(len(self._waiting) if most is None else min(most, len(self._waiting))):
            try:
                self._read(self._waiting.popleft())
            except ConfigError as problem:  # a clock that jumped for days, say: the call goes on, and so does its log
                if not self.missed:
                    logger.warning("call %s: not everything is on its timeline: %s", self.name, problem)
                self.missed += 1
        return bool(self._waiting)

    def _read(self, what: WireEntry | Note) -> None:
        began = what.at if isinstance(what, Note) else what.ts_ms / 1000
        builder = self._builder = self._builder or TimelineBuilder(began, limit=self._limit)
        if isinstance(what, Note):
            builder.note(what)
        else:
            hidden = None if self._frames is None else self._frames.payload(what.direction, what.payload)
            builder.frame(what, hidden)

    def finish(self) -> None:
        """The call is over: nothing more comes."""
        self.catch_up()
        if self._builder is not None and not self.is_over:
            self._builder.finish()
        self.is_over = True

    def timeline(self) -> Timeline:
        """The call as it stands now.

        Raises:
            ConfigError: nothing has happened in it.
        """
        return self._built().timeline()

    def pack(self) -> Pack:
        """The call as it stands now, in parts."""
        builder = self._built()
        control, sound = builder.control, builder.talk.sound
        return Pack(
            began=builder.began,
            length=builder.now,
            levels={
                "user": builder.talk.user_level.line,
                "played": sound.played.line,
                "unheard": sound.unheard.line,
                "buffered": sound.buffered.line,
            },
            rows=builder.board.rows,
            turns=[turn.figures() for turn in builder.talk.turns],
            changes=control.changes,
            samples=control.samples,
            explanations=control.explanations,
            contract=control.contract,
            played_is_measured=control.played_is_measured,
            sources=tuple(sorted(builder.sources)),
            forgotten=builder.board.forgotten + self.missed,
            is_live=not self.is_over,
            open_spans=tuple(builder.open_spans()),
        )

    def _built(self) -> TimelineBuilder:
        self.catch_up()
        if self._builder is None:
            raise ConfigError("nothing has happened in this call yet")
        return self._builder


class CallLogs:
    """The newest calls of a program: given to `Live.timeline`, and to whatever shows them.

    Args:
        most: so many are kept; the oldest go.

    Raises:
        ConfigError: none would be kept.
    """

    def __init__(self, most: int = MOST_CALLS) -> None:
        if most < 1:
            raise ConfigError(f"the newest {most} calls are none; keep at least one")
        self._logs: deque[CallLog] = deque(maxlen=most)
        self._begun = 0

    def __iter__(self) -> Iterator[CallLog]:
        return iter(self._logs)

    def __len__(self) -> int:
        return len(self._logs)

    def named(self, name: str) -> CallLog | None:
        """A call by its name; ``None`` when it is not, or no longer, there."""
        return next((log for log in self._logs if log.name == name), None)

    @contextmanager
    def call(self, redaction: Redaction | None) -> Iterator[CallLog]:
        """A call that lasts as long as the block.

        Args:
            redaction: what is hidden in it.
        """
        self._begun += 1
        log = CallLog(str(self._begun), redaction)
        self._logs.append(log)
        try:
            yield log
        finally:
            log.finish()
