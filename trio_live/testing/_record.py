"""The events of a run, in an order that does not depend on the scheduler.

The order of events is promised lane by lane; between the lanes it is whatever the scheduler makes of it. A run has to
be the same every time, so what one frame caused is arranged: first what the fast lane published, then the rest, each in
the order in which it came.
"""

from __future__ import annotations

from collections.abc import Callable

import trio

from trio_live import events
from trio_live.conversation import TranscriptWindow
from trio_live.conversation._internal import continued
from trio_live.events import LiveEvent
from trio_live.events._internal import BY_THE_CLOCK, is_of_fast_lane
from trio_live.lanes import LiveEventStream
from trio_live.live import LiveHandle


class Record:
    """Writes down what a session publishes.

    Args:
        on_sign_of_life: called for every event that came because something happened.
    """

    def __init__(self, on_sign_of_life: Callable[[], None]) -> None:
        self.seen: list[LiveEvent] = []
        self.finished = trio.Event()
        """Set when the session has published its last event."""
        self.transcript = TranscriptWindow()
        """All that was said, also turns that the session no longer keeps."""
        self._on_sign_of_life = on_sign_of_life
        self._arranged = 0

    async def watch(self, session: LiveHandle, stream: LiveEventStream[LiveEvent]) -> None:
        """Read a stream of a session to its end.

        A `Connected` at its beginning may come before or after this: it is left out.
        """
        async with stream:
            async for event in stream:
                if self.seen or not isinstance(event, events.Connected):
                    self.seen.append(event)
                if not isinstance(event, BY_THE_CLOCK):
                    self._on_sign_of_life()
                if isinstance(event, events.TurnComplete):
                    self.transcript = continued(self.transcript, session.transcript)
        self.transcript = continued(self.transcript, session.transcript)
        self.finished.set()

    def arrange(self) -> None:
        """Put in order what came since the last time."""
        if len(self.seen) - self._arranged > 1:
            self.seen[self._arranged :] = sorted(
                self.seen[self._arranged :], key=lambda event: not is_of_fast_lane(event)
            )
        self._arranged = len(self.seen)
