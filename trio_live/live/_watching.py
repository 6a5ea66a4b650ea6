"""A session that is looked at: its notes, its frames, and a look at its link and its queues now and then."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final, Protocol

import attrs
import trio

from trio_live import events
from trio_live._tasks import open_service_nursery
from trio_live._typing import JsonObject, Seconds
from trio_live.errors import ConnectError
from trio_live.lanes import QUEUES, LiveEventStream
from trio_live.lanes._internal import SessionPlan
from trio_live.live._pages import LiveSpec
from trio_live.phases._internal import Explanation
from trio_live.recording._internal import SafeRecorder, recorded
from trio_live.resilience import LinkStatus
from trio_live.state._internal import plain, tap
from trio_live.telemetry import SessionTelemetry
from trio_live.timeline import CallLog, Note
from trio_live.timeline._internal import CallKeeper, Noter, NotesFile, joined
from trio_live.voice import BackendVadSnapshot, PlaybackSnapshot

logger = logging.getLogger("trio_live.timeline")

LOOK_EVERY: Final[Seconds] = 0.1
"""At what is played: as often as a player reports."""
LOOKS_AT_LINK: Final = 5
"""So many looks at what is played for one at link and queues."""
LOOKS_AT_TASKS: Final = 50
MOST_TASKS: Final = 200
"""That a tree shows."""
FRAMES_AT_ONCE: Final = 200
"""That are read between two looks, so that nobody waits for long."""
LAST_WORDS: Final[Seconds] = 1.0
"""So long the last events of a session are waited for."""

SHOWN: Final = ("model", "phases", "initial_phase")
"""What a page shows of a contract."""

MOVES: Final = (
    events.Connected,
    events.TurnComplete,
    events.PhaseTransition,
    events.AgentTransfer,
    events.ToolExecution,
)
"""After these a talk may stand elsewhere."""


class Watched(Protocol):
    """A session, as far as it is looked at: a `LiveHandle`."""

    def events(self) -> LiveEventStream[events.LiveEvent]:
        """Its events from now on."""

    def explain(self) -> Explanation | None:
        """Where its talk stands."""

    @property
    def playback(self) -> PlaybackSnapshot:
        """What was played."""

    @property
    def input_vad_state(self) -> BackendVadSnapshot | None:
        """Whether its own detector hears the user."""

    @property
    def link(self) -> LinkStatus:
        """Its link."""

    @property
    def telemetry(self) -> SessionTelemetry:
        """Its counters."""


class Watch:
    """Looks at one session.

    Args:
        noter: notes what it sees.
        log: the timeline that is kept of the session; ``None``: none is.
    """

    def __init__(self, noter: Noter, log: CallLog | None) -> None:
        self._noter = noter
        self._log = log
        self._looks = 0
        self._played: JsonObject = {}
        self._explained: JsonObject = {}
        self._explained_at = 0
        """The count of mutations then."""

    @asynccontextmanager
    async def attending(self) -> AsyncGenerator[Callable[[Watched], None], None]:
        """Gives a function that begins to look at a session, which must be over when the block is left.

        Cancellation: what was not read yet is not noted.
        """
        finished = trio.Event()
        root = trio.lowlevel.current_task()
        async with open_service_nursery("the session is over") as nursery:
            looking = trio.CancelScope()
            begun = False

            def attend(handle: Watched) -> None:
                nonlocal begun
                begun = True
                nursery.start_soon(self._read, handle.events(), handle, finished)
                nursery.start_soon(self._look_often, handle, root, looking)

            try:
                yield attend
            finally:
                looking.cancel()
                if begun:
                    with trio.CancelScope(shield=True), trio.move_on_after(LAST_WORDS):
                        await finished.wait()

    async def _read(self, stream: LiveEventStream[events.LiveEvent], handle: Watched, finished: trio.Event) -> None:
        async with stream:
            self._explain(handle)
            async for event in stream:
                if isinstance(event, events.Interrupted):
                    self._look_at_playback(handle)
                self._noter.event(event)
                if isinstance(event, MOVES):
                    self._explain(handle)
        finished.set()

    async def _look_often(self, handle: Watched, root: trio.lowlevel.Task, looking: trio.CancelScope) -> None:
        with looking:
            while self._looks_once(handle, root):  # noqa: ASYNC110  # nothing tells of what is looked at
                await trio.sleep(LOOK_EVERY)

    def _looks_once(self, handle: Watched, root: trio.lowlevel.Task) -> bool:
        """Look; whether that went well. A call does not end because of who looks at it."""
        try:
            self._look_at_playback(handle)
            if self._noter.mutations != self._explained_at:  # guards read the State, between turns as well
                self._explain(handle)
            if self._looks % LOOKS_AT_LINK == 0:
                self._look_at_link(handle, root)
            self._looks += 1
            if self._log is not None:
                self._log.catch_up(FRAMES_AT_ONCE)
        except Exception:
            logger.exception("a call is not looked at any more")
            return False
        return True

    def _look_at_playback(self, handle: Watched) -> None:
        playback, vad = handle.playback, handle.input_vad_state
        epochs = [plain(epoch) for epoch in playback.epochs[-2:]]
        seen = {
            "playback": {"is_reported": playback.is_reported, "epochs": epochs},
            **({} if vad is None else {"hears": vad.speaking}),
        }
        if seen != self._played:
            self._played = seen
            self._noter.note("sample", seen)

    def _look_at_link(self, handle: Watched, root: trio.lowlevel.Task) -> None:
        link = plain(handle.link)
        look: JsonObject = {
            "link": {**link, "closes": link["closes"][-5:]},
            "queues": {name: depth() for name, depth in handle.telemetry.gauges.items()},
            "room": {name: queue.capacity for name, queue in QUEUES.items()},
        }
        if self._looks % LOOKS_AT_TASKS == 0:
            look["tasks"] = tree_of(root)
        self._noter.note("sample", look)

    def _explain(self, handle: Watched) -> None:
        self._explained_at = self._noter.mutations
        found = handle.explain()
        if found is None:
            return
        told: JsonObject = {
            "phase": found.phase,
            "terminal": found.terminal,
            "needs": dict(found.needs),
            "ways": [
                {
                    "target": way.target,
                    "description": way.description,
                    "open": way.is_open,
                    "obstacles": list(way.obstacles),
                }
                for way in found.ways
            ],
        }
        if told != self._explained:
            self._explained = told
            self._noter.note("explanation", told)


def tree_of(root: trio.lowlevel.Task, most: int = MOST_TASKS) -> JsonObject:
    """A task with those in its nurseries, and so on: their names.

    Args:
        root: the task.
        most: so many are shown.
    """
    left = [most]

    def shown(task: trio.lowlevel.Task) -> JsonObject:
        left[0] -= 1
        return {
            "name": task.name,
            "nurseries": [
                [shown(child) for child in sorted(nursery.child_tasks, key=lambda task: task.name) if left[0] > 0]
                for nursery in task.child_nurseries
            ],
        }

    return shown(root)


@contextmanager
def open_watch(
    spec: LiveSpec, plan: SessionPlan, clock: Callable[[], Seconds], contract: JsonObject
) -> Iterator[tuple[SessionPlan, Watch]]:
    """The plan of a session that is looked at, and who does.

    Args:
        spec: what its builder has chosen.
        plan: of the session.
        clock: seconds since the epoch.
        contract: what its agent declares.

    Raises:
        ConnectError: the file of notes cannot be made.
    """
    with ExitStack() as stack:
        keepers: list[CallKeeper] = []
        if spec.notes is not None:
            keepers.append(stack.enter_context(_notes_file(spec.notes)) if isinstance(spec.notes, Path) else spec.notes)
        log = None
        if spec.timeline is not None:
            log = stack.enter_context(spec.timeline.call(plan.redaction))
            keepers.append(log)
            plan = attrs.evolve(plan, dial=recorded(plan.dial, SafeRecorder(log, clock)))
        noter = Noter(_keeping(keepers), clock, plan.redaction)
        noter.note("contract", {name: contract[name] for name in SHOWN})
        for key, value in plan.state.to_dict(redacted=True).items():
            noter.note("mutation", {"key": key, "new": value, "origin": "set", "who": "there from the beginning"})
        stack.callback(tap(plan.state, noter))
        yield attrs.evolve(plan, tracing=joined(plan.tracing, noter)), Watch(noter, log)


def _keeping(keepers: list[CallKeeper]) -> Callable[[Note], None]:
    def keep(note: Note) -> None:
        for keeper in keepers:
            keeper.note(note)

    return keep


def _notes_file(path: Path) -> NotesFile:
    try:
        return NotesFile(path)
    except OSError as problem:
        raise ConnectError(f"the notes {path} cannot be written: {problem.strerror or problem}") from problem
