"""Where a decision has to wait for a function of the user: it says what is to be run, and goes on when that has ended.

This room waits for nothing. What moves a talk is a generator: it yields each call that somebody has to make, in order,
and returns what came of it. Whoever drives it calls the function, keeps its time, tells what it raised, and resumes
the generator, or closes it when the call was cancelled. So one place runs the code of users, and knows by name what
it is waiting for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Final, TypeAlias, TypeVar

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.events import SessionWriter
from trio_live.state import State

T = TypeVar("T")


HOOK_WITHIN: Final[Seconds] = 30.0
"""How long ``on_enter`` and ``on_exit`` may take: the talk stands still meanwhile."""
ENTRY_WITHIN: Final[Seconds] = 10.0
"""How long ``on_enter`` of the initial phase may take: whoever connects is waiting for it."""


@value
class HookCall:
    """A function of the user that is to be called now."""

    where: str
    """What it is, in words: ``phase 'menu' on_enter``."""
    function: Callable[[State, SessionWriter], Awaitable[object]]
    timeout: Seconds | None = None
    """How long it may take; ``None``: as long as it likes."""


Steps: TypeAlias = Generator[HookCall, None, T]
"""The calls of a move, in order, and what came of it."""
