"""Why the talk stands where it stands: the truth of every guard, need and requirement, as values for a person to read.

Asking changes nothing and reports nothing: a guard that raises is shown with its error.
"""

from __future__ import annotations

from collections.abc import Mapping

from trio_live._callables import answered_truth
from trio_live._values import value
from trio_live.phases._definition import Phase, StatePredicate
from trio_live.state import State


@value
class Verdict:
    """What a guard says now."""

    holds: bool
    error: str | None = None
    """What it raised; it then counts as a no."""


@value(kw_only=True)
class Way:
    """One transition of the current phase."""

    target: str
    description: str | None
    guard: Verdict
    entry_guard: Verdict | None
    """The target's own; ``None`` without one."""
    requires: Mapping[str, bool]
    """The target's requirements, and whether each is known."""
    preparations: tuple[str, ...]
    """What may make them known."""

    @property
    def is_open(self) -> bool:
        """Whether it could be taken now."""
        return not self.obstacles

    @property
    def obstacles(self) -> tuple[str, ...]:
        """What keeps it closed, as sentences; none when it is open."""
        found = [*_refusal("the guard", self.guard)]
        if self.entry_guard is not None:
            found += _refusal(f"the guard of phase {self.target!r} itself", self.entry_guard)
        missing = [key for key, known in self.requires.items() if not known]
        if missing:
            hope = f"; {', '.join(self.preparations)} may make it known" if self.preparations else ""
            found.append(f"not known yet: {', '.join(missing)}{hope}")
        return tuple(found)


@value(kw_only=True)
class Explanation:
    """Where the talk stands, and what is true of every way on."""

    phase: str
    terminal: bool
    """No guard leads on from here."""
    needs: Mapping[str, bool]
    """What is to be gathered here, and whether each is known."""
    tools: tuple[str, ...] | None
    """The functions the phase offers; ``None`` offers all."""
    tool_guards: Mapping[str, Verdict]
    """The functions that may run on a condition only, and what it says now."""
    ways: tuple[Way, ...]
    """In the order in which they are tried; the first open one is taken at the end of the next turn."""

    def why_blocked(self, target: str) -> tuple[str, ...]:
        """What keeps the talk from moving on to ``target``, as sentences; none when a way there is open.

        An open way that is tried earlier is taken first, and so keeps the talk from going there.
        """
        if self.phase == target and not any(way.target == target for way in self.ways):
            return ()
        leading = [way for way in self.ways if way.target == target]
        if self.terminal:
            return (f"phase {self.phase!r} is terminal: no guard leads on from it",)
        if not leading:
            return (f"no transition leads from phase {self.phase!r} to {target!r}",)
        first_open = next((way for way in self.ways if way.is_open), None)
        if first_open is not None and first_open.target == target:
            return ()
        if first_open is not None and any(way.is_open for way in leading):
            return (f"the transition to {first_open.target!r} is open too, and tried first",)
        return tuple(dict.fromkeys(sentence for way in leading for sentence in way.obstacles))

    def __str__(self) -> str:
        lines = [f"in phase {self.phase!r}{', which is terminal' if self.terminal else ''}"]
        lines += [f"  need {key}: {'known' if known else 'not known yet'}" for key, known in self.needs.items()]
        lines += [
            f"  tool {tool}: {'may run' if verdict.holds else '; '.join(_refusal('its guard', verdict))}"
            for tool, verdict in self.tool_guards.items()
        ]
        lines += [f"  to {way.target!r}: {'open' if way.is_open else '; '.join(way.obstacles)}" for way in self.ways]
        return "\n".join(lines)


def explain(phases: Mapping[str, Phase], current: str, state: State) -> Explanation:
    """The truth of everything that decides where the talk goes from ``current``."""
    phase = phases[current]
    return Explanation(
        phase=current,
        terminal=phase.terminal,
        needs={key: state.is_known(key) for key in phase.needs},
        tools=phase.tools_enabled,
        tool_guards={each.tool: _ask(each.guard, state) for each in phase.tool_guards},
        ways=tuple(
            Way(
                target=target.name,
                description=transition.description,
                guard=_ask(transition.guard, state),
                entry_guard=_ask(target.guard, state) if target.guard is not None else None,
                requires={key: state.is_known(key) for key in target.requires},
                preparations=tuple(preparation.name for preparation in target.preparations),
            )
            for transition in phase.transitions
            for target in [phases[transition.target]]
        ),
    )


def _ask(guard: StatePredicate, state: State) -> Verdict:
    try:
        return Verdict(answered_truth(guard(state)))
    except Exception as error:  # noqa: BLE001 - a user's function may raise anything
        return Verdict(holds=False, error=f"{type(error).__name__}: {error}")


def _refusal(what: str, verdict: Verdict) -> list[str]:
    if verdict.holds:
        return []
    return [f"{what} raised {verdict.error}" if verdict.error else f"{what} says no"]
