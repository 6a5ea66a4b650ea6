"""Ctrl-C in every place where a function of the user is called: the session ends in order, and one interrupt comes out."""

from __future__ import annotations

import signal
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary, Peer, call, settled
from tests.scenarios.misdeeds import PLACES, Place
from trio_live.errors import LinkLost


def pressing(*_: Any) -> None:
    signal.raise_signal(signal.SIGINT)


async def apressing(*_: Any) -> None:
    await trio.lowlevel.checkpoint()
    signal.raise_signal(signal.SIGINT)


BEFORE = {"dynamic instruction of the initial phase", "computed"}
"""They are called before there is a session: then there is nobody to say goodbye to."""
STRUCK = [where for where in PLACES if where != "on_phase"]
"""`on_phase` tells every step of the link, of dial and goodbye, too: there it would strike again and again."""


async def hold(place: Place, diary: Diary, peer: Peer) -> None:
    live = place.declare(apressing if place.is_async else pressing).on_disconnected(diary.anote("bye"))
    with trio.fail_after(120):
        async with call(live, peer):
            await settled()
            for frame in place.trigger:
                await peer.send(frame)
                await settled()
            await trio.sleep_forever()


async def code_of_the_goodbye(peer: Peer) -> int | None:
    """``None`` where nothing was dialled, or hung up before anything was said."""
    with trio.move_on_after(60, shield=True):
        try:
            while True:
                await peer.end.receive()
        except LinkLost as lost:
            return lost.code
    return None


@pytest.mark.parametrize("where", STRUCK)
def test_the_goodbye_is_said_and_the_last_callback_called_wherever_it_strikes(where: str) -> None:
    diary, codes = Diary(), list[int | None]()

    async def main() -> None:
        peer = Peer()
        try:
            await hold(PLACES[where], diary, peer)
        finally:
            codes.append(await code_of_the_goodbye(peer))

    with pytest.raises(KeyboardInterrupt):
        trio.run(main, clock=MockClock(autojump_threshold=0.05))
    assert diary.names() == ([] if where in BEFORE else ["bye"])
    assert codes == ([None] if where in BEFORE else [1000])
