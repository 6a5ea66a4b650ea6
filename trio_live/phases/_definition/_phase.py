"""What a phase is: a frozen description. Where the talk stands among phases is the business of ``PhaseMachine``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeAlias

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.conversation import TranscriptWindow
from trio_live.events import SessionWriter
from trio_live.phases._definition._instruction import (
    InstructionModifier,
    PhaseInstruction,
    StatePredicate,
    Static,
    as_instruction,
    as_names,
)
from trio_live.state import State
from trio_live.wire import Content

PhaseHook: TypeAlias = Callable[[State, SessionWriter], Awaitable[object]]
"""Runs when a phase is entered or left, or before one can be. Async."""

EnterContext: TypeAlias = Callable[[State, TranscriptWindow], Sequence[Content] | None]
"""What to tell the model on entry, made of the state and the transcript window of the last turns. Not async."""


@value
class Transition:
    """A way out of a phase. Ways are tried in their order; the first that is open is taken."""

    target: str
    guard: StatePredicate
    description: str | None = None
    """When to go this way, in words: for the model, in the navigation text, and for people, as the reason of the event."""


@value
class ToolGuard:
    """A condition under which one tool of a phase may run. The tool stays declared; a call before it is refused."""

    tool: str
    guard: StatePredicate
    reason: str
    """What the model is told while the guard says no, such as ``"the caller has not confirmed the day"``."""


@value
class PhasePreparation:
    """An effect that may make the required keys of a phase known, run when nothing else is missing for its entry."""

    name: str
    produces: tuple[str, ...] = attrs.field(converter=as_names)
    """The keys it is meant to set. For diagnosis; what counts is what the state holds afterwards."""
    run: PhaseHook
    timeout: Seconds | None = attrs.field(default=None, kw_only=True)
    """How long one run may take. Whoever runs it keeps the time: see ``HookCall``."""
    retry_after: Seconds | None = attrs.field(default=None, kw_only=True)
    """The shortest time from the beginning of one run to the next. Without it, it runs anew on every turn that finds
    the phase blocked."""


# One converter for each list: mypy cannot give the bare ``tuple`` an element type.


def _transitions(given: Iterable[Transition]) -> tuple[Transition, ...]:
    return tuple(given)


def _modifiers(given: Iterable[InstructionModifier]) -> tuple[InstructionModifier, ...]:
    return tuple(given)


def _tool_guards(given: Iterable[ToolGuard]) -> tuple[ToolGuard, ...]:
    return tuple(given)


def _preparations(given: Iterable[PhasePreparation]) -> tuple[PhasePreparation, ...]:
    return tuple(given)


@value
class Phase:
    """A part of the conversation: what the model is told, which tools it has, what it should find out, what is next.

    Lists may be given as any sequence of strings, the instruction as a text or as a function of the state.
    """

    name: str
    """Unique: a phase given later replaces an earlier one of the same name."""
    instruction: PhaseInstruction = attrs.field(default=Static(""), converter=as_instruction)
    tools_enabled: tuple[str, ...] | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_names), kw_only=True
    )
    """The only tools that may run in this phase. ``None``: every tool; empty: none at all."""
    tool_guards: tuple[ToolGuard, ...] = attrs.field(default=(), converter=_tool_guards, kw_only=True)
    """Tools that may run here on a condition only."""
    guard: StatePredicate | None = attrs.field(default=None, kw_only=True)
    """Asked of this phase as a target: no guard leads here while it says no."""
    on_enter: PhaseHook | None = attrs.field(default=None, kw_only=True)
    on_exit: PhaseHook | None = attrs.field(default=None, kw_only=True)
    transitions: tuple[Transition, ...] = attrs.field(default=(), converter=_transitions, kw_only=True)
    terminal: bool = attrs.field(default=False, kw_only=True)
    """Never left by a guard, whatever transitions are listed. A programmatic transition still leaves it."""
    modifiers: tuple[InstructionModifier, ...] = attrs.field(default=(), converter=_modifiers, kw_only=True)
    prompt_on_enter: bool | None = attrs.field(default=None, kw_only=True)
    """Whether the model is asked to speak at once. ``None``: as the phase defaults say, and without them, no."""
    on_enter_context: EnterContext | None = attrs.field(default=None, kw_only=True)
    needs: tuple[str, ...] = attrs.field(default=(), converter=as_names, kw_only=True)
    """Keys to be gathered here. Tells the model and the repair of stalled talk; keeps nobody from leaving."""
    requires: tuple[str, ...] = attrs.field(default=(), converter=as_names, kw_only=True)
    """Keys that must be known before a guard can lead here."""
    preparations: tuple[PhasePreparation, ...] = attrs.field(default=(), converter=_preparations, kw_only=True)
    presents: tuple[str, ...] = attrs.field(default=(), converter=as_names, kw_only=True)
    """Concepts that being here presents to the user: ``presented:{concept}`` becomes true on entry."""
    clear_on_enter: tuple[str, ...] = attrs.field(default=(), converter=as_names, kw_only=True)
    """Keys removed on entry: acknowledgements that were given before there was anything to acknowledge."""

    def missing_requirements(self, state: State) -> tuple[str, ...]:
        """The required keys that are not known, in declared order."""
        return tuple(key for key in self.requires if not state.is_known(key))

    def missing_needs(self, state: State) -> tuple[str, ...]:
        """The needed keys that are not known, in declared order."""
        return tuple(key for key in self.needs if not state.is_known(key))
