"""What is wrong with a set of phases: every mistake at once, as sentences, before any I/O.

``ERRORS`` cannot work, or could not be honoured; ``WARNINGS`` can work, but probably not as meant. A rule is a
function from the plan to the sentences it has to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from trio_live._callables import async_problem, awaited_problem
from trio_live._values import value
from trio_live.conversation import SIGNALS
from trio_live.phases._definition._instruction import Conditional, CustomAppend, Dynamic, Static
from trio_live.phases._definition._keys import OWN_KEYS, presented_key
from trio_live.phases._definition._phase import Phase


@value
class PhaseFindings:
    """What `validate_phases` found. Whoever asked raises a ``ConfigError`` of the errors and logs the warnings."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@value
class _Plan:
    given: tuple[Phase, ...]
    initial: str | None
    known_tools: frozenset[str] | None
    produced: frozenset[str]

    @property
    def phases(self) -> Mapping[str, Phase]:
        return {phase.name: phase for phase in self.given}


_Rule: TypeAlias = Callable[[_Plan], Iterable[str]]


def validate_phases(
    phases: Iterable[Phase],
    initial: str | None,
    *,
    known_tools: Collection[str] | None = None,
    produced_keys: Collection[str] = (),
) -> PhaseFindings:
    """Look for every mistake.

    Args:
        phases: As they were given, defaults merged in; several may have one name.
        initial: The configured initial phase. No phases and no initial phase is no mistake: there is no machine.
        known_tools: Names of all tools of the session; ``None`` leaves ``tools_enabled`` unchecked.
        produced_keys: Keys that something other than phases sets: extractors, computed variables, tools.
    """
    plan = _Plan(
        tuple(phases), initial, None if known_tools is None else frozenset(known_tools), frozenset(produced_keys)
    )
    return PhaseFindings(
        errors=tuple(sentence for rule in ERRORS for sentence in rule(plan)),
        warnings=tuple(sentence for rule in WARNINGS for sentence in rule(plan)),
    )


def _initial_phase(plan: _Plan) -> Iterator[str]:
    if plan.initial is None:
        if plan.given:
            listed = ", ".join(repr(name) for name in plan.phases)
            yield f"There are phases ({listed}) but no initial phase, so none of them would ever begin."
    elif not plan.given:
        yield f"The initial phase is {plan.initial!r}, but there are no phases."
    elif plan.initial not in plan.phases:
        yield f"The initial phase {plan.initial!r} is not among the phases."


def _targets(plan: _Plan) -> Iterator[str]:
    for phase in plan.phases.values():
        for index, transition in enumerate(phase.transitions):
            if transition.target not in plan.phases:
                yield f"Phase {phase.name!r}, transition {index}: there is no phase {transition.target!r}."


def _names(plan: _Plan) -> Iterator[str]:
    for number, phase in enumerate(plan.given):
        if not phase.name:
            yield f"Phase number {number} has no name."
        for what in ("needs", "requires", "presents", "clear_on_enter", "tools_enabled"):
            if not all(isinstance(name, str) and name for name in getattr(phase, what) or ()):
                yield f"Phase {phase.name!r}: {what} holds something that is not a name."


def _keys_of_the_session(plan: _Plan) -> Iterator[str]:
    own = OWN_KEYS | {f"session:{signal.name}" for signal in SIGNALS}
    for phase in plan.phases.values():
        for key in (key for key in phase.clear_on_enter if key in own):
            yield f"Phase {phase.name!r}: clear_on_enter names {key!r}, which only the session itself writes."


def _async_questions(plan: _Plan) -> Iterator[str]:
    for phase in plan.phases.values():
        for what, function in _sync_functions(phase):
            if problem := async_problem(function, f"Phase {phase.name!r}: the {what}"):
                yield f"{problem}."


def _sync_functions(phase: Phase) -> Iterator[tuple[str, object]]:
    yield "entry guard", phase.guard
    yield "on_enter_context", phase.on_enter_context
    if isinstance(phase.instruction, Dynamic):
        yield "instruction", phase.instruction.function
    for index, transition in enumerate(phase.transitions):
        yield f"guard of transition {index}", transition.guard
    for each in phase.tool_guards:
        yield f"guard of the tool {each.tool!r}", each.guard
    for index, modifier in enumerate(phase.modifiers):
        match modifier:
            case CustomAppend(function=function) | Conditional(predicate=function):
                yield f"function of modifier {index}", function


def _plain_hooks(plan: _Plan) -> Iterator[str]:
    for phase in plan.phases.values():
        hooks = [("on_enter hook", phase.on_enter), ("on_exit hook", phase.on_exit)]
        hooks += [(f"preparation {each.name!r}", each.run) for each in phase.preparations]
        for what, hook in hooks:
            where = f"Phase {phase.name!r}: the {what}"
            if hook is not None and (problem := awaited_problem(hook, where, ("state", "writer"))):
                yield f"{problem}."


def _preparation_times(plan: _Plan) -> Iterator[str]:
    for phase in plan.phases.values():
        for preparation in phase.preparations:
            where = f"Phase {phase.name!r}, preparation {preparation.name!r}"
            if preparation.timeout is not None and not preparation.timeout > 0:
                yield f"{where}: a timeout of {preparation.timeout} seconds leaves no time to run."
            if preparation.retry_after is not None and not preparation.retry_after >= 0:
                yield f"{where}: retry_after cannot be {preparation.retry_after} seconds."


def _unknown_tools(plan: _Plan) -> Iterator[str]:
    if plan.known_tools is None:
        return
    there = f"declared are {', '.join(sorted(plan.known_tools))}" if plan.known_tools else "no tool is declared"
    for phase in plan.phases.values():
        for name in phase.tools_enabled or ():
            if name not in plan.known_tools:
                yield f"Phase {phase.name!r} enables the tool {name!r}, which is not declared; {there}."


def _guarded_tools(plan: _Plan) -> Iterator[str]:
    for phase in plan.phases.values():
        offered = plan.known_tools if phase.tools_enabled is None else phase.tools_enabled
        for name, count in Counter(each.tool for each in phase.tool_guards).items():
            if offered is not None and name not in offered:
                yield f"Phase {phase.name!r} guards the tool {name!r}, which it does not offer."
            if count > 1:
                yield f"Phase {phase.name!r} guards the tool {name!r} {count} times; say all of it in one guard."


def _duplicates(plan: _Plan) -> Iterator[str]:
    for name, count in Counter(phase.name for phase in plan.given).items():
        if count > 1:
            yield f"Phase {name!r} is given {count} times; which of them is meant?"


def _only_circles(plan: _Plan) -> Iterator[str]:
    for phase in plan.phases.values():
        if phase.transitions and not phase.terminal and all(t.target == phase.name for t in phase.transitions):
            yield f"Phase {phase.name!r} is not terminal, but its only transitions lead to itself."


def _never_entered(plan: _Plan) -> Iterator[str]:
    """Of phases that lead to each other, the one that none of the others explains."""
    ways = {
        phase.name: {way.target for way in phase.transitions if way.target in plan.phases and not phase.terminal}
        for phase in plan.phases.values()
    }
    if plan.initial not in ways:
        return  # an error tells it
    behind = {name: _behind(name, ways) for name in ways}
    told: set[str] = set()
    for name in (name for name in ways if name not in behind[plan.initial]):
        causes = {other for other in ways if name in behind[other]} - behind[name]
        if not causes and name not in told:
            told |= behind[name]
            yield (
                f"No transitions lead from {plan.initial!r}, where the talk begins, to the phase {name!r}; "
                "without `transition_to` it is never entered."
            )


def _behind(name: str, ways: Mapping[str, Collection[str]]) -> set[str]:
    """A phase, and those that transitions lead to from it."""
    found, waiting = {name}, [name]
    while waiting:
        news = set(ways[waiting.pop()]) - found
        found |= news
        waiting += news
    return found


def _dead_transitions(plan: _Plan) -> Iterator[str]:
    for phase in plan.phases.values():
        if phase.terminal and phase.transitions:
            yield f"Phase {phase.name!r} is terminal, so its transitions never fire."


def _unproducible(plan: _Plan) -> Iterator[str]:
    """A needed key counts as produced: that a phase gathers it is what ``needs`` says."""
    every = plan.phases.values()
    produced = plan.produced.union(
        *(phase.needs for phase in every),
        *(map(presented_key, phase.presents) for phase in every),
        *(preparation.produces for phase in every for preparation in phase.preparations),
    )
    for phase in every:
        for key in phase.requires:
            if key not in produced and f"derived:{key}" not in produced and not key.startswith("session:"):
                yield f"Phase {phase.name!r} requires {key!r}, which nothing known here sets."


def _cleared_requirements(plan: _Plan) -> Iterator[str]:
    for phase in plan.phases.values():
        for key in phase.requires:
            if key in phase.clear_on_enter:
                yield f"Phase {phase.name!r} requires {key!r} to be entered, and then clears it."


def _silent_phases(plan: _Plan) -> Iterator[str]:
    for phase in plan.phases.values():
        if phase.instruction == Static(""):
            yield f"Phase {phase.name!r} has no instruction; the one the model got before it stays in force."


ERRORS: Final[tuple[_Rule, ...]] = (
    _initial_phase,
    _names,
    _keys_of_the_session,
    _duplicates,
    _targets,
    _async_questions,
    _plain_hooks,
    _preparation_times,
    _unknown_tools,
    _guarded_tools,
)
WARNINGS: Final[tuple[_Rule, ...]] = (
    _only_circles,
    _never_entered,
    _dead_transitions,
    _unproducible,
    _cleared_requirements,
    _silent_phases,
)
