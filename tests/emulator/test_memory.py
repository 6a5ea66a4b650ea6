from __future__ import annotations

import pytest
from trio.testing import MockClock

from tests.emulator.callers import calling, persona
from trio_live.emulator import Emulation, FaultPlan, Point, Strike
from trio_live.errors import ConnectError, ConnectRejected

SCRIPT = """
[[rule]]
heard = { keywords = ["weather"] }
call = { tool = "weather" }
then = "It is {weather}."
[[default]]
say = "You said {heard}."
"""


async def test_an_upgrade_may_be_refused_or_hung_up(autojump_clock: MockClock) -> None:
    plan = FaultPlan((Strike(fault="http_503", connection=1), Strike(fault="cut", at=Point.UPGRADE, connection=2)))
    emulation = Emulation(persona(SCRIPT), faults=plan)
    with pytest.raises(ConnectRejected) as refused:
        async with calling(emulation):
            pass
    assert refused.value.code == 503
    with pytest.raises(ConnectError, match="hung up"):
        async with calling(emulation):
            pass
    async with calling(emulation) as caller:
        await caller.setup()
        assert await caller.ask("hello") == "You said hello."
