"""What all phases have in common: modifiers in front of their own, and whether entering them prompts the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, Self

import attrs

from trio_live._values import value
from trio_live.phases._definition._instruction import (
    Conditional,
    CustomAppend,
    DynamicText,
    InstructionModifier,
    StateAppend,
    StatePredicate,
)
from trio_live.phases._definition._keys import NAVIGATION_KEY
from trio_live.phases._definition._phase import Phase
from trio_live.state import State


class RendersState(Protocol):
    """Tells what the state means; a context built with ``ContextBuilder`` is one."""

    def render(self, state: State) -> str:
        """The narrative; empty when there is nothing to tell."""
        ...


class ModifierPage:
    """The calls that add modifiers, the same for one phase and for the defaults of all."""

    __slots__ = ()

    def _adding(self, modifiers: Iterable[InstructionModifier]) -> Self:
        raise NotImplementedError

    def with_state(self, keys: Iterable[str]) -> Self:
        """Show the model these values of the state.

        Args:
            keys: of the State; unknown ones are left out.
        """
        return self._adding([StateAppend(keys)])

    def when(self, predicate: StatePredicate, text: str) -> Self:
        """Tell the model this text while the predicate holds.

        Args:
            predicate: receives the State. Plain and pure.
            text: what is added to the instruction.
        """
        return self._adding([Conditional(predicate, text)])

    def with_context(self, function: DynamicText) -> Self:
        """Tell the model what the function makes of the state.

        Args:
            function: receives the State, returns the text. Plain and pure.
        """
        return self._adding([CustomAppend(function)])

    def context(self, context: RendersState) -> Self:
        """Tell the model what this context makes of the state.

        Args:
            context: anything with ``render(state)``, such as what `ContextBuilder` builds.
        """
        return self._adding([CustomAppend(context.render)])

    def navigation(self) -> Self:
        """Tell the model where the talk stands and where it can go."""
        return self._adding([CustomAppend(navigation_context)])


@value
class PhaseDefaults(ModifierPage):
    """What ``Live.phase_defaults`` collects. Immutable: every call returns new defaults.

    They are merged when the session connects, so it does not matter whether they are given before or after a phase.
    """

    _modifiers: tuple[InstructionModifier, ...] = ()
    _prompt_on_enter: bool | None = None

    def prompt_on_enter(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002 - one flag, named by the method
        """Ask the model to speak when a phase is entered, unless that phase itself says otherwise.

        Args:
            on: whether to.
        """
        return attrs.evolve(self, prompt_on_enter=on)

    def merged_into(self, phase: Phase) -> Phase:
        """The phase with these modifiers in front of its own; what it says about prompting wins.

        Args:
            phase: as it was declared.
        """
        prompt = self._prompt_on_enter if phase.prompt_on_enter is None else phase.prompt_on_enter
        return attrs.evolve(phase, modifiers=(*self._modifiers, *phase.modifiers), prompt_on_enter=prompt)

    def _adding(self, modifiers: Iterable[InstructionModifier]) -> Self:
        return attrs.evolve(self, modifiers=(*self._modifiers, *modifiers))


DefaultsFunction = Callable[[PhaseDefaults], PhaseDefaults]
"""What ``Live.phase_defaults`` is given."""


def merge_defaults(phases: Iterable[Phase], defaults: PhaseDefaults) -> tuple[Phase, ...]:
    """Every phase with the defaults merged in."""
    return tuple(defaults.merged_into(phase) for phase in phases)


def navigation_context(state: State) -> str:
    """The navigation text as it was last published."""
    return state.get(NAVIGATION_KEY, "", type=str)
