"""A session whose frames are recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from trio_live.errors import ConnectError
from trio_live.lanes._internal import SessionPlan
from trio_live.live._clock import session_clock
from trio_live.recording import FileWireRecorder, WireRecorder
from trio_live.recording._internal import RedactingRecorder, recorded


@contextmanager
def open_recording(recording: Path | WireRecorder, plan: SessionPlan) -> Iterator[SessionPlan]:
    """The plan of a session whose connections are recorded.

    Args:
        recording: a file, which is made now and closed with the block; or what records.
        plan: of the session.

    Raises:
        ConnectError: the file cannot be written.
    """
    if not isinstance(recording, Path):
        yield _recorded(plan, _hiding(plan, recording))
        return
    try:
        recorder = FileWireRecorder(recording)
    except OSError as problem:
        raise ConnectError(f"the recording {recording} cannot be written: {problem.strerror or problem}") from problem
    with recorder:
        yield _recorded(plan, _hiding(plan, recorder))


def _hiding(plan: SessionPlan, recorder: WireRecorder) -> WireRecorder:
    return recorder if plan.redaction is None else RedactingRecorder(recorder, plan.redaction)


def _recorded(plan: SessionPlan, recorder: WireRecorder) -> SessionPlan:
    return attrs.evolve(plan, dial=recorded(plan.dial, recorder, session_clock(plan.state)))
