"""When a connection whose end was announced is left for another one. Pure.

The moment is a quiet one: nobody speaks, nothing is asked, nothing waits to be sent, and the newest handle holds the
turn that ended last. There may be none before the time is up; then a turn is cut rather than the call.
"""

from __future__ import annotations

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.resilience._policy import ASSUMED_TIME_LEFT, SETTLING, margin


@value
class Notice:
    """The server's word that it will close the connection."""

    given_at: Seconds
    time_left: Seconds | None
    """``None``: it did not say when."""

    @property
    def ends_at(self) -> Seconds:
        """When the connection is closed by the server."""
        return self.given_at + self._left

    @property
    def leave_by(self) -> Seconds:
        """When the connection is left, whatever goes on in it."""
        return self.ends_at - margin(self._left)

    @property
    def _left(self) -> Seconds:
        return max(0.0, ASSUMED_TIME_LEFT if self.time_left is None else self.time_left)


@value(kw_only=True)
class Scene:
    """What goes on in a connection."""

    is_idle: bool
    """Nobody speaks, and no turn is open: the model owes nothing, and this side neither."""
    unsent: int
    """Commands that wait to be written."""
    is_covered: bool
    """Whether the newest handle holds everything that was said, or there are no handles at all."""
    idle_since: Seconds
    """Since when it has been idle."""


def may_leave(notice: Notice, scene: Scene, now: Seconds) -> bool:
    """Whether this is the moment."""
    if now >= notice.leave_by:
        return True
    if not scene.is_idle or scene.unsent:
        return False
    return scene.is_covered or now >= scene.idle_since + SETTLING
