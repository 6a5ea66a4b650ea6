"""`SessionHandle`: the link of a running session, below callbacks and live events."""

from __future__ import annotations

import trio

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live.events import SessionWriter
from trio_live.lanes import LiveEventStream
from trio_live.lanes._internal import SessionParts, wait_moment
from trio_live.resilience._internal import Notice
from trio_live.session import SessionPhase


class SessionHandle:
    """The link's face: what stands below callbacks and events."""

    def __init__(self, parts: SessionParts, writer: SessionWriter) -> None:
        self._protocol = parts.protocol
        self._outbound = parts.outbound
        self._phases = parts.phases
        self._wire_events = parts.wire_events
        self._lifetime = parts.lifetime
        self.writer = writer
        """The raw writer."""

    @property
    def phase(self) -> SessionPhase:
        """Where the link stands."""
        return self._protocol.phase

    @property
    def session_id(self) -> str | None:
        """What the server calls this session; Google AI does not say."""
        return self._protocol.session_id

    @property
    def resume_handle(self) -> str | None:
        """The newest handle with which this session can be resumed."""
        return self._protocol.resumption.newest

    async def wait_phase(self, *wanted: SessionPhase) -> SessionPhase:
        """Wait until the link is in one of some phases, or the session is over; returns the phase it is in.

        A phase that passes between two turns of the scheduler may be missed.

        Args:
            wanted: the phases.

        Cancellation: harmless.
        """
        return await self._phases.wait(*wanted)

    async def wait_quiet(self, within: Seconds) -> bool:
        """Wait for a moment that is good for an end.

        Nobody speaks, nothing is asked, all that was accepted is written, and the newest handle holds the last turn.

        Args:
            within: seconds in which it must come.

        Returns:
            Whether it came; otherwise a fifth of the time is left, but no more than 5 s: enough to do something about it.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        notice = Notice(trio.current_time(), within)
        await wait_moment(self._protocol, self._outbound, notice)
        return trio.current_time() < notice.leave_by

    def subscribe(self) -> LiveEventStream[wire_events.SessionEvent]:
        """Raw wire events from now on; see `LiveHandle.subscribe`."""
        return self._wire_events.subscribe()

    async def join(self) -> None:
        """Wait until the session is over; see `LiveHandle.done`.

        Cancellation: harmless.
        """
        await self._lifetime.wait_ended()
