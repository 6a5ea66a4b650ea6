from __future__ import annotations

import time

import pytest
import trio
from trio.testing import MockClock

from trio_live.emulator._calendar import Calendar


async def test_the_calendar_runs_with_trios_clock(autojump_clock: MockClock) -> None:
    calendar = Calendar()
    start = calendar.now()
    assert start == pytest.approx(time.time(), abs=60)
    await trio.sleep(86_400)
    assert calendar.now() == pytest.approx(start + 86_400)
