"""The middleware that stands around whatever runs now.

A tool may be a text agent, which has tools of its own, whose tools may be agents. What was put around the outermost
concerns all of them; handing it down by hand would put a parameter on every function between. So it travels with the
task, as Trio's own context does: a child task begins with what its parent had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

from trio_live.tools import ToolMiddleware

_IN_FORCE: ContextVar[tuple[ToolMiddleware, ...]] = ContextVar("trio_live_middleware", default=())


def middleware_in_force() -> tuple[ToolMiddleware, ...]:
    """What stands around the code that asks, outermost first."""
    return _IN_FORCE.get()


def put_in_force(middleware: Iterable[ToolMiddleware]) -> AbstractContextManager[tuple[ToolMiddleware, ...]]:
    """Let more middleware stand around the block, inside of what is there; nothing stands there twice."""
    outer = _IN_FORCE.get()
    more = [each for each in middleware if not any(each is other for other in outer)]
    return _inside((*outer, *more)) if more else nullcontext(outer)


@contextmanager
def _inside(layers: tuple[ToolMiddleware, ...]) -> Iterator[tuple[ToolMiddleware, ...]]:
    token = _IN_FORCE.set(layers)
    try:
        yield layers
    finally:
        _IN_FORCE.reset(token)
