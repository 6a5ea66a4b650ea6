"""What the model is told in a phase: an instruction, and modifiers that each add to it.

A modifier has two voices. Baked into an instruction it is a paragraph (`InstructionModifier.render`); as a context
turn of its own it is a line (`InstructionModifier.render_line`). Which one is heard is decided by ``SteeringMode``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

import attrs

from trio_live._callables import answered_optional_text, answered_text, answered_truth
from trio_live._typing import Json
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.state import ABSENT, State

DynamicText: TypeAlias = Callable[[State], str]
"""Makes a text of what the state holds at that moment. Not async."""
StatePredicate: TypeAlias = Callable[[State], bool]
"""Answers a question about the state. Not async, and it changes nothing."""

SHOWN_WITHOUT: Final = ("derived:", "session:", "app:", "user:")
"""Prefixes that the model need not see in front of a key."""


def as_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names as a tuple; one bare string is one name, not its letters."""
    return (names,) if isinstance(names, str) else tuple(names)


def paragraphs(texts: Iterable[str]) -> str:
    """The texts with blank lines between; empty ones and repetitions are left out."""
    return "\n\n".join(dict.fromkeys(filter(None, texts)))


class InstructionModifier:
    """Adds to an instruction. Subclass it for a kind that `StateAppend`, `CustomAppend`, `Conditional` do not cover."""

    __slots__ = ()

    def render(self, state: State) -> str:
        """The paragraph to append to an instruction; empty for none."""
        raise NotImplementedError

    def render_line(self, state: State) -> str:
        """The line to send as context; empty for none."""
        return self.render(state)


@value
class StateAppend(InstructionModifier):
    """Shows values of the state: ``[Context: name=Ann, size=4]``, in the order of ``keys``; nothing when none is set.

    One leading ``derived:``, ``session:``, ``app:`` or ``user:`` is not shown; strings are shown bare, other values
    as compact JSON.
    """

    keys: tuple[str, ...] = attrs.field(converter=as_names)

    def render(self, state: State) -> str:
        pairs = self._pairs(state)
        return f"[Context: {pairs}]" if pairs else ""

    def render_line(self, state: State) -> str:
        pairs = self._pairs(state)
        return f"Current context: {pairs}" if pairs else ""

    def _pairs(self, state: State) -> str:
        found = [(key, state.get_raw(key, ABSENT)) for key in self.keys]
        return ", ".join(f"{_shown_key(key)}={_shown_value(value)}" for key, value in found if value is not ABSENT)


@value
class CustomAppend(InstructionModifier):
    """Appends what a function makes of the state, unless that is empty."""

    function: DynamicText

    def render(self, state: State) -> str:
        return answered_optional_text(self.function(state))


@value
class Conditional(InstructionModifier):
    """Appends a text while a predicate holds."""

    predicate: StatePredicate
    text: str

    def render(self, state: State) -> str:
        return self.text if answered_truth(self.predicate(state)) else ""


class PhaseInstruction:
    """What the model is told in a phase: `Static` or `Dynamic`."""

    __slots__ = ()

    def resolve(self, state: State) -> str:
        """The text, made of the state as it is now where it is made at all."""
        raise NotImplementedError

    def fixed_text(self) -> str:
        """The text, where there is no state yet.

        Raises:
            ConfigError: it is made of the state.
        """
        raise ConfigError("this instruction is made of the state, and this place has none yet; give it to a phase")

    def resolve_with_modifiers(self, state: State, modifiers: Iterable[InstructionModifier]) -> str:
        """The text, and what each modifier appends, in order, with blank lines between.

        Raises:
            Exception: whatever the instruction's or a modifier's function raises.
        """
        return paragraphs([self.resolve(state), *(modifier.render(state) for modifier in modifiers)])


@value
class Static(PhaseInstruction):
    """The same text always."""

    text: str

    def resolve(self, state: State) -> str:  # noqa: ARG002 - the other kind needs it
        return self.text

    def fixed_text(self) -> str:
        return self.text


@value
class Dynamic(PhaseInstruction):
    """A text made of the state whenever it is needed."""

    function: DynamicText

    def resolve(self, state: State) -> str:
        return answered_text(self.function(state))


def as_instruction(instruction: PhaseInstruction | str | DynamicText) -> PhaseInstruction:
    """A plain text is `Static`, a function `Dynamic`."""
    if isinstance(instruction, PhaseInstruction):
        return instruction
    return Static(instruction) if isinstance(instruction, str) else Dynamic(instruction)


def fixed_text(instruction: PhaseInstruction | str) -> str:
    """A text as it is, and an instruction that needs no state as a text.

    Raises:
        ConfigError: it is made of the state.
    """
    return instruction.fixed_text() if isinstance(instruction, PhaseInstruction) else instruction


def _shown_key(key: str) -> str:
    for prefix in SHOWN_WITHOUT:
        if key.startswith(prefix):
            return key.removeprefix(prefix)
    return key


def _shown_value(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
