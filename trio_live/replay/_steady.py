"""Runs of Trio that come out the same each time.

Of tasks that could run at the same instant Trio picks one by chance, so that no program comes to rely on an order. On a
virtual clock that is many: whatever takes half a second is done in the very instant in which every other half second is
over. For a replay chance is given a seed, by the switch that Trio has for Hypothesis and pytest-trio; a Trio without it
replays all the same, but for such instants.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Final

SWITCH: Final = "_ALLOW_DETERMINISTIC_SCHEDULING"
DICE: Final = "_r"


@contextmanager
def steady_scheduler() -> Generator[None, None, None]:
    """Every run of Trio that begins in the block, one after the other, makes the same choices."""
    scheduler = import_module("trio._core._run")
    dice = getattr(scheduler, DICE, None)
    if not isinstance(dice, random.Random) or not hasattr(scheduler, SWITCH):
        yield
        return
    before, state = getattr(scheduler, SWITCH), dice.getstate()
    setattr(scheduler, SWITCH, True)
    dice.seed(0)
    try:
        yield
    finally:
        setattr(scheduler, SWITCH, before)
        dice.setstate(state)
