"""How hard a session tries to stay connected: every figure in one place."""

from __future__ import annotations

import random
from typing import Final

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.wire import Platform

HANDLE_LIFETIME: Final[dict[Platform, Seconds]] = {Platform.GOOGLE_AI: 7_200.0, Platform.VERTEX: 86_400.0}
"""How long a handle can be used (documented)."""

REFUSALS: Final = 2
"""A handle with which so many dials in a row were refused is given up, whatever the server's words were."""

STEADY: Final[Seconds] = 10.0
"""A connection that lives shorter is no end of a gap: a server that takes each setup and hangs up is dialled no more often
than one that takes none."""

RESEED_CHARACTERS: Final = 24_000
"""The newest part of the transcript that a conversation is begun anew with: about 6,000 tokens."""

ASSUMED_TIME_LEFT: Final[Seconds] = 30.0
"""What a warning without a time is taken for: the shortest that any platform was measured to give."""

MOST_MARGIN: Final[Seconds] = 5.0
MARGIN: Final = 0.2
"""A new connection is to be there this long before the old one is closed: a fifth of the time left, but no more."""

SETTLING: Final[Seconds] = 1.0
"""So long a quiet connection is kept for the handle that follows a turn; measured: mostly within a few milliseconds."""


@value(kw_only=True)
class ReconnectPolicy:
    """How a session goes on when its connection is lost, or about to be."""

    attempts: int = 5
    """Dials in a row that may fail before the session ends."""
    first_delay: Seconds = 0.5
    """Before the first dial after a loss; the next ones wait twice as long each. After a rotation nobody waits."""
    longest_delay: Seconds = 8.0
    """No delay is longer, but for what chance adds."""
    jitter: float = 0.25
    """Up to this part of it is added to each delay, by chance: callers that lost one server must not return as one."""
    within: Seconds = 30.0
    """No dial begins later than this after the loss: nobody holds the line that long."""
    rotate: bool = True
    """Whether a connection whose end the server announced is replaced in time, at the first quiet moment."""
    sound_kept: Seconds = 2.0
    """Of the user's sound, how much of the newest is kept while there is no connection; the rest is dropped and counted."""
    seed: int | None = None
    """For tests: the same seed waits as long."""

    def dice(self) -> random.Random:
        """Where chance comes from."""
        return random.Random(self.seed)  # noqa: S311  # nobody is to be kept from guessing it

    def delay(self, attempt: int, chance: float) -> Seconds:
        """How long to wait before a dial.

        Args:
            attempt: which dial since the loss, from 1.
            chance: from 0 to 1.
        """
        plain = min(self.longest_delay, self.first_delay * 2.0 ** min(attempt - 1, 30))
        return plain * (1.0 + self.jitter * chance)


RECONNECT: Final = ReconnectPolicy()
"""What is done unless something else is asked for."""

NO_RECONNECT: Final = ReconnectPolicy(attempts=0, rotate=False)
"""A lost connection ends the session."""


def margin(time_left: Seconds) -> Seconds:
    """How long before its announced end a connection is left, at the latest."""
    return min(MOST_MARGIN, MARGIN * time_left)


def usable(age: Seconds, platform: Platform) -> bool:
    """Whether a handle of this age may still be known to the server."""
    return age <= HANDLE_LIFETIME[platform]
