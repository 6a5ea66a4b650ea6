"""What every WebSocket here is held to, whichever library carries it, and the watch over silence.

A peer that speaks is alive, but may still read nothing: so what is written has a deadline of its own, `WRITE_WITHIN`. It
is one of progress. A single byte that the socket takes begins it anew, so a slow network only has to be faster than
nothing at all.

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

DEADLINES: Final[dict[str, Seconds]] = {
    "connect": 10.0,  # TCP, TLS and the upgrade together
    "words": 1.0,  # a refused upgrade: what the server says why; it may also keep the connection open and never end
    "ping": 20.0,  # silence, after which we ask for a sign of life
    "pong": 60.0,  # silence after that, which ends the connection
    "write": 30.0,  # no byte of what waits is taken, which ends the connection: the system's buffers were full before
    "close": 1.0,  # the peer's answer to our close frame
}
"""Seconds that a connection waits for its peer."""
CONNECT_WITHIN: Final = DEADLINES["connect"]
WORDS_WITHIN: Final = DEADLINES["words"]
CLOSE_WITHIN: Final = DEADLINES["close"]
PING_AFTER: Final = DEADLINES["ping"]
PONG_WITHIN: Final = DEADLINES["pong"]
WRITE_WITHIN: Final = DEADLINES["write"]

MAX_MESSAGE_BYTES: Final = LIMITS["frame"].most
READ_BYTES: Final = 64 * 1024
"""The most that one read takes: about 24 frames of audio."""
AHEAD_BYTES: Final = 8 * 1024 * 1024
"""How much a library may read ahead of whoever takes its messages, and one read more."""

ABNORMAL: Final = 1006
"""The code of a connection that ended without a goodbye."""
TOO_LARGE: Final = 1009
"""The code of a message that is too large."""
BROKE_A_RULE: Final = "the peer broke a rule of WebSockets"
"""What this side has found, and closed the connection for."""
BROKE: Final = "the connection broke"
NO_SIGN_OF_LIFE: Final = f"no sign of life for {PONG_WITHIN + PING_AFTER:.0f} s"
WRITE_STALLED: Final = f"write stalled: the peer took nothing for {WRITE_WITHIN:.0f} s"


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
