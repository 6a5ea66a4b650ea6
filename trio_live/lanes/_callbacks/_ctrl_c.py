"""Ctrl-C, wherever it strikes: the session ends in order, and one `KeyboardInterrupt` comes out of its block.

Python raises it in whatever code is running, and Trio lets it, but in code that asks not to be interrupted. So it may
come out of a callback of the user, in any task of the session. Left to itself it would bring all of them down at
once, without a goodbye, without ``on_disconnected``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from trio_live._tasks import unwrapped


@contextmanager
def told_of_ctrl_c(stop: Callable[[KeyboardInterrupt], None]) -> Generator[None, None, None]:
    """Let a Ctrl-C that comes out of the block end the session instead of the task.

    Args:
        stop: ends the session with it.
    """
    try:
        yield
    except KeyboardInterrupt as pressed:
        stop(pressed)
    except BaseExceptionGroup as group:
        pressed_in, rest = group.split(KeyboardInterrupt)
        if pressed_in is None:
            raise
        stop(first_of(pressed_in))
        if rest is not None:
            raise unwrapped(rest) from None


def first_of(group: BaseExceptionGroup[KeyboardInterrupt]) -> KeyboardInterrupt:
    """The first Ctrl-C in a group of nothing else."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first
