"""The phases of one conversation, and what can be asked of them wherever the talk stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from trio_live.errors import ConfigError
from trio_live.phases._definition import Phase, turn_count, validate_phases
from trio_live.phases._evaluation import TransitionEvaluation, evaluate_transitions
from trio_live.phases._history import PhaseTransition
from trio_live.phases._navigation import describe_navigation
from trio_live.phases._reporting import ErrorReporter, OncePerTurn
from trio_live.phases._steering import SteeringMode, instruction_text, steering_text
from trio_live.state import State


class PhaseGraph:
    """A valid set of phases. It does not know which of them is current, and changes nothing.

    Functions of the user that raise are reported once in a turn, however often they are asked in it.

    Args:
        phases: With their defaults merged in.
        initial: Where a talk begins.
        steering: Decides in which form an instruction is resolved.
        report: Told of every error in a function of the user; see ``ErrorReporter``.

    Raises:
        ConfigError: The phases make no machine; see ``validate_phases``, which also knows what is only suspicious.
    """

    def __init__(self, phases: Iterable[Phase], initial: str, steering: SteeringMode, report: ErrorReporter) -> None:
        given = tuple(phases)
        if errors := validate_phases(given, initial).errors:
            raise ConfigError(errors)
        self.phases: Mapping[str, Phase] = MappingProxyType({phase.name: phase for phase in given})
        """Every phase by its name."""
        self.steering = steering
        self._once = OncePerTurn(report)

    def evaluate(self, current: str, state: State) -> TransitionEvaluation | None:
        """Which transition is open, or closed only for want of preparation; see ``evaluate_transitions``."""
        return evaluate_transitions(self.phases, current, state, self._reporter(state))

    def navigation(self, current: str, history: Sequence[PhaseTransition], state: State) -> str:
        """Where the talk stands, in words for the model."""
        return describe_navigation(self.phases, current, history, state, self._reporter(state))

    def instruction(self, current: str, state: State) -> str | None:
        """A phase's instruction in the form the steering mode wants."""
        return instruction_text(self.phases[current], self.steering, state, self._reporter(state))

    def modifiers(self, current: str, state: State) -> str | None:
        """What a phase's modifiers say as context; ``None`` if nothing, or baked in."""
        return steering_text(self.phases[current], self.steering, state, self._reporter(state))

    def _reporter(self, state: State) -> ErrorReporter:
        # The turn is looked up only when there is something to tell: this is asked several times in every turn.
        return lambda where, error: self._once.tell(turn_count(state), where, error)
