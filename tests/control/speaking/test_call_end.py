from __future__ import annotations

import trio
from trio.testing import MockClock

from tests.peer import settled
from trio_live.control._speaking._call_end import CallEnd
from trio_live.control._speaking._playback import GRACE, Playback
from trio_live.lanes._internal import PhaseWatch
from trio_live.session import SessionPhase
from trio_live.wire_events import TurnComplete
from trio_live.wire_events._internal import SoundRun

SECOND = 48_000


async def test_it_is_asked_for_once_and_waits_for_the_last_word(autojump_clock: MockClock) -> None:
    playback, hung_up = Playback(), list[float]()
    async with trio.open_nursery() as nursery:
        end = CallEnd(
            playback,
            PhaseWatch(lambda: SessionPhase.ACTIVE),
            catch_up=lambda: None,
            beside=nursery.start_soon,
            hang_up=lambda: hung_up.append(trio.current_time()),
        )
        end.ask(60)
        await settled()
        run = SoundRun()
        run.sizes.append(3 * SECOND)
        run.instants.append(trio.current_time())
        playback.observe(run, trio.current_time())
        playback.observe(TurnComplete(), 1.0)
        end.ask(1)
    assert hung_up == [3 + GRACE]
