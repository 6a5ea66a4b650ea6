"""A session whose frames are recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from trio_live._typing import Seconds
from trio_live.errors import ConnectError
from trio_live.lanes._internal import SessionPlan
from trio_live.recording import FileWireRecorder, WireRecorder
from trio_live.recording._internal import ActLog, RedactingRecorder, SafeRecorder, recorded


@contextmanager
def open_recording(
    recording: Path | WireRecorder, plan: SessionPlan, clock: Callable[[], Seconds]
) -> Iterator[SessionPlan]:
    """The plan of a session whose connections are recorded.

    Args:
        recording: a file, which is made now and closed with the block; or what records.
        plan: of the session.
        clock: seconds since the epoch.

    Raises:
        ConnectError: the file cannot be written.
    """
    if not isinstance(recording, Path):
        yield _recorded(plan, _hiding(plan, recording), clock)
        return
    try:
        recorder = FileWireRecorder(recording)
    except OSError as problem:
        raise ConnectError(f"the recording {recording} cannot be written: {problem.strerror or problem}") from problem
    with recorder:
        yield _recorded(plan, _hiding(plan, recorder), clock)


def _hiding(plan: SessionPlan, recorder: WireRecorder) -> WireRecorder:
    return recorder if plan.redaction is None else RedactingRecorder(recorder, plan.redaction)


def _recorded(plan: SessionPlan, recorder: WireRecorder, clock: Callable[[], Seconds]) -> SessionPlan:
    safe = SafeRecorder(recorder, clock)
    return attrs.evolve(plan, dial=recorded(plan.dial, safe), acts=ActLog(safe))
