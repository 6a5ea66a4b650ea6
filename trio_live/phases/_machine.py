"""Where the talk stands among its phases, and how it moves on.

Strategy: a transition has one commit between two calls of the user's functions, which the machine names and somebody
else makes (see ``Steps``)::

    on_exit of the old  │  commit: current, entered_at, history, state keys  │  on_enter of the new
    wholly in the old   │                                                    │  wholly in the new

Whatever interrupts the first call leaves the machine in the old phase, and whatever interrupts the second leaves it in
the new one. The machine's own fields change first in the commit, the
functions of the user that a navigation text may call come last: nothing that raises there can leave it half done.

The phase keys are published *before* the new instruction is resolved, because that instruction may show them.

The machine has no lock. It is driven by the control lane, one event at a time; who starts a transition while a hook
is running is told so, since waiting for that hook from within it would wait for ever.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from trio_live._typing import Seconds
from trio_live.conversation import TranscriptWindow
from trio_live.errors import LocalProtocolError
from trio_live.phases._contents import answered_contents
from trio_live.phases._definition import (
    Phase,
    PhaseHook,
    enter_phase_keys,
    mark_presented,
    publish_phase,
    publish_standing,
    turn_count,
)
from trio_live.phases._evaluation import Blocked, Ready, TransitionEvaluation
from trio_live.phases._graph import PhaseGraph
from trio_live.phases._history import HISTORY_LIMIT, Guard, PhaseTransition, TransitionResult, TransitionTrigger
from trio_live.phases._preparing import Preparer
from trio_live.phases._reporting import ErrorReporter, attempt
from trio_live.phases._steering import SteeringMode
from trio_live.phases._steps import ENTRY_WITHIN, HOOK_WITHIN, HookCall, Steps
from trio_live.state import State
from trio_live.wire import Content


class PhaseMachine:
    """The phases of one conversation, which of them is current, and how it came to be.

    Args:
        phases: With their defaults merged in.
        initial: Where it begins.
        now: The instant the initial phase is entered.
        report: Told of every error in a function or hook of the user; see ``ErrorReporter``.
        steering: Decides in which form an instruction is resolved.
        on_commit: Called inside the commit of every transition, before ``on_enter``: the place to forget what was
            counted for the phase just left. Not async, and it must not raise.

    Raises:
        ConfigError: The phases make no machine; see ``validate_phases``, which also knows what is only suspicious.
    """

    def __init__(
        self,
        phases: Iterable[Phase],
        initial: str,
        *,
        now: Seconds,
        report: ErrorReporter,
        steering: SteeringMode = SteeringMode.INSTRUCTION_UPDATE,
        on_commit: Callable[[PhaseTransition], None] | None = None,
    ) -> None:
        self._graph = PhaseGraph(phases, initial, steering, report)
        self._initial = self._current = initial
        self._entered_at = now
        self._history: deque[PhaseTransition] = deque(maxlen=HISTORY_LIMIT)
        self._report = report
        self._on_commit = on_commit
        self._preparer = Preparer()
        self._running: str | None = None

    # Where it stands.

    @property
    def phases(self) -> Mapping[str, Phase]:
        """Every phase by its name; cannot be changed."""
        return self._graph.phases

    @property
    def current(self) -> str:
        """Name of the current phase."""
        return self._current

    @property
    def current_phase(self) -> Phase:
        """The current phase."""
        return self.phases[self._current]

    @property
    def is_moving(self) -> bool:
        """Whether a hook or a preparation is running: nothing else may be started then."""
        return self._running is not None

    @property
    def initial(self) -> str:
        """Name of the phase it began in: the configured one, or the one `restore` put it in."""
        return self._initial

    @property
    def steering(self) -> SteeringMode:
        """The mode instructions are resolved for."""
        return self._graph.steering

    @property
    def entered_at(self) -> Seconds:
        """The instant the current phase was entered."""
        return self._entered_at

    @property
    def history(self) -> tuple[PhaseTransition, ...]:
        """The last transitions, oldest first; no more than ``HISTORY_LIMIT``."""
        return tuple(self._history)

    def evaluate_for_transition(self, state: State) -> TransitionEvaluation | None:
        """Which transition is open now, or closed only for want of preparation. Changes nothing.

        A guard that raises says no; it is reported once in a turn, however often this is asked.
        """
        return self._graph.evaluate(self._current, state)

    def evaluate(self, state: State) -> tuple[str, int] | None:
        """Target and index of the transition that is open now."""
        evaluation = self.evaluate_for_transition(state)
        return (evaluation.target, evaluation.transition_index) if isinstance(evaluation, Ready) else None

    def describe_navigation(self, state: State) -> str:
        """Where the talk stands, in words for the model."""
        return self._graph.navigation(self._current, self.history, state)

    def instruction_text(self, state: State) -> str | None:
        """The current phase's instruction in the form the steering mode wants; also the base of an amendment."""
        return self._graph.instruction(self._current, state)

    def steering_text(self, state: State) -> str | None:
        """What the current phase's modifiers say this turn as context; ``None`` if nothing, or baked in."""
        return self._graph.modifiers(self._current, state)

    # Beginning.

    def seed(self, state: State) -> None:
        """Publish the current phase before anything is sent: its keys, what it presents, the navigation text."""
        mark_presented(state, self.current_phase)
        publish_phase(state, self.current_phase)
        self.refresh(state)

    def restore(self, name: str, *, now: Seconds) -> bool:
        """Begin where an earlier session stood, in the phase of this name, without hooks and without a record.

        Returns:
            False, and nothing happened, if there is no such phase any more or the machine has already moved.
        """
        if name not in self.phases or self._history or self._running:
            return False
        self._initial = self._current = name
        self._entered_at = now
        return True

    def enter_initial(self, state: State, window: TranscriptWindow, *, has_greeting: bool) -> Steps[TransitionResult]:
        """The entry of the phase the session begins in, once it is connected.

        Its instruction went into the setup (``plan_setup``), so the result has none. It asks for a prompt only if no
        greeting makes the model speak anyway (``has_greeting``).

        Cut short, the phase is and stays current.
        """
        with self._exclusively("the entry of the initial phase"):
            yield from self._hook("on_enter", self.current_phase.on_enter, ENTRY_WITHIN)
            self.refresh(state)
            return TransitionResult(
                instruction=None,
                context=self._entry_context(state, window),
                prompt_on_enter=bool(self.current_phase.prompt_on_enter) and not has_greeting,
            )

    # Moving on.

    def leave(self) -> Steps[None]:
        """The talk leaves all of these phases; the hook of the current one runs. Cut short, it has not left."""
        with self._exclusively("the departure from all phases"):
            yield from self._hook("on_exit", self.current_phase.on_exit)

    def refresh(self, state: State) -> None:
        """Publish the phase keys and the navigation text as they are now; part of every turn."""
        publish_standing(state, self.current_phase, self.describe_navigation(state))

    def prepare(self, target: str, *, now: Seconds) -> Steps[tuple[str, ...]]:
        """The preparations of the ``target`` phase, none if there is no such phase; see ``Preparer.steps``.

        Raises:
            LocalProtocolError: from inside a hook or a preparation.
        """
        with self._exclusively(f"the preparation of phase {target!r}"):
            phase = self.phases.get(target)
            return () if phase is None else (yield from self._preparer.steps(phase, now))

    def evaluate_with_preparations(self, state: State, *, now: Seconds) -> Steps[TransitionEvaluation | None]:
        """As `evaluate_for_transition`; where that says blocked, prepare and, if that helped, ask once more.

        The second answer may name another target. If the requirements are still not met, no later transition is
        tried: the talk stays where it is, and the next turn tries again.

        Cut short, nothing has moved; a preparation may have done a part of its work.
        """
        first = self.evaluate_for_transition(state)
        if not isinstance(first, Blocked):
            return first
        yield from self.prepare(first.target, now=now)
        if missing := self.phases[first.target].missing_requirements(state):
            return Blocked(first.target, first.transition_index, missing)
        return self.evaluate_for_transition(state)

    def advance(self, state: State, window: TranscriptWindow, *, now: Seconds) -> Steps[TransitionResult | None]:
        """One turn's worth of moving on: evaluate, prepare where that is all that is missing, take one transition.

        Cut short, it is wholly in the old phase or wholly in the new.

        Returns:
            ``None`` when nothing moved.
        """
        match (yield from self.evaluate_with_preparations(state, now=now)):
            case Ready(target=target, transition_index=index):
                why = Guard(index, self.current_phase.transitions[index].description)
                return (yield from self.transition(target, why, state, window, now=now))
            case _:
                return None

    def transition(
        self, target: str, trigger: TransitionTrigger, state: State, window: TranscriptWindow, *, now: Seconds
    ) -> Steps[TransitionResult | None]:
        """Leave the current phase for another, or for itself, with the hooks of both.

        A `Programmatic` trigger is a force: guards, requirements and preparations are not asked. With a `Guard`, the
        requirements are looked at again after ``on_exit``, which may have made one unknown; then it is reported
        and the talk stays.

        Args:
            target: Name of the phase to enter.
            trigger: Why.
            state: Where the keys are.
            window: The transcript window, given to ``on_enter_context``.
            now: This instant.

        Returns:
            What is to be said; ``None`` when nothing was entered.

        Raises:
            LocalProtocolError: from inside a hook or a preparation; nothing has changed.

        Cut short in ``on_exit`` it stays in the old phase, in ``on_enter`` it is in the new one.
        """
        new = self.phases.get(target)
        if new is None:
            return None
        with self._exclusively(f"the transition to phase {target!r}"):
            yield from self._hook("on_exit", self.current_phase.on_exit)
            if isinstance(trigger, Guard) and (missing := new.missing_requirements(state)):
                self._report(f"phase {self._current!r} transition to {target!r}", _given_up(missing))
                return None
            record = self._commit(new, trigger, state, max(now, self._entered_at))
            yield from self._hook("on_enter", new.on_enter)
            self.refresh(state)
            return TransitionResult(
                instruction=self.instruction_text(state),
                context=self._entry_context(state, window),
                prompt_on_enter=bool(new.prompt_on_enter),
                record=record,
            )

    def _commit(self, new: Phase, trigger: TransitionTrigger, state: State, now: Seconds) -> PhaseTransition:
        record = PhaseTransition(
            from_=self._current,
            to=new.name,
            turn=turn_count(state),
            timestamp=now,
            trigger=trigger,
            duration_in_phase=now - self._entered_at,
        )
        self._current = new.name
        self._entered_at = now
        self._history.append(record)
        enter_phase_keys(state, new)
        publish_phase(state, new)
        if self._on_commit is not None:
            self._on_commit(record)
        self.refresh(state)
        return record

    def _hook(self, name: str, hook: PhaseHook | None, within: Seconds = HOOK_WITHIN) -> Steps[None]:
        if hook is not None:
            yield HookCall(f"phase {self._current!r} {name}", hook, within)

    def _entry_context(self, state: State, window: TranscriptWindow) -> tuple[Content, ...] | None:
        make = self.current_phase.on_enter_context
        if make is None:
            return None
        where = f"phase {self._current!r} on_enter_context"
        return attempt(self._report, where, make, state, window, read=answered_contents)

    @contextmanager
    def _exclusively(self, what: str) -> Iterator[None]:
        if self._running is not None:
            raise LocalProtocolError(f"{what} was started while {self._running} is still running")
        self._running = what
        try:
            yield
        finally:
            self._running = None


def _given_up(missing: tuple[str, ...]) -> LocalProtocolError:
    return LocalProtocolError(f"given up: no longer known after on_exit: {', '.join(missing)}")
