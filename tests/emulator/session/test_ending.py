from __future__ import annotations

import trio

from trio_live.emulator._service import Refused
from trio_live.emulator._session._ending import Ending

FIRST, SECOND = Refused(1011, "first"), Refused(1008, "second")


def test_the_first_reason_counts() -> None:
    ending = Ending()
    ending.refuse(FIRST)
    ending.refuse(SECOND)
    ending.cut()
    assert ending.has_come
    assert ending.refusal is FIRST
    assert not ending.is_cut
    assert not Ending().has_come


def test_a_cut_has_no_words() -> None:
    ending = Ending()
    ending.cut()
    ending.refuse(FIRST)
    assert ending.is_cut
    assert ending.refusal is None


async def test_an_ending_stops_whoever_listens() -> None:
    ending = Ending()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.lowlevel.checkpoint)
        ending.refuse(FIRST)
        with ending.listening:
            await trio.sleep_forever()
    assert ending.listening.cancelled_caught
