"""A short story about somebody's phases, told to a real session: writes, turns and tool calls, one after the other.

Nothing is simulated: the session has the agent's own phases, guards, hooks, computed values and watchers, and the
control plane runs them. Only the server and the clock are ours.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Final, TypeAlias

import attrs
import trio
from trio.testing import MockClock

from trio_live import events
from trio_live._typing import Json, JsonObject, Seconds
from trio_live.errors import ConfigError, LinkLost
from trio_live.events import LiveEvent
from trio_live.lanes import LiveEventStream
from trio_live.live import Live, LiveHandle
from trio_live.phases import Phase
from trio_live.state import State
from trio_live.testing._steps import Asked, Asks, CompletesTurn, Hears, Saying, Writes, batches_of, opening
from trio_live.transport import MemoryTransport, memory_transport_pair
from trio_live.wire import FunctionCall, FunctionResponse, Platform

PATIENCE: Final[Seconds] = 600.0
"""How long one step may take, in virtual time: longer than any hook means to."""


@attrs.frozen
class Write:
    """A value appears in the state, whoever wrote it."""

    key: str
    value: Json

    def __str__(self) -> str:
        return f"{self.key} = {self.value!r}"


@attrs.frozen
class Turn:
    """Somebody says something, the model answers, the turn is complete."""

    def __str__(self) -> str:
        return "a turn"


@attrs.frozen
class CallFunction:
    """The model calls a function."""

    name: str
    args: JsonObject = attrs.field(factory=dict)

    def __str__(self) -> str:
        return f"the model calls {self.name}({', '.join(f'{name}={value!r}' for name, value in self.args.items())})"


StoryStep: TypeAlias = Write | Turn | CallFunction
Story: TypeAlias = tuple[StoryStep, ...]


@attrs.frozen
class Obstacle:
    """What keeps one way closed at one moment: a guard, an entry guard, or keys that are not known."""

    way: int
    target: str
    what: str
    """Empty: nothing does."""


@attrs.frozen
class Moment:
    """What could be seen after some steps of a story."""

    steps: int
    """How many steps had been told."""
    phase: str
    met: frozenset[str]
    """The needs of the phase that were known."""
    obstacles: tuple[Obstacle, ...]


@attrs.frozen
class Complaint:
    """A rule of phases that was broken in a story."""

    phase: str
    what: str


@attrs.frozen
class Telling:
    """A story told."""

    moments: tuple[Moment, ...]
    complaint: Complaint | None = None
    error: Exception | None = None
    """What user code raised, if that was the complaint."""


def tell(live: Live, story: Sequence[StoryStep], real_tools: Collection[str]) -> Telling:
    """Tell a story to a fresh session of an agent. Runs Trio itself.

    Args:
        live: the agent. A State of its own is copied, never touched.
        story: what happens.
        real_tools: the functions that really run; all others are answered with nothing.
    """
    return trio.run(_Teller(live, real_tools).tell, tuple(story), clock=MockClock(autojump_threshold=0))


class _Teller:
    def __init__(self, live: Live, real_tools: Collection[str]) -> None:
        given = live.spec.state
        state = State(given.to_dict()) if given is not None else State()
        self._real = frozenset(real_tools)
        self._phases: Mapping[str, Phase] = live.declared_phases()
        self._own_tools = live.spec.callbacks.on_tool_call
        self._live = live.state(state).callback_errors("raise").on_tool_call(self._answer)
        self._moments: list[Moment] = []
        self._ids = itertools.count(1)
        self._complaint: Complaint | None = None
        self._session: LiveHandle

    async def tell(self, story: Story) -> Telling:
        near, far = memory_transport_pair()
        await far.send([opening(Platform.GOOGLE_AI)])
        try:
            async with self._live.connect_with_transport(near) as session, session.events() as stream:
                self._session = session
                self._look(0)
                for told, step in enumerate(story, start=1):
                    if self._complaint is not None or not await self._perform(step, far, stream):
                        break
                    self._look(told)
        except Exception as error:  # whatever the agent's own code raised is what we look for
            if isinstance(error, ConfigError) and not self._moments:
                raise
            where = self._moments[-1].phase if self._moments else self._live.spec.control.initial_phase or ""
            return Telling(tuple(self._moments), Complaint(where, f"raised {type(error).__name__}: {error}"), error)
        return Telling(tuple(self._moments), self._complaint)

    async def _perform(self, step: StoryStep, far: MemoryTransport, stream: LiveEventStream[LiveEvent]) -> bool:
        """One step; returns whether the session goes on."""
        match step:
            case Write(key, value):
                self._session.state.set(key, value)
                return True
            case Turn():
                await _say(far, Hears("Yes."), Writes("Good."), CompletesTurn())
                return await _reached(stream, events.TurnComplete)
            case CallFunction(name, args):
                await _say(far, Asks((Asked(name, args, f"call-{next(self._ids)}"),)))
                return await _reached(stream, events.ToolExecution)

    async def _answer(self, calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse] | None:
        allowed = self._phases[self._session.conversation_phase or ""].tools_enabled
        for call in calls:
            if allowed is not None and call.name not in allowed:
                self._complain(f"ran the tool {call.name!r}, which is not one of its tools")
        wanted = [call for call in calls if call.name in self._real]
        answers = [FunctionResponse.of(call, {}) for call in calls if call.name not in self._real]
        own = await self._own_tools(wanted, state) if wanted and self._own_tools is not None else None
        return (
            None if wanted and own is None else [*answers, *(own or ())]
        )  # None: a typed tool runs; one call at a time

    def _look(self, told: int) -> None:
        current = self._session.conversation_phase or ""
        phase = self._phases.get(current)
        if phase is None:
            self._complain("is current, but was never declared")
            return
        before, state = self._phases[self._moments[-1].phase] if self._moments else phase, self._session.state
        if before.terminal and before.name != current:
            self._complain(f"is terminal, and was left for {current!r}", before.name)
        met = frozenset(key for key in phase.needs if state.is_known(key))
        self._moments.append(Moment(told, current, met, tuple(self._obstacles(phase, state))))

    def _obstacles(self, phase: Phase, state: State) -> list[Obstacle]:
        found = []
        for index, transition in enumerate(phase.transitions if not phase.terminal else ()):
            target = self._phases[transition.target]
            missing = target.missing_requirements(state)
            if not _says_yes(transition.guard, state):
                what = "its guard says no"
            elif target.guard is not None and not _says_yes(target.guard, state):
                what = f"the entry guard of {target.name!r} says no"
            else:
                what = f"{target.name!r} requires {', '.join(map(repr, missing))}" if missing else ""
            found.append(Obstacle(index, target.name, what))
        return found

    def _complain(self, what: str, phase: str | None = None) -> None:
        self._complaint = self._complaint or Complaint(phase or self._session.conversation_phase or "", what)


def _says_yes(guard: object, state: State) -> bool:
    try:
        return bool(guard(state))  # type: ignore[operator]  # a StatePredicate
    except Exception:  # noqa: BLE001  # the session asks it too, and tells of the error
        return False


async def _say(far: MemoryTransport, *steps: Saying) -> None:
    with suppress(LinkLost):  # the agent has hung up
        await far.send([frame for step in steps for batch in batches_of(step, Platform.GOOGLE_AI) for frame in batch])


async def _reached(stream: LiveEventStream[LiveEvent], kind: type[LiveEvent]) -> bool:
    """Read until an event of that kind; false when the session ended before."""
    with trio.fail_after(PATIENCE):
        async for event in stream:
            if isinstance(event, kind):
                return True
    return False
