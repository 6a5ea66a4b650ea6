"""Where the talk stands among its phases: the half of PhaseMachine that answers questions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from trio_live._typing import Seconds
from trio_live.errors import ConfigError
from trio_live.phases._evaluation import Ready, TransitionEvaluation, evaluate_transitions
from trio_live.phases._history import HISTORY_LIMIT, PhaseTransition
from trio_live.phases._keys import turn_count
from trio_live.phases._navigation import describe_navigation
from trio_live.phases._phase import Phase
from trio_live.phases._reporting import ErrorReporter, OncePerTurn
from trio_live.phases._steering import SteeringMode, instruction_text, steering_text
from trio_live.phases._validation import validate_phases
from trio_live.state import State


class Whereabouts:
    """The phases of one conversation and which of them is current. See `PhaseMachine`, which also moves.

    Nothing here changes the machine or the state. Functions of the user that raise are reported once in a turn,
    however often they are asked in it.
    """

    def __init__(
        self, phases: Iterable[Phase], initial: str, *, now: Seconds, report: ErrorReporter, steering: SteeringMode
    ) -> None:
        given = tuple(phases)
        if errors := validate_phases(given, initial).errors:
            raise ConfigError(errors)
        self._phases = {phase.name: phase for phase in given}
        self._initial = self._current = initial
        self._entered_at = now
        self._history: deque[PhaseTransition] = deque(maxlen=HISTORY_LIMIT)
        self._steering = steering
        self._report = report
        self._once = OncePerTurn(report)

    @property
    def phases(self) -> Mapping[str, Phase]:
        """Every phase by its name; a view."""
        return MappingProxyType(self._phases)

    @property
    def current(self) -> str:
        """Name of the current phase."""
        return self._current

    @property
    def current_phase(self) -> Phase:
        """The current phase."""
        return self._phases[self._current]

    @property
    def initial(self) -> str:
        """Name of the phase it began in: the configured one, or the one `restore` put it in."""
        return self._initial

    @property
    def steering(self) -> SteeringMode:
        """The mode instructions are resolved for."""
        return self._steering

    @property
    def entered_at(self) -> Seconds:
        """The instant the current phase was entered."""
        return self._entered_at

    @property
    def history(self) -> tuple[PhaseTransition, ...]:
        """The last transitions, oldest first; no more than ``HISTORY_LIMIT``."""
        return tuple(self._history)

    def evaluate_for_transition(self, state: State) -> TransitionEvaluation | None:
        """Which transition is open now, or closed only for want of preparation; see ``evaluate_transitions``.

        A guard that raises says no; it is reported once in a turn, however often this is asked.
        """
        return evaluate_transitions(self._phases, self._current, state, self._reporter(state))

    def evaluate(self, state: State) -> tuple[str, int] | None:
        """Target and index of the transition that is open now."""
        evaluation = self.evaluate_for_transition(state)
        return (evaluation.target, evaluation.transition_index) if isinstance(evaluation, Ready) else None

    def describe_navigation(self, state: State) -> str:
        """Where the talk stands, in words for the model."""
        return describe_navigation(self._phases, self._current, self.history, state, self._reporter(state))

    def instruction_text(self, state: State) -> str | None:
        """The current phase's instruction in the form the steering mode wants; also the base of an amendment."""
        return instruction_text(self.current_phase, self._steering, state, self._reporter(state))

    def steering_text(self, state: State) -> str | None:
        """What the current phase's modifiers say this turn as context; ``None`` if nothing, or baked in."""
        return steering_text(self.current_phase, self._steering, state, self._reporter(state))

    def _reporter(self, state: State) -> ErrorReporter:
        return self._once.during(turn_count(state))
