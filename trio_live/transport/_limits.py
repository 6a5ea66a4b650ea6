"""What every WebSocket here is held to, whichever library carries it, and the watch over silence.

Two numbers come from measurements of Google's servers. One part may carry megabytes (an avatar's film), far above the
1 MiB at which libraries close by default. And pongs have been seen half a minute late: so any traffic counts as life, a
ping goes out only into silence, and only `PONG_WITHIN` seconds of silence after it end the connection.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import trio

from trio_live._typing import Seconds
from trio_live.wire import LIMITS

CONNECT_WITHIN: Final[Seconds] = 10.0
"""TCP, TLS and the upgrade together."""
WORDS_WITHIN: Final[Seconds] = 1.0
"""How long a server that refuses the upgrade may take to say why; it may also keep the connection open and never end."""
CLOSE_WITHIN: Final[Seconds] = 1.0
"""How long the peer may take to answer our close frame."""
PING_AFTER: Final[Seconds] = 20.0
"""Silence after which we ask for a sign of life."""
PONG_WITHIN: Final[Seconds] = 60.0
"""Silence after the ping that ends the connection."""
MAX_MESSAGE_BYTES: Final = LIMITS["frame"].most
READ_BYTES: Final = 64 * 1024
"""The most that one read takes: about 24 frames of audio."""

ABNORMAL: Final = 1006
"""The code of a connection that ended without a goodbye."""
BROKE_A_RULE: Final = "the peer broke a rule of WebSockets"
"""What this side has found, and closed the connection for."""
BROKE: Final = "the connection broke"
NO_SIGN_OF_LIFE: Final = f"no sign of life for {PONG_WITHIN + PING_AFTER:.0f} s"


async def watch_for_life(last_heard: Callable[[], float], ping: Callable[[], Awaitable[object]]) -> None:
    """Ask for a sign of life in silence. Returns when none has come.

    Args:
        last_heard: when the peer was last heard, by Trio's clock.
        ping: asks; it may wait for the answer, but not longer than `PING_AFTER`.
    """
    asked_at: float | None = None
    while True:
        now, heard = trio.current_time(), last_heard()
        if asked_at is not None and heard > asked_at:
            asked_at = None
        if asked_at is not None and now >= asked_at + PONG_WITHIN:
            return
        if asked_at is None and now >= heard + PING_AFTER:
            asked_at = now
            await ping()
        elif asked_at is None:
            await trio.sleep_until(heard + PING_AFTER)
        else:
            await trio.sleep_until(min(now + PING_AFTER, asked_at + PONG_WITHIN))
