"""Small things that hooks and guards of the tests here are made of."""

from __future__ import annotations

from trio_live.phases import PhaseHook, Programmatic
from trio_live.state import State

FORCE = Programmatic("test")


class Cancelled(BaseException):
    """Stands for a cancellation."""


def yes(_state: State) -> bool:
    return True


def raising(error: BaseException) -> PhaseHook:
    async def hook(*_: object) -> None:
        raise error

    return hook
