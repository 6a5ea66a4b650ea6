"""What governs a conversation, as values: the builder's choices, before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.control._speaking import Greeting, VoiceOptions
from trio_live.conversation import RepairConfig
from trio_live.phases import ContextDelivery, Phase, PhaseDefaults, SteeringMode
from trio_live.phases._internal import merge_defaults, validate_phases

if TYPE_CHECKING:
    from trio_live.extraction import TurnExtractor
    from trio_live.reactive import ComputedVar, ReactorRule, TemporalPattern, Watcher

PatternRecipe: TypeAlias = "Callable[[], TemporalPattern]"
"""Makes a pattern: detectors count, so each session gets its own."""


@value(kw_only=True)
class ControlOptions:
    """The declared structure of a conversation. Everything is absent by default."""

    phases: tuple[Phase, ...] = ()
    initial_phase: str | None = None
    phase_defaults: PhaseDefaults = attrs.field(factory=PhaseDefaults)
    watchers: tuple[Watcher, ...] = ()
    computed: tuple[ComputedVar, ...] = ()
    patterns: tuple[PatternRecipe, ...] = ()
    extractors: tuple[TurnExtractor, ...] = ()
    """What finds facts in the talk, in the order in which it is merged."""
    steering_mode: SteeringMode = SteeringMode.INSTRUCTION_UPDATE
    context_delivery: ContextDelivery = ContextDelivery.IMMEDIATE
    repair: RepairConfig | None = None
    tool_advisory: bool = True
    manual_tools: frozenset[str] | Literal["all"] = frozenset()
    """Functions whose calls may stay open for an answer by hand."""
    soft_turn_timeout: Seconds | None = None
    standing_instruction: str | None = None
    """What ``instruction(…)`` was given; no phase replaces it."""
    greeting: Greeting | None = None
    """Said to the model once, when the session has begun."""
    voice: VoiceOptions = VoiceOptions()
    """How this side listens to its user."""
    rules: tuple[ReactorRule, ...] = ()
    """Of the reactor, beside those of every session."""

    def merged_phases(self) -> tuple[Phase, ...]:
        """Every phase with the defaults in it."""
        return merge_defaults(self.phases, self.phase_defaults)


def check_options(options: ControlOptions, known_tools: frozenset[str] | None) -> tuple[list[str], list[str]]:
    """Every mistake, and everything that is only suspicious, as sentences.

    Args:
        options: what was chosen.
        known_tools: names of all declared functions; ``None`` leaves tools unchecked.
    """
    produced = [variable.key for variable in options.computed]
    produced += [rule.state_key for extractor in options.extractors for rule in extractor.promotion_rules]
    findings = validate_phases(
        options.merged_phases(), options.initial_phase, known_tools=known_tools, produced_keys=produced
    )
    errors, warnings = [*findings.errors], [*findings.warnings]
    if known_tools is not None and options.manual_tools != "all":
        errors += [
            f"manual_tools names {name!r}, which is not declared" for name in sorted(options.manual_tools - known_tools)
        ]
    errors += _wrongly_computed(options.computed)
    names = {phase.name for phase in options.phases}
    errors += [
        f"voice_timing names the phase {name!r}, which there is not"
        for name, _ in options.voice.timings
        if name is not None and name not in names
    ]
    if options.extractors:
        from trio_live.extraction._internal import extractor_problems

        errors += extractor_problems(options.extractors)
    for watcher in options.watchers:
        errors += watcher.problems
    if options.repair is not None and options.repair.warning:
        warnings.append(options.repair.warning)
    return errors, warnings


def _wrongly_computed(variables: tuple[ComputedVar, ...]) -> list[str]:
    if not variables:
        return []
    from trio_live.reactive import ComputedRegistry

    errors: list[str] = []
    registry = ComputedRegistry(report=lambda _where, _error: None)
    for variable in variables:
        try:
            registry.register(variable)
        except Exception as error:  # noqa: BLE001  # a ConfigError; listed with the others
            errors.append(str(error))
    return errors
