"""What a session is made from, and how long its ends may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from trio_live._typing import CallbackErrors, Seconds
from trio_live._values import value
from trio_live.lanes._callbacks import EventCallbacks
from trio_live.redaction import Redaction
from trio_live.resilience import NO_RECONNECT, ReconnectPolicy
from trio_live.state import State
from trio_live.telemetry import CostOptions
from trio_live.telemetry._internal import NO_TRACING, Tracing
from trio_live.transport import Dialer
from trio_live.wire import IgnoredSetting, LiveModelProfile, Setup

if TYPE_CHECKING:
    from trio_live.recording._internal import ActLog

SETUP_WITHIN: Final[Seconds] = 15.0
"""From the setup frame to ``setupComplete``."""

CLOSING: Final[dict[str, Seconds]] = {
    "flush": 1.0,  # what was accepted is still written
    "last frames": 0.25,  # after a failed write: what the peer said before it hung up
    "goodbye": 3.0,  # the close handshake; the transport has a deadline of its own
    "lane": 0.25,  # each lane handles what it has
    "callbacks": 0.25,  # concurrent callbacks come to an end by themselves
    "teardown": 5.0,  # on_disconnected and the last act of the control lane
    "save": 5.0,  # the last snapshot, where sessions are kept
}
"""Seconds each step of the end may take; what is not finished then is cancelled."""


@value(kw_only=True)
class SessionPlan:
    """Everything a runtime needs to know; nothing in it changes."""

    setup: Setup
    """The first message, fitted to model and platform."""
    abilities: LiveModelProfile
    """What the model can do on its platform."""
    dial: Dialer
    callbacks: EventCallbacks = attrs.field(factory=EventCallbacks)
    state: State
    callback_errors: CallbackErrors = "report"
    setup_within: Seconds = SETUP_WITHIN
    telemetry_interval: Seconds | None = None
    """How often the counters are published; ``None``: never."""
    cost: CostOptions = CostOptions()
    """What its tokens cost, and what it may cost."""
    redaction: Redaction | None = None
    """What is hidden wherever something leaves the session; ``None``: nothing."""
    tracing: Tracing = NO_TRACING
    """Draws the spans of the session."""
    acts: ActLog | None = None
    """Records what the program asks of the session; ``None``: nothing does."""
    reconnect: ReconnectPolicy = NO_RECONNECT
    """What is done when the connection is lost, or about to be."""
    keep_alive: Seconds | None = None
    """After so long without a word of ours silence is sent; ``None``: never."""
    ignored: tuple[IgnoredSetting, ...] = ()
    """Settings that were left off the wire."""
    writes_speech: bool = False
    """Whether answers are wanted in text from a model that only speaks."""
    own_keys: frozenset[str] = frozenset()
    """Keys of the State that this session writes itself, besides its signals; nobody else may while it runs."""
    has_phases: bool = False
    """Whether ``session:phase`` belongs to the conversation."""
