"""Waits for the moment in which a connection is left whose end the server has announced. Which one, `resilience` says.

Quiet is made of several things: the phase, the turn, open calls, what waits to be written, the handle that follows a turn.
They are looked at ten times a second, and only in the minute between the warning and the end.
"""

from __future__ import annotations

from typing import Final

import trio

from trio_live._typing import Seconds
from trio_live.lanes._sending import Outbound
from trio_live.resilience._internal import Notice, Scene, may_leave
from trio_live.session import SessionPhase
from trio_live.session._internal import SessionProtocol

LOOKS_EVERY: Final[Seconds] = 0.1


async def wait_moment(protocol: SessionProtocol, outbound: Outbound, notice: Notice) -> None:
    """Wait for a quiet moment, or until the time is up.

    Args:
        protocol: knows what goes on.
        outbound: knows what waits to be written.
        notice: the server's word.

    Cancellation: harmless; the connection is over in another way.
    """
    idle_since = trio.current_time()
    while True:
        now = trio.current_time()
        is_idle = is_quiet(protocol)
        idle_since = idle_since if is_idle else now
        scene = Scene(is_idle=is_idle, unsent=outbound.depth, is_covered=is_covered(protocol), idle_since=idle_since)
        if may_leave(notice, scene, now):
            return
        await trio.sleep_until(min(now + LOOKS_EVERY, max(now, notice.leave_by)))


def is_quiet(protocol: SessionProtocol) -> bool:
    """Whether nobody speaks, and nobody owes anybody an answer."""
    turns, calls = protocol.turns, protocol.calls
    return protocol.phase is SessionPhase.ACTIVE and not (turns.is_open or calls.waits or protocol.activity_open)


def is_covered(protocol: SessionProtocol) -> bool:
    """Whether the newest handle holds every turn, or none was ever given."""
    resumption = protocol.resumption
    return resumption.covers == protocol.turns.number or not resumption.handles
