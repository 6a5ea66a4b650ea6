"""The counters as events, at the pace the user chose: `TurnMetrics` for each turn since, then `Telemetry`.

The pace is kept whether anybody listens or not: who subscribes late sees the next report, and nobody's absence ends
them. The end of the session brings a last report, so the figures of its last turn are always told.
"""

from __future__ import annotations

import trio

from trio_live import events
from trio_live._typing import Seconds
from trio_live.lanes._flow import Fanout
from trio_live.telemetry import SessionTelemetry


class TelemetryReports:
    """One session's reports.

    Args:
        telemetry: the counters; it keeps the figures of turns, if there is an interval.
        fanout: readers of live events.
        interval: seconds between two reports; ``None`` for none at all.
    """

    def __init__(self, telemetry: SessionTelemetry, fanout: Fanout[events.LiveEvent], interval: Seconds | None) -> None:
        self._telemetry = telemetry
        self._fanout = fanout
        self._interval = interval

    async def run(self) -> None:
        """Report at every interval; returns at once without one.

        Cancellation: no more reports, but for the one `publish` makes at the end.
        """
        if self._interval is None:
            return
        while True:
            await trio.sleep(self._interval)
            self.publish()

    def publish(self) -> None:
        """One report, if reports are wanted."""
        if self._interval is None:
            return
        for metrics in self._telemetry.take_turns():
            self._fanout.publish(metrics)
        self._fanout.publish(events.Telemetry(self._telemetry.snapshot()))
