"""Python's collector of cycles, told that this process holds many calls.

The collector looks when so many objects were made and are still there: 700, unless told otherwise. Of many tasks that
sleep and wake, each leaves some dozen behind whenever it sleeps, none of them garbage. So the collector looks many times a
second and finds nothing; now and then it looks at all objects of all calls, and meanwhile no call is heard. Measured with
150 calls in one process: up to a quarter of the time, and pauses of 100 ms.

What it is for, objects that refer to each other in a circle, is seldom made by a call. So it may look seldom.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

MANY_OBJECTS: Final = 50_000
YOUNG_LOOKS: Final = 20
OLD_LOOKS: Final = 100
FROZEN_AT_START: Final = 1000
"""Fewer objects than these are frozen by the interpreter itself as it starts: 375 in Python 3.12.1, else none."""


@contextmanager
def tuned_collector(*, objects: int = MANY_OBJECTS) -> Generator[None, None, None]:
    """Let the collector of cycles look seldom while this block runs.

    ``with tuned_collector(): trio.run(main)`` is for a process that holds many calls, and of no use for a few. What exists
    when the block begins (modules, classes, tables) is not looked at again within it; when it has ended, everything is
    as before. The collector belongs to the process, so use one such block, around the run.

    Args:
        objects: so many more objects there may be before the collector looks at the young ones; Python's own number is
            700. Each takes some hundred bytes, so the default lets some megabytes of garbage wait.

    Raises:
        ValueError: ``objects`` is less than Python's own number.
    """
    least = 700
    if objects < least:
        raise ValueError(f"the collector is to look seldom: objects is from {least} on, not {objects!r}")
    before, was_frozen = gc.get_threshold(), gc.get_freeze_count()
    gc.collect()
    gc.freeze()
    gc.set_threshold(objects, YOUNG_LOOKS, OLD_LOOKS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if was_frozen < FROZEN_AT_START:  # else somebody else has frozen what is to stay so
            gc.unfreeze()
