"""The two clocks of a connection: its age, and how long the client has been silent."""

from __future__ import annotations

import trio

from trio_live._typing import Seconds
from trio_live.emulator._refusals import ABORTED, OVERSTAYED, POLICY, Refused
from trio_live.emulator._stage import Stage


async def grow_old(stage: Stage, lifetime: Seconds) -> None:
    """Warn the client when its connection gets old, and close it when it has become too old.

    Args:
        stage: the connection's.
        lifetime: its age at the end, in seconds of conversation.
    """
    scale = stage.options.time_scale
    end = trio.current_time() + lifetime / scale
    notice = min(stage.dialect.notice, lifetime) / scale
    await trio.sleep_until(end - notice)
    stage.put(stage.dialect.go_away(notice), f"goAway in {notice:.1f} s")
    await trio.sleep_until(end)
    stage.ending.refuse(Refused(POLICY, OVERSTAYED))


async def watch_silence(stage: Stage, limit: Seconds) -> None:
    """Close the connection of a client that says nothing for too long.

    Args:
        stage: the connection's.
        limit: how long is too long, in seconds of conversation.
    """
    patience = limit / stage.options.time_scale
    while True:
        due = stage.heard_at + patience
        await trio.sleep_until(due)
        if stage.heard_at + patience <= due:
            stage.ending.refuse(Refused(POLICY, ABORTED))
            return
