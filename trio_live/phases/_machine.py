"""Where the talk stands among its phases, and how it moves on.

Strategy: a transition has one commit, a block without a checkpoint, between two awaits::

    await on_exit(old)  │  commit: current, entered_at, history, state keys  │  await on_enter(new)
    wholly in the old   │                                                    │  wholly in the new

Whatever interrupts the first await (a cancellation, a reporter that raises) leaves the machine in the old phase, and
whatever interrupts the second leaves it in the new one. The machine's own fields change first in the commit, the
functions of the user that a navigation text may call come last: nothing that raises there can leave it half done.

The phase keys are published *before* the new instruction is resolved, because that instruction may show them.

The machine has no lock. It is driven by the control lane, one event at a time; who starts a transition while a hook
is running is told so, since waiting for that hook from within it would wait for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from trio_live._typing import Seconds
from trio_live.errors import LocalProtocolError
from trio_live.events import SessionWriter
from trio_live.phases import _keys
from trio_live.phases._evaluation import Blocked, Ready, TransitionEvaluation
from trio_live.phases._history import Guard, PhaseTransition, TransitionResult, TransitionTrigger
from trio_live.phases._phase import Phase, PhaseHook
from trio_live.phases._preparing import PreparationRunner, Preparer, run_untimed
from trio_live.phases._reporting import ErrorReporter, attempt, attempt_async
from trio_live.phases._steering import SteeringMode
from trio_live.phases._whereabouts import Whereabouts
from trio_live.state import State
from trio_live.wire import Content, Part


class PhaseMachine(Whereabouts):
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
        super().__init__(phases, initial, now=now, report=report, steering=steering)
        self._on_commit = on_commit
        self._preparer = Preparer(report)
        self._running: str | None = None

    # Beginning.

    def seed(self, state: State) -> None:
        """Publish the current phase before anything is sent: its keys, what it presents, the navigation text."""
        _keys.mark_presented(state, self.current_phase)
        self.refresh(state)

    def restore(self, name: str, *, now: Seconds) -> bool:
        """Begin where an earlier session stood, without hooks and without a record.

        Returns:
            False, and nothing happened, if there is no such phase any more or the machine has already moved.
        """
        if name not in self._phases or self._history or self._running:
            return False
        self._initial = self._current = name
        self._entered_at = now
        return True

    async def enter_initial(
        self, state: State, writer: SessionWriter, window: Any, *, has_greeting: bool
    ) -> TransitionResult:
        """Run the entry of the phase the session begins in, once it is connected.

        Its instruction went into the setup (``plan_setup``), so the result has none. It asks for a prompt only if no
        greeting makes the model speak anyway.

        Cancellation: the phase is and stays current.
        """
        with self._exclusively("the entry of the initial phase"):
            await self._run_hook("on_enter", self.current_phase.on_enter, state, writer)
            self.refresh(state)
            return TransitionResult(
                instruction=None,
                context=self._entry_context(state, window),
                prompt_on_enter=bool(self.current_phase.prompt_on_enter) and not has_greeting,
            )

    # Moving on.

    def refresh(self, state: State) -> None:
        """Publish the phase keys and the navigation text as they are now; part of every turn."""
        _keys.publish_phase(state, self.current_phase)
        _keys.publish_navigation(state, self.describe_navigation(state))

    async def prepare(
        self, target: str, state: State, writer: SessionWriter, *, now: Seconds, run: PreparationRunner = run_untimed
    ) -> tuple[str, ...]:
        """Run the preparations of a phase; see ``Preparer.run``.

        Raises:
            LocalProtocolError: from inside a hook or a preparation.
        """
        with self._exclusively(f"the preparation of phase {target!r}"):
            phase = self._phases.get(target)
            return () if phase is None else await self._preparer.run(phase, state, writer, now=now, run=run)

    async def evaluate_with_preparations(
        self, state: State, writer: SessionWriter, *, now: Seconds, run: PreparationRunner = run_untimed
    ) -> TransitionEvaluation | None:
        """As `evaluate_for_transition`; where that says blocked, prepare and, if that helped, ask once more.

        The second answer may name another target. If the requirements are still not met, no later transition is
        tried: the talk stays where it is, and the next turn tries again.

        Cancellation: nothing has moved; a preparation may have done a part of its work.
        """
        first = self.evaluate_for_transition(state)
        if not isinstance(first, Blocked):
            return first
        await self.prepare(first.target, state, writer, now=now, run=run)
        if missing := self._phases[first.target].missing_requirements(state):
            return Blocked(first.target, first.transition_index, missing)
        return self.evaluate_for_transition(state)

    async def advance(
        self, state: State, writer: SessionWriter, window: Any, *, now: Seconds, run: PreparationRunner = run_untimed
    ) -> TransitionResult | None:
        """One turn's worth of moving on: evaluate, prepare where that is all that is missing, take one transition.

        Returns:
            ``None`` when nothing moved.

        Cancellation: wholly in the old phase or wholly in the new.
        """
        match await self.evaluate_with_preparations(state, writer, now=now, run=run):
            case Ready(target=target, transition_index=index):
                return await self.transition(target, Guard(index), state, writer, window, now=now)
            case _:
                return None

    async def transition(
        self,
        target: str,
        trigger: TransitionTrigger,
        state: State,
        writer: SessionWriter,
        window: Any,
        *,
        now: Seconds,
    ) -> TransitionResult | None:
        """Leave the current phase for another, or for itself, and run their hooks.

        A `Programmatic` trigger is a force: guards, requirements and preparations are not asked. With a `Guard`, the
        requirements are looked at again after ``on_exit``, which may have made one unknown; then it is reported
        and the talk stays.

        Args:
            target: Name of the phase to enter.
            trigger: Why.
            state: Where the keys are.
            writer: Given to the hooks.
            window: The transcript window, given to ``on_enter_context``.
            now: This instant.

        Returns:
            What is to be said; ``None`` when nothing was entered.

        Raises:
            LocalProtocolError: from inside a hook or a preparation; nothing has changed.

        Cancellation: in ``on_exit`` it stays in the old phase, in ``on_enter`` it is in the new one.
        """
        new = self._phases.get(target)
        if new is None:
            return None
        with self._exclusively(f"the transition to phase {target!r}"):
            await self._run_hook("on_exit", self.current_phase.on_exit, state, writer)
            if isinstance(trigger, Guard) and (missing := new.missing_requirements(state)):
                self._report(f"phase {self._current!r} transition to {target!r}", _given_up(missing))
                return None
            record = self._commit(new, trigger, state, max(now, self._entered_at))
            await self._run_hook("on_enter", new.on_enter, state, writer)
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
            turn=_keys.turn_count(state),
            timestamp=now,
            trigger=trigger,
            duration_in_phase=now - self._entered_at,
        )
        self._current = new.name
        self._entered_at = now
        self._history.append(record)
        _keys.clear_for_entry(state, new)
        _keys.mark_presented(state, new)
        _keys.publish_phase(state, new)
        if self._on_commit is not None:
            self._on_commit(record)
        _keys.publish_navigation(state, self.describe_navigation(state))
        return record

    async def _run_hook(self, name: str, hook: PhaseHook | None, state: State, writer: SessionWriter) -> None:
        if hook is not None:
            await attempt_async(self._report, f"phase {self._current!r} {name}", hook, state, writer)

    def _entry_context(self, state: State, window: Any) -> tuple[Content, ...] | None:
        make = self.current_phase.on_enter_context
        if make is None:
            return None
        where = f"phase {self._current!r} on_enter_context"
        return attempt(self._report, where, lambda: _checked_contents(make(state, window)))

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


def _checked_contents(contents: Sequence[Content] | None) -> tuple[Content, ...] | None:
    if contents is None:
        return None
    for content in contents:
        if not isinstance(content, Content):
            raise TypeError(f"on_enter_context returned {type(content).__name__} where Content was expected")
        if not all(isinstance(part, Part) for part in content.parts or ()):
            raise TypeError(f"on_enter_context returned {content!r}, whose parts are no Part values")
    return tuple(contents)
