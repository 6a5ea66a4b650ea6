"""The wish for another connection, though nothing is wrong with this one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from trio_live.lanes._latch import Latch


class Renewal:
    """Asked for by whoever changes what only a setup can say. The next connection fulfils it, whyever it is dialled."""

    def __init__(self) -> None:
        self._wanted = Latch()

    @property
    def is_wanted(self) -> bool:
        """Whether another connection is asked for."""
        return self._wanted.is_set()

    def ask(self) -> None:
        """Have this connection left at once for another one, which is told the talk so far."""
        self._wanted.set()

    def told(self, listener: Callable[[], object]) -> AbstractContextManager[None]:
        """Call ``listener`` when it is asked for during the block; at once if it was before."""
        return self._wanted.told(listener)

    def fulfil(self) -> None:
        """Another connection is about to be set up."""
        self._wanted.clear()
