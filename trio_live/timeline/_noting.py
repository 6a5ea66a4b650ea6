"""What a session does, as notes: what it decided, what it ran, what it wrote into its State, and who did.

It stands where spans are drawn (`Tracing`) and where mutations go (`JournalSink`), and reads the live events. It decides
nothing, waits for nothing, and never fails the session.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Protocol

import attrs
import trio

from trio_live import events
from trio_live._typing import Json, JsonObject, Seconds
from trio_live._wording import describe
from trio_live.events import LiveEvent
from trio_live.redaction import Redaction
from trio_live.state import Mutation
from trio_live.telemetry._internal import Answering
from trio_live.timeline._model import Note
from trio_live.wire import FunctionCall
from trio_live.wire_events._internal import Passed

logger = logging.getLogger("trio_live.timeline")

_WHO: Final[ContextVar[str]] = ContextVar("trio_live_writer", default="")
"""What runs in this context, and may write into the State."""

_ON_THE_WIRE: Final = (events.Audio, events.Media, events.TextDelta, events.Thought, events.Telemetry)
"""What the frames tell already, or a look does."""


class CallKeeper(Protocol):
    """Keeps what is noted of one call."""

    def note(self, note: Note) -> None:
        """Keep a note. Must not block."""


class Noter:
    """Notes what one session does.

    Args:
        keep: keeps a note.
        clock: seconds since the epoch.
        redaction: what is hidden; events and mutations come redacted, the rest is redacted here.
    """

    def __init__(
        self, keep: Callable[[Note], None], clock: Callable[[], Seconds], redaction: Redaction | None = None
    ) -> None:
        self._keep = keep
        self._clock = clock
        self._redaction = redaction
        self._has_failed = False
        self.mutations = 0
        """How often the State has changed."""

    def note(self, kind: str, data: JsonObject) -> None:
        """Note something."""
        hidden = data if self._redaction is None else self._redaction.json(data)
        try:
            self._keep(Note(self._clock(), kind, hidden))
        except Exception as problem:  # noqa: BLE001  # a call does not end because of who looks at it
            if not self._has_failed:
                self._has_failed = True
                logger.error("notes of a call are not kept any more: %s", describe(problem))  # noqa: TRY400

    def event(self, event: LiveEvent) -> None:
        """A live event was published; those that only repeat the wire are passed over."""
        is_piece = isinstance(event, events.InputTranscript | events.OutputTranscript) and not event.is_final
        if not is_piece and not isinstance(event, _ON_THE_WIRE):
            kind: Any = type(event)
            told = {field.name.rstrip("_"): as_json(getattr(event, field.name)) for field in attrs.fields(kind)}
            self.note("event", {"event": kind.__name__, **told})

    # -- what writes ----------------------------------------------------------------------------------------------

    def record(self, mutation: Mutation) -> None:
        """See `JournalSink.record`."""
        self.mutations += 1
        self.note("mutation", {**mutation.to_json(), "who": _who(mutation.key)})

    def flush(self) -> None:
        """See `JournalSink.flush`."""

    # -- what runs ------------------------------------------------------------------------------------------------

    def begin(self, catch_up: Callable[[], None]) -> None:
        """See `Tracing.begin`."""

    def observe(self, routed: Sequence[tuple[Passed, Seconds]]) -> None:
        """See `Tracing.observe`."""

    @contextmanager
    def tools(self, calls: Sequence[FunctionCall]) -> Generator[Answering, None, None]:
        """See `Tracing.tools`."""
        answers = _Answers()
        names = ", ".join(call.name for call in calls)
        began, told = self._clock(), dict[str, Any]()
        try:
            with _as_writer(f"function {names}"):
                yield answers
        except BaseException as error:
            told = {"error": type(error).__name__, "reason": _reason(error)}
            raise
        finally:
            for call in calls:
                told_of_it = {"id": call.id, "name": call.name, "began": began, **told}
                if id(call) in answers.errors:
                    told_of_it["error"] = answers.errors[id(call)]
                self.note("tool", told_of_it)

    def extraction(self, name: str) -> Any:
        """See `Tracing.extraction`."""
        return self.doing("extraction", name)

    @contextmanager
    def doing(self, what: str, name: str) -> Generator[None, None, None]:
        """See `Tracing.doing`."""
        began, told = self._clock(), dict[str, Any]()
        try:
            with _as_writer(f"{what} {name}"):
                yield
        except BaseException as error:
            told = {"error": type(error).__name__}
            raise
        finally:
            self.note(what, {"name": name, "began": began, **told})

    def dialled(self, generation: int) -> None:
        """See `Tracing.dialled`."""
        self.note("connection", {"state": "dialled", "generation": generation})

    def connected(self) -> None:
        """See `Tracing.connected`."""
        self.note("connection", {"state": "connected"})

    def lost(self, reason: str, code: int | None) -> None:
        """See `Tracing.lost`."""
        self.note("connection", {"state": "lost", "code": code, "reason": reason})


class _Answers:
    def __init__(self) -> None:
        self.errors: dict[int, str] = {}

    def answered(self, call: FunctionCall, result: Json, error: str | None = None) -> None:  # noqa: ARG002  # the wire has it
        """See `Answering.answered`."""
        if error is not None:
            self.errors[id(call)] = error


def as_json(found: Any) -> Json:
    """A field of an event as JSON: what is none is shown."""
    try:
        return json.loads(json.dumps(found))
    except (TypeError, ValueError, RecursionError):
        value = getattr(found, "value", None)
        return value if isinstance(value, str) else repr(found)


@contextmanager
def _as_writer(who: str) -> Generator[None, None, None]:
    token = _WHO.set(who)
    try:
        yield
    finally:
        _WHO.reset(token)


def _who(key: str) -> str:
    """Who writes a key now: what runs, or else the session itself, or the task of whoever does."""
    if running := _WHO.get():
        return running
    if key.startswith(("session:", "turn:")):
        return "session"
    try:
        return f"task {trio.lowlevel.current_task().name.rpartition('.')[2]}"
    except RuntimeError:
        return "another thread"


def _reason(error: BaseException) -> str | None:
    """Why something was cancelled, where Trio knows."""
    if isinstance(error, trio.Cancelled):
        reason, source = getattr(error, "reason", None), getattr(error, "source", None)
        return reason or (f"cancelled: {source}" if source else None)
    return describe(error)
