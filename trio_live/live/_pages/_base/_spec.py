"""Everything a builder has chosen, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from trio_live._typing import CallbackErrors, Seconds
from trio_live._values import value
from trio_live.control._internal import ControlOptions
from trio_live.dispatch._internal import ToolOptions
from trio_live.lanes import EventCallbacks
from trio_live.lanes._internal import SETUP_WITHIN
from trio_live.redaction import Redaction
from trio_live.resilience import RECONNECT, ReconnectPolicy
from trio_live.session._internal import KEEP_ALIVE
from trio_live.state import State
from trio_live.telemetry import CostOptions
from trio_live.transport import TransportKind
from trio_live.transport._internal import CONNECT_WITHIN
from trio_live.wire import GenerationConfig, RealtimeInputConfig, Setup
from trio_live.wire._internal import evolve

if TYPE_CHECKING:
    from pathlib import Path

    from trio_live.otel import TracingOptions
    from trio_live.persistence import SessionPersistence
    from trio_live.recording import WireRecorder
    from trio_live.timeline import CallLogs
    from trio_live.timeline._internal import CallKeeper

DEFAULT_SESSION_ID: Final = "default"


@value
class DeclaredAgent:
    """An agent that may speak in a call."""

    name: str
    spec: LiveSpec
    """What its builder has chosen."""
    description: str
    """What it is for; told to the model."""


@value(kw_only=True)
class LiveSpec:
    """The description of an agent: what `Live` builds, and what a session is compiled from."""

    model: str | None = None
    """As the user named it; resolved when connecting."""
    setup: Setup = attrs.field(factory=Setup)
    """The first message, without the model."""
    abilities: Mapping[str, Any] = attrs.field(factory=dict)
    """What the builder knows better about the model than its row."""
    callbacks: EventCallbacks = attrs.field(factory=EventCallbacks)
    control: ControlOptions = attrs.field(factory=ControlOptions)
    """What governs the conversation."""
    tools: ToolOptions = attrs.field(factory=ToolOptions)
    """The functions of this program that the model may call."""
    agents: tuple[DeclaredAgent, ...] = ()
    """Who may speak, if there are several; the first begins."""
    state: State | None = None
    """The user's own State; otherwise each session gets a new one."""
    callback_errors: CallbackErrors = "report"
    transport: TransportKind = TransportKind.LEAN
    """What carries the frames of a session that is dialled."""
    connect_within: Seconds = CONNECT_WITHIN
    setup_within: Seconds = SETUP_WITHIN
    resumption: bool | None = None
    """Whether handles are asked for; ``None``: if the session reconnects."""
    reconnect: ReconnectPolicy = RECONNECT
    """What is done when the connection is lost, or about to be."""
    keep_alive: Seconds | None = KEEP_ALIVE
    """After so long without a word of ours silence is sent; ``None``: never."""
    telemetry_interval: Seconds | None = None
    """How often the counters are published as events; ``None``: never."""
    cost: CostOptions = CostOptions()
    """What its tokens cost, and what it may cost."""
    tracing: TracingOptions | None = None
    """How spans are made; ``None``: none are."""
    redaction: Redaction | None = None
    """What is hidden wherever something leaves the session; ``None``: nothing."""
    persistence: SessionPersistence | None = None
    """Where the session is kept; ``None``: nowhere."""
    session_id: str = DEFAULT_SESSION_ID
    """Under which name it is kept."""
    recording: Path | WireRecorder | None = None
    """Where its frames are recorded; ``None``: nowhere."""
    notes: Path | CallKeeper | None = None
    """Where it is noted what the session does; ``None``: nowhere."""
    timeline: CallLogs | None = None
    """Whoever looks at the session finds it there; ``None``: nobody does."""


def with_control(spec: LiveSpec, **changes: Any) -> LiveSpec:
    """``spec`` with some of its control options replaced."""
    return attrs.evolve(spec, control=attrs.evolve(spec.control, **changes))


def with_setup(spec: LiveSpec, **changes: Any) -> LiveSpec:
    """``spec`` with some fields of its setup replaced."""
    return attrs.evolve(spec, setup=evolve(spec.setup, **changes))


def with_generation(spec: LiveSpec, **changes: Any) -> LiveSpec:
    """``spec`` with some fields of ``generationConfig`` replaced."""
    return with_setup(spec, generation_config=evolve(spec.setup.generation_config or GenerationConfig(), **changes))


def with_realtime_input(spec: LiveSpec, **changes: Any) -> LiveSpec:
    """``spec`` with some fields of ``realtimeInputConfig`` replaced."""
    return with_setup(
        spec, realtime_input_config=evolve(spec.setup.realtime_input_config or RealtimeInputConfig(), **changes)
    )
