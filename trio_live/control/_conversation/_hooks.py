"""Making the calls that a move of the phases asks for."""

from __future__ import annotations

from typing import TypeVar

from trio_live._tasks import within
from trio_live.events import SessionWriter
from trio_live.lanes._internal import Dispatcher
from trio_live.phases._internal import Steps
from trio_live.state import State

T = TypeVar("T")


async def run_steps(steps: Steps[T], dispatcher: Dispatcher, state: State, writer: SessionWriter) -> T:
    """Make every call the steps name, each within its time, and return what came of them.

    A call that raises or takes too long is told by the dispatcher under the name the steps gave it, and the steps go
    on: a phase is entered although its hook failed.

    Cancellation: the call in progress is cancelled and the steps are closed where they stand.
    """
    try:
        while True:
            call = next(steps)
            await dispatcher.run(call.where, within, call.timeout, call.function, state, writer)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        steps.close()
