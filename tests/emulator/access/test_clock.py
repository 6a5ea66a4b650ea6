from __future__ import annotations

import time

import pytest
import trio
from trio.testing import MockClock

from trio_live.emulator._access._clock import WallClock


async def test_the_clock_runs_with_trios_clock(autojump_clock: MockClock) -> None:
    clock = WallClock()
    start = clock.now()
    assert start == pytest.approx(time.time(), abs=60)
    await trio.sleep(86_400)
    assert clock.now() == pytest.approx(start + 86_400)
