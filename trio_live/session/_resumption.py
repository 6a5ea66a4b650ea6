"""What a session can go on with when its connection ends: handles, and how the next connection begins. Pure."""

from __future__ import annotations

from typing import Final, Protocol

from trio_live import wire_events
from trio_live._continuation import Continuation
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.events import Road, SteeringChannel
from trio_live.session._lowering import lower
from trio_live.session._setups import changed, resuming, seeds_history
from trio_live.wire import HistoryConfig, LiveModelProfile, Setup

HANDLES_KEPT: Final = 2
"""The newest handle, and the one before: a server may refuse the newest and still know the other."""


@value
class Handle:
    """A handle, and when it was given."""

    text: str
    given_at: Seconds


@value
class Start:
    """How another connection of a session begins."""

    continuation: Continuation
    handle: str | None = None
    """Leads the server back to the talk."""


class Evidence(Protocol):
    """Is told what shows that the server has read what it was sent."""

    def turn_over(self) -> None:
        """A turn is over."""

    def handle_given(self, index: int | None) -> None:
        """A handle was given, and perhaps the index of the last message that it holds."""


class Resumption:
    """The handles of one session, and the server's warning that a connection ends."""

    def __init__(self) -> None:
        self.handles: tuple[Handle, ...] = ()
        """That may be used, the newest first."""
        self.covers: int | None = None
        """How many turns were over when the newest handle was given; ``None`` when this connection has given none."""
        self.evidence: Evidence | None = None
        self.continuation = Continuation.NEW
        """How this connection goes on with the talk."""
        self.is_seeding = False
        """Whether the server still reads ``clientContent`` as history: until the model has spoken."""
        self.go_away: tuple[Seconds, Seconds | None] | None = None
        """When the server said that this connection ends, and in how many seconds, if it said so."""

    def remember(self, handle: str | None, now: Seconds) -> None:
        """The first connection is to go on from a handle that was kept beyond its session, if there is one."""
        self.handles = () if handle is None else (Handle(handle, now),)

    def turn_over(self) -> None:
        """A turn is over."""
        if self.evidence is not None:
            self.evidence.turn_over()

    @property
    def newest(self) -> str | None:
        """The newest handle."""
        return self.handles[0].text if self.handles else None

    def hear(self, event: wire_events.SessionEvent, now: Seconds, turns: int) -> bool:
        """Something came that may be about this; returns whether it is a new handle.

        Args:
            event: what came.
            now: this instant.
            turns: how many are over.
        """
        match event:
            case wire_events.SessionResumeUpdate(str(handle), True, index):
                if self.evidence is not None:
                    self.evidence.handle_given(index)
                others = (each for each in self.handles if each.text != handle)
                self.handles = (Handle(handle, now), *others)[:HANDLES_KEPT]
                self.covers = turns
                return True
            case wire_events.GoAway(time_left):
                self.go_away = (now, time_left)
        return False

    def begin(self, start: Start | None, setup: Setup, abilities: LiveModelProfile) -> Setup:
        """Another connection begins; what it does not resume is forgotten.

        Args:
            start: how it goes on with the talk; ``None`` for the first one, which is as its user wants it.
            setup: everything as it stands now.
            abilities: of the model.

        Returns:
            The first message. Later connections announce history only where the model takes turns in no other way: one
            that resumes, or knows nothing, would wait for it, and one that takes context answers what was announced.
        """
        self.go_away = self.covers = None
        if start is None:
            setup = resuming(setup, self.newest) if self.handles else setup
            asked = setup.session_resumption
            self.continuation = Continuation.RESUMED if asked is not None and asked.handle else Continuation.NEW
        if start is not None:
            self.continuation = start.continuation
            kept = [each.text for each in self.handles]
            self.handles = self.handles[kept.index(start.handle) :] if start.handle in kept else ()
            history = None
            if start.continuation is Continuation.RESEEDED and not takes_context(abilities):
                history = HistoryConfig(initial_history_in_client_content=True)
            setup = resuming(changed(setup, abilities, history_config=history), start.handle)
        self.is_seeding = seeds_history(setup)
        return setup


def takes_context(abilities: LiveModelProfile) -> bool:
    """Whether the model can be told turns at any time, and does not answer them."""
    return lower(SteeringChannel.FACTS, abilities).road is Road.CONTENT


def takes_history(abilities: LiveModelProfile) -> bool:
    """Whether the model can be told of a talk that it did not have."""
    return abilities.history_seeding or takes_context(abilities)
