"""The parts of a contract.

The order of fields is the order in which they are written; what is callable is a boolean or a label, so that the same
agent has the same contract in every process.
"""

from __future__ import annotations

from trio_live._typing import Json
from trio_live._values import value


@value(kw_only=True)
class ToolContract:
    """A tool that the model may use."""

    name: str
    description: str
    behavior: str | None = None
    """``BLOCKING``, ``NON_BLOCKING`` or, with what the model is told of the answer, such as ``NON_BLOCKING(SILENT)``;
    ``None`` where nobody said."""
    parameters: Json = None
    """The schema of the arguments; ``None`` for none."""


@value(kw_only=True)
class TransitionContract:
    """A way out of a phase."""

    target: str
    description: str | None = None
    has_guard: bool = True


@value(kw_only=True)
class PreparationContract:
    """An effect that may make the required keys of a phase known."""

    name: str
    produces: tuple[str, ...] = ()


@value(kw_only=True)
class PhaseContract:
    """A phase, with the phase defaults in it."""

    name: str
    terminal: bool = False
    tools_enabled: tuple[str, ...] | None = None
    """``None``: every tool."""
    needs: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    preparations: tuple[PreparationContract, ...] = ()
    presents: tuple[str, ...] = ()
    clear_on_enter: tuple[str, ...] = ()
    transitions: tuple[TransitionContract, ...] = ()
    """In the order in which they are tried."""
    has_guard: bool = False
    prompt_on_enter: bool = False


@value(kw_only=True)
class PromotionContract:
    """What becomes of one field of an extractor's result."""

    field: str
    state_key: str
    merge: str
    """``KeepKnown`` or ``Overwrite``."""
    has_predicate: bool = False


@value(kw_only=True)
class ExtractorContract:
    """What finds facts in the talk."""

    name: str
    window_size: int
    trigger: str
    """A label, such as ``EveryTurn`` or ``Interval(3)``."""
    promotions: tuple[PromotionContract, ...] = ()
    """In the order in which they are decided; without any, every field is stored under its own name."""


@value(kw_only=True)
class ComputedContract:
    """A computed value."""

    key: str
    """Without ``derived:``."""
    dependencies: tuple[str, ...] = ()


@value(kw_only=True)
class WatcherContract:
    """A watcher."""

    key: str
    predicate: str
    """A label, such as ``ChangedTo("booked")``."""
    blocking: bool = False


@value(kw_only=True)
class ControlContract:
    """What governs the conversation besides its phases."""

    soft_turn_timeout_ms: int | None = None
    steering_mode: str
    context_delivery: str
    tool_advisory: bool = True
    telemetry_interval_ms: int | None = None
    repair_enabled: bool = False
    persistence_enabled: bool = False


@value(kw_only=True)
class AgentContract:
    """One of several agents of a call: what it has of its own."""

    name: str
    description: str = ""
    """What it is for, as the model is told."""
    tools: tuple[ToolContract, ...] = ()
    phases: tuple[PhaseContract, ...] = ()
    initial_phase: str | None = None
    steering_mode: str
