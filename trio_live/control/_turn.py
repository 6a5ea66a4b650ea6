"""The end of a turn, as a list of steps. Reordering them is a one-line change that a reviewer sees.

Every step runs for every turn the server completes, also for one in which nobody said anything; those for which a
session has declared nothing (`ONLY_WITH`) are left out of its list once and for all. A step decides with the pure rooms
below and performs what they decided; what later steps need travels in a `TurnRun`. One that has to wait returns what is
to be awaited.

A *soft* turn runs the shorter list: the model chose to stay silent, so nothing is written to the wire, nothing is
counted, and what a transition would have said waits for the next real turn.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from types import MethodType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import trio

from trio_live import events, wire_events
from trio_live._tasks import within
from trio_live.control._conversation import Conversation, run_steps
from trio_live.control._telling import Telling
from trio_live.control._turn_run import TurnRun
from trio_live.control._words import Words
from trio_live.conversation import TranscriptWindow
from trio_live.lanes import EventCallbacks
from trio_live.lanes._internal import Barrier, Dispatcher, RawWriter
from trio_live.phases import TransitionResult
from trio_live.phases._internal import Steps, count_turn, join_results
from trio_live.telemetry._internal import NO_TRACING, Tracing

if TYPE_CHECKING:
    from trio_live.control._extraction import Extractors
    from trio_live.reactive import TemporalPattern

logger = logging.getLogger("trio_live.control")

WINDOW_TURNS: Final = 5
"""Turns that guards' helpers and entry contexts see."""


class TurnPipeline:
    """Closes turns.

    Args:
        words: what was said and written.
        telling: says to the model what is to be said.
        dispatcher: calls user code.
        conversation: what is remembered between turns.
        writer: the raw writer, for hooks and callbacks.
        callbacks: the user's.
        barrier: knows how far the fast lane has come.
        publish: publishes a live event.
        count_soft_turn: counts one.
        extractors: find facts in what was said; ``None`` without any.
        tracing: is told of each step.
    """

    def __init__(
        self,
        words: Words,
        telling: Telling,
        dispatcher: Dispatcher,
        conversation: Conversation,
        *,
        writer: RawWriter,
        callbacks: EventCallbacks,
        barrier: Barrier,
        publish: Callable[[events.LiveEvent], None],
        count_soft_turn: Callable[[], None],
        extractors: Extractors | None,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self.words = words
        self.telling = telling
        self._dispatcher = dispatcher
        self._talk = conversation
        self._writer = writer
        self._callbacks = callbacks
        self._barrier = barrier
        self._publish = publish
        self._count_soft_turn = count_soft_turn
        self._extractors = extractors
        self._doing = tracing.doing
        self._state = conversation.state
        self.refit()

    def refit(self) -> None:
        """Leave out the steps for which there is nothing; again, when another agent has taken over."""
        self._steps, self._soft_steps = (self._wanted(steps) for steps in (STEPS, SOFT_STEPS))

    def _wanted(self, steps: Sequence[Step]) -> list[Callable[[TurnRun], Awaitable[None] | None]]:
        """Those for which there is something in this session, each bound to whose it is."""
        wanted = (step for step in steps if step not in ONLY_WITH or ONLY_WITH[step](self._talk, self._callbacks))
        return [MethodType(step, self.telling if step in TOLD else self) for step in wanted]

    async def complete(self, tally: wire_events.TurnTally, *, soft: bool = False, cut: bool = False) -> None:
        """Run the steps of a turn, of which ``tally`` says what it holds; ``cut``: its connection was lost.

        Cancellation: steps that ran have had their effect, the others have not begun.
        """
        run = TurnRun(is_soft=soft, tally=tally, was_cut=cut)
        for step in self._soft_steps if soft else self._steps:
            with self._doing("step", step.__name__):
                waiting = step(run)
                if waiting is not None:
                    await waiting

    async def final_transcripts(self, run: TurnRun) -> None:
        """Exactly one final text a turn and side: the model's, then the user's."""
        await self._barrier.wait_told()  # all of its pieces come before it
        self.words.tell_finals(run.tally)

    def close_transcript(self, run: TurnRun) -> None:
        """``turn:`` keys end with their turn; the transcript gets a new entry if anything was said."""
        self._state.clear_prefix("turn:")
        run.record = self.words.close(run.tally)

    async def extract(self, run: TurnRun) -> None:
        """Facts come out of what was said, before anything is decided by them."""
        if self._extractors is not None and (run.user_spoke or not run.is_soft):
            await self._extractors.turn_ended()

    def recompute(self, _: TurnRun) -> None:
        """Computed values, before anybody's guard reads them."""
        self._talk.recompute()

    async def move_on(self, run: TurnRun) -> None:
        """At most one transition, with its hooks and, where that is all that is missing, its preparations."""
        machine = self._talk.machine
        if machine is None:
            return
        await self.move(machine.advance(self._state, self.window(), now=trio.current_time()), run)
        if run.transition is None:
            machine.refresh(self._state)
        elif run.is_soft:
            self._talk.unsaid = join_results(self._talk.unsaid, run.transition)

    async def move(self, steps: Steps[TransitionResult | None], run: TurnRun) -> None:
        """Make a move, and publish it."""
        moves = self._talk.moves
        try:
            run.transition = await run_steps(steps, self._dispatcher, self._state, self._writer)
        finally:
            # Also when ``on_enter`` was cancelled: the talk has moved, and that is what the event says.
            for record in moves:
                self._publish(events.PhaseTransition(record.from_, record.to, record.reason))
            moves.clear()
        if run.transition is not None and self._extractors is not None:
            await self._extractors.phase_changed()
        if self._talk.computed is not None:
            self._talk.recompute()  # hooks, preparations and extractors may have written

    async def watch(self, _: TurnRun) -> None:
        """Net changes since the last evaluation: blocking actions one by one, then the others at once."""
        watchers = self._talk.watchers
        for firing in () if watchers is None else watchers.evaluate(self._state):
            where, limit = firing.watcher.where, firing.watcher.timeout
            if firing.watcher.blocking:
                await self._dispatcher.run(where, within, limit, firing.act, self._state)
            else:
                self._dispatcher.spawn(where, within, limit, firing.act, self._state)

    def detect(self, run: TurnRun) -> None:
        """Temporal patterns see the end of the turn."""
        if self._talk.patterns is not None:
            event = None if run.is_soft else wire_events.TurnComplete()
            self.start(self._talk.patterns.check_all(self._state, event, trio.current_time()))

    def start(self, patterns: list[TemporalPattern]) -> None:
        """Start the actions of patterns that were found; nothing waits for them."""
        for pattern in patterns:
            self._dispatcher.spawn(pattern.where, pattern.action, self._state, self._writer)

    def turn_boundary(self, _: TurnRun) -> Awaitable[None]:
        """The developer's chance to step in."""
        callback = self._callbacks.on_turn_boundary
        return self._dispatcher.run("on_turn_boundary", callback, self._state, self._writer)

    def turn_complete(self, _: TurnRun) -> Awaitable[None]:
        """``on_turn_complete``, by its mode."""
        callbacks = self._callbacks
        mode = callbacks.on_turn_complete_mode
        return self._dispatcher.run("on_turn_complete", callbacks.on_turn_complete, mode=mode)

    def count(self, run: TurnRun) -> None:
        """From here on the next turn is the current one. Whoever took over has spoken, if anybody has."""
        if run.model_spoke and not run.was_cut:
            self._talk.handed.owes = None
        count_turn(self._state)

    def save(self, _: TurnRun) -> None:
        """What the session is now is kept; nobody waits for the disk."""
        if self._talk.save_soon is not None:
            self._talk.save_soon()

    def publish(self, run: TurnRun) -> None:
        """Last of all: whoever sees this event knows that all the rest is done."""
        self._publish(events.TurnComplete(run.tally.turn, self.words.are_missing(run.tally), run.was_cut))
        self.words.handled(run.tally, run.record)

    def count_soft(self, _: TurnRun) -> None:
        """A soft turn is no turn; the telemetry knows it."""
        self._count_soft_turn()

    def window(self) -> TranscriptWindow:
        """The last turns, as hooks see them."""
        return self._talk.buffer.snapshot_window(WINDOW_TURNS)


Step: TypeAlias = Callable[[Any, TurnRun], Awaitable[None] | None]
"""A method of the pipeline, or of what tells the model."""

TOLD: Final[frozenset[Step]] = frozenset(
    {Telling.advise, Telling.repair, Telling.steer, Telling.amend, Telling.deliver}
)
"""The steps that are not the pipeline's own."""

STEPS: Final[tuple[Step, ...]] = (
    TurnPipeline.final_transcripts,
    TurnPipeline.close_transcript,
    TurnPipeline.extract,
    TurnPipeline.recompute,
    TurnPipeline.move_on,
    Telling.advise,
    Telling.repair,
    Telling.steer,
    TurnPipeline.watch,
    TurnPipeline.detect,
    Telling.amend,
    Telling.deliver,
    TurnPipeline.turn_boundary,
    TurnPipeline.turn_complete,
    TurnPipeline.count,
    TurnPipeline.save,
    TurnPipeline.publish,
)
"""A turn the server completed."""

SOFT_STEPS: Final[tuple[Step, ...]] = (
    TurnPipeline.final_transcripts,
    TurnPipeline.close_transcript,
    TurnPipeline.extract,
    TurnPipeline.recompute,
    TurnPipeline.move_on,
    TurnPipeline.watch,
    TurnPipeline.detect,
    TurnPipeline.turn_boundary,
    TurnPipeline.count_soft,
)
"""A silence in which a turn should have been. Nothing here writes to the wire, but for ``on_turn_boundary`` itself."""

ONLY_WITH: Final[dict[Step, Callable[[Conversation, EventCallbacks], bool]]] = {
    TurnPipeline.extract: lambda talk, _: bool(talk.options.extractors),
    TurnPipeline.recompute: lambda talk, _: talk.computed is not None,
    TurnPipeline.move_on: lambda talk, _: talk.machine is not None,
    Telling.advise: lambda talk, _: talk.machine is not None,
    Telling.repair: lambda talk, _: talk.machine is not None and talk.needs is not None,
    Telling.steer: lambda talk, _: (
        talk.machine is not None and any(phase.modifiers for phase in talk.machine.phases.values())
    ),
    TurnPipeline.watch: lambda talk, _: talk.watchers is not None,
    TurnPipeline.detect: lambda talk, _: talk.patterns is not None,
    Telling.amend: lambda _, callbacks: (
        callbacks.instruction_amendment is not None or callbacks.instruction_template is not None
    ),
    TurnPipeline.turn_boundary: lambda _, callbacks: callbacks.on_turn_boundary is not None,
    TurnPipeline.turn_complete: lambda _, callbacks: callbacks.on_turn_complete is not None,
    TurnPipeline.save: lambda talk, _: talk.save_soon is not None,
}
"""What a session must have for a step to have anything to do; all others always have."""
