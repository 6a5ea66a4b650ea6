"""Small things that hooks and guards of the tests here are made of."""

from __future__ import annotations

from typing import TypeVar

from trio_live.conversation import TranscriptTurn, TranscriptWindow
from trio_live.events import SessionWriter
from trio_live.phases import PhaseHook, Programmatic
from trio_live.phases._internal import ErrorReporter, Steps
from trio_live.state import State

T = TypeVar("T")

WINDOW = TranscriptWindow((TranscriptTurn(0, user="Hello"),))
"""The last turns of a talk, as hooks see them."""

FORCE = Programmatic("test")


class Cancelled(BaseException):
    """Stands for a cancellation."""


def yes(_state: State) -> bool:
    return True


def raising(error: BaseException) -> PhaseHook:
    async def hook(*_: object) -> None:
        raise error

    return hook


async def made(steps: Steps[T], report: ErrorReporter, state: State, writer: SessionWriter) -> T:
    """Make the calls of a move as a session does: what raises is told, what is cancelled closes the move."""
    try:
        while True:
            call = next(steps)
            try:
                await call.function(state, writer)
            except Exception as error:  # noqa: BLE001  # as a session does
                report(call.where, error)
    except StopIteration as end:
        value: T = end.value
        return value
    finally:
        steps.close()
