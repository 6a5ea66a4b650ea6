"""The connections of one session so far: what `LiveHandle.link` shows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from trio_live._typing import Seconds
from trio_live.errors import LinkLost
from trio_live.lanes._sending import Outbound
from trio_live.resilience import LinkClose, LinkStatus
from trio_live.resilience._internal import Notice
from trio_live.session._internal import SessionProtocol, classify_close
from trio_live.telemetry._internal import Tracing

CLOSES_KEPT: Final = 32
"""Ends of connections that are remembered."""


class Links:
    """Counts the connections of one session, and remembers how the last ones ended.

    Args:
        protocol: knows handles and warnings.
        outbound: knows what waits.
        clock: tells the instant, in any thread.
        tracing: draws a span for each.
    """

    def __init__(
        self, protocol: SessionProtocol, outbound: Outbound, clock: Callable[[], Seconds], tracing: Tracing
    ) -> None:
        self._tracing = tracing
        self._protocol = protocol
        self._outbound = outbound
        self._clock = clock
        self._closes: deque[LinkClose] = deque(maxlen=CLOSES_KEPT)
        self.generation = 0
        """Of the newest connection."""
        self.up_at: Seconds | None = None
        """Since when it is up; ``None`` while it is not."""

    @property
    def lived(self) -> Seconds:
        """How long the newest connection has been up."""
        return 0.0 if self.up_at is None else self._clock() - self.up_at

    def dial(self) -> None:
        """Another one is about to be dialled."""
        self.generation += 1
        self.up_at = None
        self._tracing.dialled(self.generation)

    def up(self) -> None:
        """The server has accepted it."""
        self.up_at = self._clock()
        self._tracing.connected()

    def down(self, reason: str, lost: LinkLost | None) -> None:
        """It has ended; ``lost`` says how, unless this side left."""
        code, kind = (None, None) if lost is None else (lost.code, classify_close(lost.code, lost.reason).kind)
        self._closes.append(LinkClose(self.generation, self.lived, reason, code, kind))
        self._tracing.lost(reason, code)
        self.up_at = None

    @property
    def status(self) -> LinkStatus:
        """How things stand."""
        now, resumption = self._clock(), self._protocol.resumption
        ends_at = None if resumption.go_away is None else Notice(*resumption.go_away).ends_at
        return LinkStatus(
            generation=self.generation,
            is_up=self.up_at is not None,
            age=None if self.up_at is None else now - self.up_at,
            handle_age=now - resumption.handles[0].given_at if resumption.handles else None,
            go_away_in=None if ends_at is None or self.up_at is None else max(0.0, ends_at - now),
            outbox=self._outbound.depth,
            closes=tuple(self._closes),
        )
