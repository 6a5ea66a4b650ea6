"""The two clocks of a connection: its age, and how long the client has been silent."""

from __future__ import annotations

import trio

from trio_live._typing import Seconds
from trio_live.emulator._service import ABORTED, OVERSTAYED, POLICY, Refused
from trio_live.emulator._session._context import SessionContext


async def limit_age(context: SessionContext, lifetime: Seconds) -> None:
    """Warn the client when its connection gets old, and close it when it has become too old.

    Args:
        context: the connection's.
        lifetime: its age at the end, in seconds of conversation.
    """
    scale = context.options.time_scale
    end = trio.current_time() + lifetime / scale
    notice = min(context.dialect.notice, lifetime) / scale
    await trio.sleep_until(end - notice)
    context.put(context.dialect.go_away(notice), f"goAway in {notice:.1f} s")
    await trio.sleep_until(end)
    context.ending.refuse(Refused(POLICY, OVERSTAYED))


async def limit_idleness(context: SessionContext, limit: Seconds) -> None:
    """Close the connection of a client that says nothing for too long.

    Args:
        context: the connection's.
        limit: how long is too long, in seconds of conversation.
    """
    longest = limit / context.options.time_scale
    while True:
        due = context.heard_at + longest
        await trio.sleep_until(due)
        if context.heard_at + longest <= due:
            context.ending.refuse(Refused(POLICY, ABORTED))
            return
