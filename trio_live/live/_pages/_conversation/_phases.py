"""Phases and steering: where the talk stands, and what the model is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self

import attrs

from trio_live._typing import Seconds
from trio_live.conversation import RepairConfig
from trio_live.events import SteeringChannel
from trio_live.live import _checks as check
from trio_live.live._pages._base import Page, with_control
from trio_live.phases import (
    ContextDelivery,
    DefaultsFunction,
    Phase,
    PhaseBuilder,
    PhaseDefaults,
    PhaseSpec,
    SteeringMode,
    to_graphviz,
    to_mermaid,
)
from trio_live.phases._internal import as_phase, to_words
from trio_live.session._internal import lower
from trio_live.wire import DEFAULT_MODEL, Platform, profile_for


class PhasePage(Page):
    """What governs the talk."""

    def phase(self, name: str) -> PhaseBuilder[Self]:
        """Begin a phase; ``done()`` at its end returns this builder with the phase in it.

        Args:
            name: of the phase; another phase of this name is a `ConfigError` when connecting.

        Raises:
            TypeError: no string.
            ValueError: empty.
        """
        return PhaseBuilder(check.text("phase name", name), self.phases)

    def phases(self, *phases: Phase | PhaseSpec) -> Self:
        """Add phases that were written as values or as classes, so that a big agent reads as data.

        Args:
            phases: values or classes, in the order in which pictures show them.

        Raises:
            TypeError: something else was given.
        """
        for phase in phases:
            if not isinstance(phase, Phase | PhaseSpec):
                raise TypeError(f"a phase must be a Phase or a PhaseSpec, not {type(phase).__name__}")
        added = tuple(as_phase(phase) for phase in phases)
        return self._with(with_control(self.spec, phases=(*self.spec.control.phases, *added)))

    def phase_defaults(self, function: DefaultsFunction) -> Self:
        """What all phases have in common, whether they were given before or after this call.

        Args:
            function: receives the defaults collected so far, and returns new ones. Called at once; plain.

        Raises:
            TypeError: it returned something else.
        """
        defaults = function(self.spec.control.phase_defaults)
        if not isinstance(defaults, PhaseDefaults):
            raise TypeError(
                f"phase_defaults needs a function that returns PhaseDefaults, not {type(defaults).__name__}"
            )
        return self._with(with_control(self.spec, phase_defaults=defaults))

    def initial_phase(self, name: str) -> Self:
        """Where the talk begins. Phases without one are a `ConfigError` when connecting.

        Args:
            name: of a phase.

        Raises:
            TypeError: no string.
            ValueError: empty.
        """
        return self._with(with_control(self.spec, initial_phase=check.text("initial phase", name)))

    def steering_mode(self, mode: SteeringMode) -> Self:
        """How phases tell the model what to do: as its instruction, as context, or both.

        Args:
            mode: see `SteeringMode`.

        Raises:
            TypeError: no `SteeringMode`.
        """
        return self._with(with_control(self.spec, steering_mode=check.instance("steering_mode", mode, SteeringMode)))

    def context_delivery(self, delivery: ContextDelivery) -> Self:
        """When context turns leave: at the end of the turn, or just before the user's next words.

        Args:
            delivery: see `ContextDelivery`.

        Raises:
            TypeError: no `ContextDelivery`.
        """
        chosen = check.instance("context_delivery", delivery, ContextDelivery)
        return self._with(with_control(self.spec, context_delivery=chosen))

    def repair(self, config: RepairConfig | None = None) -> Self:
        """Remind the model of needs that stay unmet, and in the end escalate.

        Args:
            config: after how many turns without progress; reminders after 3 and escalation after 6 by default.

        Raises:
            TypeError: no `RepairConfig`.
        """
        chosen = check.instance("repair", config or RepairConfig(), RepairConfig)
        return self._with(with_control(self.spec, repair=chosen))

    def tool_advisory(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002  # a switch is its own name
        """Whether the model is told which tools a new phase has; they are enforced either way.

        Args:
            on: True by default.

        Raises:
            TypeError: no boolean.
        """
        return self._with(with_control(self.spec, tool_advisory=check.flag("tool_advisory", on)))

    def soft_turn_timeout(self, timeout: Seconds) -> Self:
        """Treat a silence after the user's speech as the end of a turn: for models that may choose to stay silent.

        Their turns would never be completed. The steps of a turn's end run; the model is asked for nothing.

        Args:
            timeout: seconds, from 0.1 to 3600; 2 is a good value. Off by default.

        Raises:
            TypeError: no number.
            ValueError: out of bounds.
        """
        seconds = check.number("soft_turn_timeout", timeout, 0.1, 3600)
        return self._with(with_control(self.spec, soft_turn_timeout=seconds))

    def declared_phases(self) -> Mapping[str, Phase]:
        """The phases as they will run, defaults merged in. Connects to nothing."""
        return MappingProxyType({phase.name: phase for phase in self.spec.control.merged_phases()})

    def phase_words(self) -> str:
        """What the model is told in each phase, and by which road on each platform, as text. Connects to nothing."""
        control = self.spec.control
        model = self.spec.model or DEFAULT_MODEL
        roads = [
            f"{model} on {platform.value}: {channel.value} by {outcome.road.value} ({outcome.applied.value})"
            for platform in Platform
            for channel in SteeringChannel
            for outcome in [lower(channel, attrs.evolve(profile_for(model, platform), **self.spec.abilities))]
        ]
        words = to_words(
            control.merged_phases(), control.initial_phase, control.steering_mode, control.standing_instruction
        )
        return "\n".join([*roads, "", words])

    def phase_picture(self, format: str = "mermaid") -> str:  # noqa: A002  # the word for it
        """The phases and their transitions as text for Mermaid or Graphviz. Connects to nothing.

        Args:
            format: ``mermaid`` or ``graphviz``.

        Raises:
            ValueError: another format.
        """
        draw = {"mermaid": to_mermaid, "graphviz": to_graphviz}
        if format not in draw:
            raise ValueError(f"format must be mermaid or graphviz, not {format!r}")
        control = self.spec.control
        return draw[format](control.merged_phases(), control.initial_phase)
