"""Hypothesis for agents: strategies for the values of this package, and a check of your own phases.

Needs the extra ``testing``. The rest of `trio_live.testing` does not need Hypothesis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from trio_live import wire_events
from trio_live._typing import Json, JsonObject
from trio_live.errors import ConfigError
from trio_live.live import Live
from trio_live.phases import Phase, PhaseMachine, PhasePreparation, StatePredicate, Transition
from trio_live.state import State
from trio_live.testing._phase_model import Atlas, Fault, PhaseFault
from trio_live.testing._script import Script
from trio_live.testing._steps import (
    Asked,
    CompletesGeneration,
    CompletesTurn,
    GoesAway,
    Hears,
    Interrupts,
    Speaks,
    Stalls,
    Thinks,
    Writes,
)
from trio_live.testing._story import CallFunction, Story, StoryStep, Turn, Write
from trio_live.wire import FunctionCall

__all__ = [
    "Fault",
    "PhaseFault",
    "check_phases",
    "json_values",
    "phase_machines",
    "phases",
    "scripts",
    "session_events",
    "states",
]

NAMES: Final = ("a", "b", "c", "d")
KEYS: Final = ("k0", "k1", "k2")
TOOLS: Final = ("f", "g")
WORDS: Final = ("", "Yes.", " no", "three", "ü")
STORY_TURNS: Final = 5
"""Turns added to a story that is known already."""


def json_values() -> st.SearchStrategy[Json]:
    """Small JSON values of every kind."""
    plain = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(WORDS)
    return st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=2),
        max_leaves=4,
    )


def states(keys: Sequence[str] = KEYS, values: st.SearchStrategy[Json] | None = None) -> st.SearchStrategy[State]:
    """States with some of these keys, and values of that strategy; of any JSON without one."""
    return st.dictionaries(st.sampled_from(keys), json_values() if values is None else values).map(State)


def phases(
    name: str = "a", *, targets: Sequence[str] = NAMES, keys: Sequence[str] = KEYS, tools: Sequence[str] = TOOLS
) -> st.SearchStrategy[Phase]:
    """A phase with everything that phases can have. Its guards ask whether a key is true.

    Args:
        name: its name.
        targets: where it may lead.
        keys: what guards, needs, requirements, preparations and clearing are about.
        tools: what it may allow.
    """
    some_keys = st.lists(st.sampled_from(keys), unique=True, max_size=2)
    guards = st.sampled_from(keys).map(_is_true) | st.just(_always)
    return st.builds(
        Phase,
        st.just(name),
        st.sampled_from(("", f"Be {name}.")),
        tools_enabled=st.none() | st.lists(st.sampled_from(tools), unique=True),
        guard=st.none() | guards,
        transitions=st.lists(st.builds(Transition, st.sampled_from(targets), guards), max_size=3),
        terminal=st.sampled_from((False, False, False, True)),
        prompt_on_enter=st.none() | st.booleans(),
        needs=some_keys,
        requires=some_keys,
        preparations=st.lists(st.sampled_from(keys).map(_preparation), max_size=2),
        presents=st.lists(st.sampled_from(("terms", "price")), unique=True),
        clear_on_enter=some_keys,
    )


def phase_machines(
    names: Sequence[str] = NAMES, *, keys: Sequence[str] = KEYS, tools: Sequence[str] = TOOLS
) -> st.SearchStrategy[PhaseMachine]:
    """A valid machine of phases of these names, in the first one. What its functions raise is passed over."""
    each = [phases(name, targets=names, keys=keys, tools=tools) for name in names]
    return st.tuples(*each).map(lambda made: PhaseMachine(made, names[0], now=0.0, report=lambda *_: None))


def session_events(
    max_turns: int = 4, *, tools: Sequence[str] = TOOLS
) -> st.SearchStrategy[list[wire_events.SessionEvent]]:
    """What a session may see of one connection: it is opened, there are up to ``max_turns`` turns, and it ends."""
    words = st.sampled_from(WORDS)
    calls = st.lists(
        st.builds(FunctionCall, st.sampled_from(("1", "2", "3")), st.sampled_from(tools)), min_size=1, max_size=2
    )
    during = st.one_of(
        st.builds(wire_events.InputTranscription, words),
        st.builds(wire_events.OutputTranscription, words),
        st.builds(wire_events.TextDelta, words),
        st.builds(wire_events.Thought, words),
        st.builds(wire_events.AudioData, st.binary(min_size=2, max_size=4)),
        st.builds(wire_events.ToolCall, calls.map(tuple)),
        st.builds(wire_events.ToolCallCancelled, st.just(("1",))),
        st.builds(wire_events.GoAway, st.none() | st.just(9.5)),
        st.just(wire_events.VoiceActivityStart()),
        st.just(wire_events.VoiceActivityEnd()),
        st.just(wire_events.Interrupted()),
        st.just(wire_events.GenerationComplete()),
    )
    turn = st.lists(during, max_size=6).map(lambda said: [*said, wire_events.TurnComplete()])
    return st.lists(turn, max_size=max_turns).map(
        lambda turns: [wire_events.Connected(), *(e for t in turns for e in t), wire_events.Disconnected()]
    )


def scripts(max_turns: int = 3, *, tools: Sequence[str] = TOOLS) -> st.SearchStrategy[Script]:
    """Scripts, of ``max_turns`` turns at most, of a server that may say and ask anything and never hangs up."""
    words, some = st.sampled_from(WORDS), st.sampled_from(tools)
    args = st.dictionaries(st.sampled_from(KEYS), json_values(), max_size=2)
    calls = st.builds(Asked, some, args)
    said = st.one_of(
        st.builds(Hears, words),
        st.builds(Speaks, words, st.sampled_from((0.0, 0.04, 0.2))),
        st.builds(Writes, words),
        st.builds(Thinks, words),
        st.just(Interrupts()),
        st.just(CompletesGeneration()),
        st.builds(GoesAway, st.sampled_from((0.0, 9.5))),
        st.builds(Stalls, st.sampled_from((0.0, 0.5, 30.0))),
    )
    asked = st.lists(calls, min_size=1, max_size=2)
    turn = st.lists(said | asked | calls, max_size=5)
    return st.lists(turn, max_size=max_turns).map(_script)


def check_phases(
    live: Live,
    *,
    writes: Mapping[str, st.SearchStrategy[Json]],
    tools: Mapping[str, st.SearchStrategy[JsonObject]] | None = None,
    max_examples: int = 100,
) -> None:
    """Tell stories about an agent until something is wrong with its phases, or nothing seems to be.

    Every story runs in a real session, in memory and in virtual time. In each of them no terminal phase is left, no
    tool runs outside its phase, the current phase is a declared one, and nothing that you wrote raises. Over all of
    them, every phase is reached, and every need of a phase becomes known there.

    Stories are grown, not guessed: from every phase that was reached, new ones go on. So a phase behind many others is
    found as well as the second. Call it from a plain test function, not from an async one.

    Args:
        live: the agent. Nothing of it is changed; hooks, watchers and the tools named in ``tools`` really run.
        writes: what may appear in the state, whoever writes it in earnest: a strategy for each key.
        tools: functions that may really be called, with a strategy for their arguments. All declared functions are
            called in every phase, to see that they are kept out where they do not belong; one that is not named here
            is answered without running.
        max_examples: stories that go on from each phase.

    Raises:
        PhaseFault: something is wrong; it names phases, and the shortest story found for each.
        ConfigError: the agent has no phases, or does not compile.
    """
    declared, initial = live.declared_phases(), live.spec.control.initial_phase
    if not declared or initial not in declared:
        raise ConfigError("check_phases needs an agent with phases, one of them the initial phase")
    given_tools = dict(tools or {})
    atlas = Atlas(live, tuple(given_tools))
    atlas.tell(())
    continuations = _continuations(writes, _declared_tools(live), given_tools)
    explored: list[str] = []
    while remaining := [name for name in atlas.stories if name not in explored]:
        explored.append(remaining[0])
        _explore(atlas, atlas.stories[remaining[0]], continuations, max_examples, len(explored))
    faults = tuple(atlas.faults())
    if faults:
        raise PhaseFault(*faults)


def _explore(
    atlas: Atlas, start: Story, continuations: st.SearchStrategy[Story], max_examples: int, number: int
) -> None:
    """Tell stories that go on from the end of one that is known."""

    @seed(number)
    @settings(max_examples=max_examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(continuations)
    def one(more: Story) -> None:
        atlas.tell(start + more)

    try:
        one()
    except PhaseFault as found:
        raise PhaseFault(atlas.shortest(found.faults[0])) from found.__cause__
    atlas.straighten()


def _continuations(
    writes: Mapping[str, st.SearchStrategy[Json]],
    declared: Sequence[str],
    tools: Mapping[str, st.SearchStrategy[JsonObject]],
) -> st.SearchStrategy[Story]:
    """Some turns; before each of them, some writes and calls, or every write at once."""
    single = [values.map(_writing(key)) for key, values in writes.items()]
    asked = [tools.get(name, st.just({})).map(_calling(name)) for name in declared]
    turn: st.SearchStrategy[StoryStep] = st.just(Turn())
    before = [st.lists(st.one_of(*single, *asked), max_size=3)] if single or asked else [st.just([])]
    if single:
        before.append(st.tuples(*single).map(list))
    beat = st.tuples(st.one_of(*before), turn).map(lambda parts: (*parts[0], parts[1]))
    return st.lists(beat, min_size=1, max_size=STORY_TURNS).map(lambda beats: tuple(s for beat in beats for s in beat))


def _writing(key: str) -> Any:
    return lambda value: Write(key, value)


def _calling(name: str) -> Any:
    return lambda args: CallFunction(name, args)


def _declared_tools(live: Live) -> list[str]:
    return [tool.name for tool in live.describe_contract().tools]


def _script(turns: Sequence[Sequence[Any]]) -> Script:
    script = Script()
    for turn in turns:
        for step in turn:
            match step:
                case Asked(name, args):
                    script = script.calls_meanwhile(name, **args)
                case list():
                    script = script.calls_together(*step)
                case _:
                    script = script.then(step)
        script = script.then(CompletesTurn())
    return script


def _is_true(key: str) -> StatePredicate:
    return lambda state: state.get(key) is True


def _always(_: State) -> bool:
    return True


def _preparation(key: str) -> PhasePreparation:
    async def run(state: State, _writer: object) -> None:
        state.set(key, value=True)

    return PhasePreparation(f"load {key}", [key], run)
