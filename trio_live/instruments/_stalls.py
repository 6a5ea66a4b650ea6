"""Who holds up the loop: a task that computes, or blocks, without letting others run.

While one task does so, nothing else happens in the process: no sound of any call is read, none is sent. Trio tells an
instrument when a task is about to run and when it has given way again, which says who it was and for how long. Where it
was is another matter: when it gives way, it is somewhere else. So a thread looks, twice in each span that is too long,
whether the task that runs has been running for longer, and if so takes down where it is.

::

    task      ├──────── step ────────────────┤            too long: told with what the thread saw
    thread       ·       ·       ! where is it?   ·

It costs a look at the clock before and after each step, and a wake-up of the thread; so it is not on by itself.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final, TypeAlias

import trio

from trio_live._typing import Seconds
from trio_live._values import value

logger = logging.getLogger("trio_live.instruments")

STALLS_KEPT: Final = 64
"""Of the newest ones."""

FRAMES_SHOWN: Final = 8
"""Of the place, the innermost last; Trio's own are left out."""

_TRIO: Final = str(Path(trio.__file__).parent)

_Step: TypeAlias = tuple[trio.lowlevel.Task, Seconds]


@value
class Stall:
    """A task that held up the loop."""

    task: str
    """Its name, which Trio makes from the function it began with."""
    seconds: Seconds
    """For how long."""
    where: str
    """Its innermost frames while it did, as a traceback shows them; empty if it was over before anybody looked."""

    def __str__(self) -> str:
        place = f", here:\n{self.where}" if self.where else ""
        return f"the task {self.task} held up the loop for {1000 * self.seconds:.0f} ms{place}"


class StallDetector(trio.abc.Instrument):
    """Names the tasks that hold up the loop: ``trio.run(main, instruments=[StallDetector()])``.

    Each is logged as a warning and kept in `stalls`. One detector watches one run.

    Args:
        over: seconds that a task may run without letting others run; from 0.001.
        on_stall: called with each, between two steps; must not raise.
        stopwatch: seconds that never run backwards, on the wall.

    Raises:
        ValueError: ``over`` is less than a millisecond.
    """

    def __init__(
        self,
        over: Seconds = 0.05,
        on_stall: Callable[[Stall], object] | None = None,
        *,
        stopwatch: Callable[[], Seconds] = time.perf_counter,
    ) -> None:
        if not over >= 0.001:  # noqa: PLR2004  # and not for what is no number either
            raise ValueError(f"a stall is longer than a millisecond, not than {over!r} s")
        self.over = over
        self.stalls: deque[Stall] = deque(maxlen=STALLS_KEPT)
        """The newest, oldest first."""
        self.count = 0
        """Of all so far."""
        self._on_stall = on_stall
        self._stopwatch = stopwatch
        self._step: _Step | None = None
        self._seen: tuple[_Step, str] | None = None
        self._thread = 0
        self._looker: threading.Thread | None = None
        self._over = threading.Event()

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        """A step of a task begins, see `trio.abc.Instrument`."""
        if self._looker is None:
            self._start_looking()
        self._step = (task, self._stopwatch())

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        """A step of a task has ended, see `trio.abc.Instrument`."""
        step, self._step = self._step, None
        if step is None:  # the detector was added in this very step
            return
        took = self._stopwatch() - step[1]
        if took > self.over:
            seen = self._seen
            self._tell(Stall(task.name, took, seen[1] if seen is not None and seen[0] is step else ""))

    def after_run(self) -> None:
        """See `trio.abc.Instrument`."""
        self.close()

    def close(self) -> None:
        """Stop looking; for a detector that was removed from a run that goes on."""
        self._over.set()
        looker, self._looker = self._looker, None
        if looker is not None:
            looker.join()

    def look(self) -> None:
        """Take down where the task is that runs now, if it has been running for too long. For any thread but that one."""
        step, seen = self._step, self._seen
        if step is None or (seen is not None and seen[0] is step) or self._stopwatch() - step[1] <= self.over:
            return
        frame = sys._current_frames().get(self._thread)  # noqa: SLF001  # it is documented, for this
        where = "" if frame is None else _place(frame)
        if self._step is step:  # or it is the place of another one
            self._seen = (step, where)

    def _start_looking(self) -> None:
        self._thread = threading.get_ident()
        self._over.clear()
        self._looker = threading.Thread(target=self._keep_looking, name="trio-live stall detector", daemon=True)
        self._looker.start()

    def _keep_looking(self) -> None:
        while not self._over.wait(self.over / 2):
            self.look()

    def _tell(self, stall: Stall) -> None:
        self.count += 1
        self.stalls.append(stall)
        logger.warning("%s", stall)
        if self._on_stall is not None:
            try:
                self._on_stall(stall)
            except Exception:  # Trio would take the detector away without a word to whoever waits for it
                logger.exception("on_stall raised; the detector goes on")


def _place(frame: FrameType) -> str:
    """Where a thread is, in the code of the program and of the libraries it uses."""
    frames = [each for each in traceback.extract_stack(frame) if not each.filename.startswith(_TRIO)]
    return "".join(traceback.format_list(frames[-FRAMES_SHOWN:]))
