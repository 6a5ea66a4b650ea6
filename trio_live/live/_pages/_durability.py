"""What of a session outlives it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

import attrs

from trio_live.live import _checks as check
from trio_live.live._pages._base import Page
from trio_live.redaction import Redaction

if TYPE_CHECKING:
    from trio_live.persistence import SessionPersistence
    from trio_live.recording import WireRecorder
    from trio_live.timeline import CallLogs


class DurabilityPage(Page):
    """What is kept of a session, and under which name; and its recording."""

    def persistence(self, backend: SessionPersistence) -> Self:
        """Keep the session: it is saved at the end of each turn and at its own end, and goes on when it is connected again.

        What goes on is the State (but for keys about a connection), the phase, the transcript and the count of turns; with
        ``session_resume()`` the model remembers, too, as long as the server keeps its handle. Hooks of the phase are not
        run again, and nobody is greeted twice. A snapshot that cannot be saved is told as `events.Error`; one that cannot
        be read is an error when connecting.

        Args:
            backend: `FsPersistence`, `SqlitePersistence`, `MemoryPersistence`, or one of your own.

        Raises:
            TypeError: it has no such methods.
        """
        from trio_live.persistence import (
            SessionPersistence,  # here, so that a session that nobody keeps never pays for it
        )

        if not isinstance(backend, SessionPersistence):
            raise TypeError(f"a backend has the methods save, load and delete, which {backend!r} has not")
        return self._with(attrs.evolve(self.spec, persistence=backend))

    def record_wire(self, path: str | os.PathLike[str]) -> Self:
        """Record a session in a file, which `read_recording` reads and ``trio-live replay`` plays.

        Every frame, and what the program asks of the session: typed words, sound, keys, transitions. It holds voices, words and handles, but no key and no address; it can be read by its owner alone. Replaces what an
        earlier call of this or of `wire_recorder` chose.

        Args:
            path: of the file; one that exists is replaced when connecting. It is a `ConnectError` when that fails.

        Raises:
            TypeError: no path.
        """
        return self._with(attrs.evolve(self.spec, recording=Path(path)))

    def wire_recorder(self, recorder: WireRecorder) -> Self:
        """Give every frame of the session, and what the program asks of it, to a recorder.

        Replaces what an earlier call of this or of `record_wire` chose.

        Args:
            recorder: `MemoryWireRecorder`, or one of your own. It is yours to close.

        Raises:
            TypeError: it has no such methods.
        """
        from trio_live.recording import WireRecorder

        if not isinstance(recorder, WireRecorder):
            raise TypeError(f"a recorder has the methods record and flush, which {recorder!r} has not")
        return self._with(attrs.evolve(self.spec, recording=recorder))

    def record_notes(self, path: str | os.PathLike[str]) -> Self:
        """Note in a file what the session does, beside a recording: `record_wire` keeps what was said, this why.

        Events, changes of the State and who made them, steps, functions, guards, what was played, the link and the queues.
        ``trio-live inspect call.jsonl --notes call.notes --html call.html`` draws both. What `redact` hides is hidden. It can
        be read by its owner alone. Replaces what an earlier call chose.

        Args:
            path: of the file; one that exists is replaced when connecting. It is a `ConnectError` when that fails.

        Raises:
            TypeError: no path.
        """
        return self._with(attrs.evolve(self.spec, notes=Path(path)))

    def timeline(self, calls: CallLogs) -> Self:
        """Keep the timeline of each session, in memory, for a page that looks at it while it runs and afterwards.

        It costs some 50 µs a frame, and the memory of what it keeps; so it is not for every call in production. What
        `redact` hides is hidden. Replaces what an earlier call said.

        Args:
            calls: `trio_live.timeline.CallLogs`; one may be given to many builders.

        Raises:
            TypeError: it is none.
        """
        from trio_live.timeline import CallLogs

        if not isinstance(calls, CallLogs):
            raise TypeError(f"timelines are kept in a trio_live.timeline.CallLogs, not in {calls!r}")
        return self._with(attrs.evolve(self.spec, timeline=calls))

    def redact(
        self,
        *,
        cards: bool = True,
        digits: int | None = None,
        patterns: Mapping[str, str] | None = None,
        keys: Iterable[str] = (),
        keep_media: bool = False,
    ) -> Self:
        """Hide numbers, patterns and keys wherever something leaves the session.

        In events, in transcripts and what is made of them, in journals, snapshots, recordings, logs and spans. Functions get what the model gave them, ``on_tool_call`` and ``session.subscribe()`` see it, and the State holds what
        the program put into it. Nothing is hidden from the model. Replaces what an earlier call said.

        Args:
            cards: card numbers become ``[card ending 1111]``: 13 to 19 digits whose check digit is right.
            digits: other numbers of at least so many digits, from 1 to 64, become ``[redacted number]``.
            patterns: regular expressions, each with what takes the place of what it finds.
            keys: of the State, whose values are hidden whole.
            keep_media: True keeps sound and pictures in recordings, in which everything can still be heard and seen.

        Raises:
            TypeError: of the wrong type.
            ValueError: out of bounds, or no regular expression.
        """
        given = tuple((patterns or {}).items())
        for pattern, mask in given:
            check.text("mask", mask, empty=True)
            try:
                re.compile(check.text("pattern", pattern))
            except re.error as problem:
                raise ValueError(f"the pattern {pattern!r} is no regular expression: {problem}") from None
        redaction = Redaction(
            cards=check.flag("cards", cards),
            digits=None if digits is None else check.whole("digits", digits, 1, 64),
            patterns=given,
            keys=frozenset(check.text("key", key) for key in keys),
            keep_media=check.flag("keep_media", keep_media),
        )
        return self._with(attrs.evolve(self.spec, redaction=redaction if redaction.is_active else None))

    def session_id(self, session_id: str) -> Self:
        """Under which name the session is kept; ``"default"`` without this call, which does for one session at a time.

        Args:
            session_id: any text, such as the number of the caller.

        Raises:
            TypeError: no string.
            ValueError: empty.
        """
        return self._with(attrs.evolve(self.spec, session_id=check.text("session_id", session_id)))
