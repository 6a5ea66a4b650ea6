"""The wall clock of a session."""

from __future__ import annotations

import time
from collections.abc import Callable

import trio

from trio_live._typing import Seconds
from trio_live.state import State


def wall_clock() -> Callable[[], Seconds]:
    """Seconds since the epoch, as the session's own clock counts them; may be read from any thread."""
    clock = trio.lowlevel.current_clock()
    offset = time.time() - clock.current_time()
    return lambda: offset + clock.current_time()


def session_clock(state: State) -> Callable[[], Seconds]:
    """The wall clock of a session: that of its State, if that has one."""
    return state.clock or wall_clock()
