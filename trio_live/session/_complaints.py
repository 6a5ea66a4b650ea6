"""What is told of a peer's mistakes: each once, and counted after that. Pure.

A server that breaks a rule breaks it again with the next frame, thousands of times a second if it likes. One error for
each would be as much work as the frames themselves, for everybody who listens to errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from trio_live import wire_events
from trio_live._wording import one_line
from trio_live.errors import RemoteProtocolError
from trio_live.wire._internal import exceeded
from trio_live.wire_events import OddityKind

TOLD: Final = 64
"""Different mistakes that are told of; a session that meets more of them has one peer with many faces."""
_LONGEST: Final = 300
"""Characters of a problem that are repeated."""
_NUMBER: Final = re.compile(r"\d+")


class Complaints:
    """The mistakes of one session's peers so far. Those that differ in a position only are one."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def skipped(self, problem: RemoteProtocolError) -> wire_events.SessionEvent:
        """A frame was skipped."""
        words = one_line(str(problem)[:_LONGEST])
        if not self._is_news(words):
            return wire_events.Oddity(OddityKind.SKIPPED_FRAME, words)
        return wire_events.Error(
            f"a frame of the server could not be read and was skipped: {words}", skipped_frame=True
        )

    def left_out(self, problems: Iterable[str], limits: Iterable[str] = ()) -> list[wire_events.SessionEvent]:
        """Parts of a frame were left out, or what would have exceeded a limit together with earlier frames."""
        news: list[wire_events.SessionEvent] = []
        known: list[wire_events.SessionEvent] = []
        for problem in (*problems, *map(str, map(exceeded, limits))):
            words = one_line(problem[:_LONGEST])
            if self._is_news(words):
                news.append(wire_events.Error(f"a part of a frame was left out: {words}"))
            elif not known:
                known.append(wire_events.Oddity(OddityKind.LEFT_OUT, words))
        return news + known

    def _is_news(self, words: str) -> bool:
        mistake = _NUMBER.sub("#", words)
        if mistake in self._told or len(self._told) >= TOLD:
            return False
        self._told.add(mistake)
        return True
