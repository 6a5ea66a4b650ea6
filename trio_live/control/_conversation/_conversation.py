"""What one session remembers of its conversation: transcript, phases, registries, what the model was told last.

One object, owned by the control lane. It holds; the steps of `trio_live.control._turn` decide and do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from trio_live._typing import Json, Seconds
from trio_live._values import value
from trio_live.control._conversation._agents import Agent, Handed, Roster
from trio_live.control._conversation._options import ControlOptions
from trio_live.control._conversation._wishes import PhaseWish, RefreshWish
from trio_live.control._speaking import PendingContext, Playback, Timings, TrackedGreeting
from trio_live.conversation import NeedsFulfillment, TranscriptBuffer, TranscriptTurn
from trio_live.dispatch import ToolDispatcher
from trio_live.events import Road, SteeringChannel
from trio_live.phases import ContextDelivery, Phase, PhaseMachine, PhaseTransition, TransitionResult
from trio_live.phases._internal import (
    PHASE_KEY,
    InitialSetup,
    InstructionLedger,
    StandingContext,
    plan_setup,
    publish_agent,
)
from trio_live.session._internal import lower
from trio_live.state import State
from trio_live.wire import LiveModelProfile, Tool

if TYPE_CHECKING:
    from trio_live.reactive import ComputedRegistry, TemporalRegistry, WatcherRegistry
    from trio_live.voice import SoftTurnDetector

logger = logging.getLogger("trio_live.control")


@value(kw_only=True)
class Restored:
    """Where an earlier session stood, with which this one goes on."""

    phase: str = ""
    """Its phase; empty for the initial one."""
    turns: tuple[TranscriptTurn, ...] = ()
    """Its transcript, stamped on this session's clock."""
    goes_on: bool = False
    """Whether the model remembers it, too: the server was given a handle to resume it with."""


class Conversation:
    """One conversation.

    Args:
        options: the declared structure.
        state: the session's State; seeded with the initial phase here, before anything is sent.
        report: told where user code raised, and what.
        now: this instant.
        report_sparingly: as ``report``, from what is called at nearly every event.
        abilities: of the model that is spoken to.
        tools: every tool of the session.
        dispatcher: the tools that are functions of this program; ``None`` for none.
        roster: the agents of the call, if it has several; what the one who speaks declares stands in the other arguments.
        restored: where an earlier session stood; its State is in ``state`` already.
    """

    def __init__(
        self,
        options: ControlOptions,
        state: State,
        report: Callable[[str, Exception], None],
        now: Seconds,
        *,
        report_sparingly: Callable[[str, Exception], None],
        abilities: LiveModelProfile,
        tools: Sequence[Tool] = (),
        dispatcher: ToolDispatcher | None = None,
        roster: Roster | None = None,
        restored: Restored | None = None,
    ) -> None:
        self.roster = roster
        """Who may speak; ``None`` where nobody hands over."""
        self._report, self._abilities = report, abilities
        self.restored = restored
        """Where an earlier session stood; ``None`` for a talk that begins."""
        self.options = options
        self.state = state
        self.tools = tuple(tools)
        """Every tool of the session."""
        self.dispatcher = dispatcher or ToolDispatcher()
        """The tools that are functions of this program."""
        self.buffer = TranscriptBuffer()
        self.buffer.restore(restored.turns if restored is not None else ())
        self.moves: list[PhaseTransition] = []
        """Transitions that are made and not published yet."""
        self.needs = NeedsFulfillment(options.repair) if options.repair is not None else None
        self.computed, self.watchers, self.patterns = registries_of(options, report, report_sparingly)
        self.soft_turn = soft_turn_of(options)
        self.timings = Timings(options.voice.timings, lambda: self.phase)
        """What holds of the timing of the talk, now and in each phase."""
        self.pending = PendingContext() if self._may_defer() else None
        """What waits for the user's words, and the prompt; ``None`` where nothing ever waits."""
        self.machine = self._machine(now, restored.phase if restored is not None else "")
        if roster is not None:
            publish_agent(state, roster.current.name)
        self.recompute()
        self._seed()
        self.initial: InitialSetup = self.first_words()
        self.ledger = InstructionLedger(self.initial.system_instruction)
        self.standing = StandingContext()
        self.unsaid: TransitionResult | None = None
        """What a soft turn's transition would have said; it waits for the next real turn."""
        self.handed = Handed()
        """What a transfer has left open."""
        self.declared: tuple[str, ...] | None = None
        """The functions that are declared, where the phases declare them."""
        self.wishes: list[PhaseWish] = []
        """Transitions that the program asked for and that have not been made yet."""
        self.refreshes: list[RefreshWish] = []
        """Calls that wait until extractors have looked at the running turn."""
        self.greeting = TrackedGreeting(options.greeting) if options.greeting is not None else None
        """Where the greeting stands; ``None`` without one."""
        self.playback = Playback()
        """Of the model's sound."""
        self.tick_is_waiting = False
        """Whether a tick of the timers has not been handled yet."""
        self.save_soon: Callable[[], None] | None = None
        """Has the conversation saved; ``None`` where nothing is kept."""
        self.is_open = False
        """Whether the beginning (initial phase, greeting) is over; a reconnect does not repeat it."""

    def _seed(self) -> None:
        """Publish where the talk begins, and let watchers look at it."""
        if self.machine is not None:
            if self.restored is None:
                _tell_where_it_begins(self.machine, self.state.get(PHASE_KEY))
            self.machine.seed(self.state)
        self.timings.publish(self.state)
        if self.watchers is not None:
            for watcher in self.options.watchers:
                self.watchers.add(watcher, self.state)

    def first_words(self) -> InitialSetup:
        """What whoever speaks now is told at the beginning, as the State is at this moment."""
        return plan_setup(
            self.options.steering_mode,
            standing_instruction=self.options.standing_instruction,
            phase_instruction=self.machine.instruction_text(self.state) if self.machine is not None else None,
            takes_context=lower(SteeringChannel.FACTS, self._abilities).road is Road.CONTENT,
        )

    def take_over(self, agent: Agent, now: Seconds) -> None:
        """Another agent speaks from this moment: its structure, its functions, its first phase. No checkpoint.

        Args:
            agent: of the roster.
            now: this instant.
        """
        if self.roster is not None:
            self.roster.current = agent
        if self.needs is not None and self.machine is not None:
            self.needs.transitioned(self.machine.current, self.machine.current, self.state)
        self.options, self.dispatcher = agent.options, agent.dispatcher
        self.tools = tuple(agent.setup.tools or ())
        self.needs = NeedsFulfillment(agent.options.repair) if agent.options.repair is not None else None
        self.standing, self.unsaid, self.declared, self.handed = StandingContext(), None, None, Handed()
        self.machine = self._machine(now)
        publish_agent(self.state, agent.name)
        self.recompute()
        if self.machine is not None:
            self.machine.seed(self.state)
        self.timings.publish(self.state)

    def _machine(self, now: Seconds, begins: str = "") -> PhaseMachine | None:
        options = self.options
        if options.initial_phase is None:
            return None
        machine = PhaseMachine(
            options.merged_phases(),
            options.initial_phase,
            now=now,
            report=self._report,
            steering=options.steering_mode,
            on_commit=self._moved,
        )
        if begins:
            machine.restore(begins, now=now)
        return machine

    def _may_defer(self) -> bool:
        return self.options.context_delivery is ContextDelivery.DEFERRED or self.timings.may_defer

    def _moved(self, record: PhaseTransition) -> None:
        self.moves.append(record)
        self.timings.publish(self.state)
        if self.needs is not None:
            self.needs.transitioned(record.from_, record.to, self.state)

    def recompute(self) -> list[str]:
        """Bring the computed values up to date; the keys of those that changed."""
        return self.computed.recompute(self.state) if self.computed is not None else []

    @property
    def phase(self) -> str | None:
        """The current phase of the conversation; ``None`` without phases."""
        return self.machine.current if self.machine is not None else None

    @property
    def current_phase(self) -> Phase | None:
        """What stands for the conversation now; ``None`` without phases."""
        return self.machine.current_phase if self.machine is not None else None

    @property
    def context_delivery(self) -> ContextDelivery:
        """When context turns leave, as things stand."""
        timing = self.timings.now
        return (timing and timing.context_delivery) or self.options.context_delivery

    @property
    def tools_enabled(self) -> tuple[str, ...] | None:
        """The tools of the current phase; ``None`` allows all."""
        return self.machine.current_phase.tools_enabled if self.machine is not None else None

    @property
    def base_instruction(self) -> str | None:
        """What an amendment is added to."""
        if self.machine is not None:
            return self.machine.instruction_text(self.state)
        return self.ledger.setup_instruction


def _tell_where_it_begins(machine: PhaseMachine, left: Json) -> None:
    """A State may hold the phase of an earlier session. Only what was persisted goes on; that is to be known."""
    if isinstance(left, str) and left in machine.phases and left != machine.current:
        logger.warning(
            "the State holds phase %r, in which another session left it; this one begins in %r, its initial phase: "
            "a talk goes on where it was with `Live.persistence`",
            left,
            machine.current,
        )


def registries_of(
    options: ControlOptions,
    report: Callable[[str, Exception], None],
    report_sparingly: Callable[[str, Exception], None],
) -> tuple[ComputedRegistry | None, WatcherRegistry | None, TemporalRegistry | None]:
    """Registries of what is declared, but for the watchers themselves, which look at the seeded State first.

    ``None`` where there is nothing for one. The reactive room is loaded only where something is declared.
    """
    if not (options.computed or options.watchers or options.patterns):
        return None, None, None
    from trio_live.reactive import ComputedRegistry, TemporalRegistry, WatcherRegistry

    computed, patterns = ComputedRegistry(report=report), TemporalRegistry(report=report_sparingly)
    for variable in options.computed:
        computed.register(variable)
    for recipe in options.patterns:
        patterns.add(recipe())
    watchers = WatcherRegistry(report=report) if options.watchers else None
    return computed if options.computed else None, watchers, patterns if options.patterns else None


def soft_turn_of(options: ControlOptions) -> SoftTurnDetector | None:
    """The detector of soft turns, where they are wanted. The voice room is loaded only then."""
    if options.soft_turn_timeout is None:
        return None
    from trio_live.voice import SoftTurnDetector

    return SoftTurnDetector(options.soft_turn_timeout)
