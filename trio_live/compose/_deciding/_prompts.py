"""Prompts as values: sections that are put together with ``+``, and can be picked, dropped and put in another order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from trio_live._callables import answered_text, async_problem
from trio_live._typing import Json
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.phases import Conditional, CustomAppend, InstructionModifier, PhaseInstruction, StateAppend
from trio_live.state import ABSENT, State

PromptTransform: TypeAlias = "Callable[[PromptComposite], PromptComposite]"
"""What `PromptComposite.apply` takes."""

_HOLE: Final = re.compile(r"\{([A-Za-z_][\w:.-]*)\}")
_PREFIXES: Final = {
    "role": "You are {}.",
    "task": "Your task: {}",
    "constraint": "Constraint: {}",
    "format": "Output format: {}",
    "context": "Context: {}",
    "persona": "Persona: {}",
}
"""Kind → how its text is rendered; every other kind is text as it was put together."""


class Prompt(PhaseInstruction):
    """A section or several of them; usable wherever an instruction is."""

    __slots__ = ()

    @property
    def parts(self) -> tuple[PromptSection, ...]:
        """Its sections, in order."""
        raise NotImplementedError

    def render(self) -> str:
        """The text. What is made of the State is not known: holes stay as they are, and adapted sections are left out."""
        return _joined(part.content for part in self.parts)

    def render_with_context(self, state: State) -> str:
        """The text, with everything in it that is made of the State.

        Args:
            state: what is known.

        Raises:
            Exception: whatever the function of an adapted section raises.
        """
        return _joined(part.filled(state) for part in self.parts)

    def resolve(self, state: State) -> str:
        """As `render_with_context`, for phases and text agents."""
        return self.render_with_context(state)

    def fixed_text(self) -> str:
        """As `render`, where there is no State yet.

        Raises:
            ConfigError: it is made of the State.
        """
        if made := [part.kind for part in self.parts if part.needs_state]:
            raise ConfigError(
                f"P.{made[0]} is made of the State, and this place has none yet; "
                "give it to a phase (`phase(…).instruction`) or to a text agent"
            )
        return self.render()

    def __str__(self) -> str:
        return self.render()

    def __len__(self) -> int:
        return len(self.parts)

    def __add__(self, other: Prompt) -> PromptComposite:
        if not isinstance(other, Prompt):
            return NotImplemented
        return PromptComposite(self.parts + other.parts)


@value
class PromptSection(Prompt):
    """One section."""

    kind: str
    content: str
    """As it is rendered, without the State."""
    name: str | None = None
    adapter: Callable[[State], str] | None = None
    """Makes its text of the State."""

    @property
    def parts(self) -> tuple[PromptSection, ...]:
        """Itself."""
        return (self,)

    @property
    def needs_state(self) -> bool:
        """Whether its text is made of the State."""
        return self.adapter is not None or self.kind == "template"

    def filled(self, state: State) -> str:
        """Its text."""
        if self.adapter is not None:
            return answered_text(self.adapter(state))
        return _HOLE.sub(lambda hole: _filling(state, hole), self.content) if self.kind == "template" else self.content


@value
class PromptComposite(Prompt):
    """Several sections."""

    sections: tuple[PromptSection, ...] = ()

    @property
    def parts(self) -> tuple[PromptSection, ...]:
        """They."""
        return self.sections

    def only(self, *kinds: str) -> PromptComposite:
        """Those of these kinds."""
        return PromptComposite(tuple(each for each in self.sections if each.kind in kinds))

    def without(self, *kinds: str) -> PromptComposite:
        """Those of other kinds."""
        return PromptComposite(tuple(each for each in self.sections if each.kind not in kinds))

    def reorder(self, *kinds: str) -> PromptComposite:
        """Those of these kinds first, in the given order; the others follow as they stood."""
        return PromptComposite(_sorted(self.sections, kinds, lambda each: each.kind))

    def only_by_name(self, *names: str) -> PromptComposite:
        """Those of these names; sections without one are dropped."""
        return PromptComposite(tuple(each for each in self.sections if each.name in names))

    def without_by_name(self, *names: str) -> PromptComposite:
        """Those of other names; sections without one are kept."""
        return PromptComposite(tuple(each for each in self.sections if each.name not in names))

    def reorder_by_name(self, *names: str) -> PromptComposite:
        """Those of these names first, in the given order; the others follow as they stood."""
        return PromptComposite(_sorted(self.sections, names, lambda each: each.name))

    def apply(self, transform: PromptTransform) -> PromptComposite:
        """What a transformation makes of it, such as ``P.only("role", "task")``."""
        return transform(self)


class P:
    """Makes sections of prompts: ``P.role("a careful clerk") + P.task("book a visit") + P.guidelines(["Be brief."])``."""

    @staticmethod
    def role(text: str) -> PromptSection:
        """Reads ``You are <text>.``."""
        return _section("role", text)

    @staticmethod
    def task(text: str) -> PromptSection:
        """Reads ``Your task: <text>``."""
        return _section("task", text)

    @staticmethod
    def constraint(text: str) -> PromptSection:
        """Reads ``Constraint: <text>``."""
        return _section("constraint", text)

    @staticmethod
    def format(text: str) -> PromptSection:
        """Reads ``Output format: <text>``."""
        return _section("format", text)

    @staticmethod
    def context(text: str) -> PromptSection:
        """Reads ``Context: <text>``."""
        return _section("context", text)

    @staticmethod
    def persona(text: str) -> PromptSection:
        """Reads ``Persona: <text>``."""
        return _section("persona", text)

    @staticmethod
    def example(given: str, wanted: str) -> PromptSection:
        """A pair, what is ``given`` and the answer ``wanted``, under a header."""
        return PromptSection("example", f"Example:\nInput: {given}\nOutput: {wanted}", "example")

    @staticmethod
    def guidelines(lines: Iterable[str]) -> PromptSection:
        """A list of bullets, one for each of the lines, under a header."""
        return PromptSection("guidelines", "\n".join(["Guidelines:", *(f"- {line}" for line in lines)]), "guidelines")

    @staticmethod
    def scaffolded(steps: Iterable[str]) -> PromptSection:
        """Steps to think in, under a header."""
        numbered = (f"Step {number}: {step}" for number, step in enumerate(steps, 1))
        return PromptSection("scaffolded", "\n".join(["Work step by step:", *numbered]), "scaffolded")

    @staticmethod
    def versioned(version: str, text: str) -> PromptSection:
        """Reads ``[<version>] <text>``."""
        return PromptSection("versioned", f"[{version}] {text}", f"versioned:{version}")

    @staticmethod
    def text(text: str) -> PromptSection:
        """The text as it is, without a name."""
        return PromptSection("text", text)

    @staticmethod
    def section(name: str, text: str) -> PromptSection:
        """A heading, which is the name, and the text."""
        return PromptSection("section", f"## {name}\n{text}", name)

    @staticmethod
    def template(text: str) -> PromptSection:
        """A text with ``{key}`` for values of the State; a key that is not known stays as it is."""
        return PromptSection("template", text, "template")

    @staticmethod
    def adapt(function: Callable[[State], str]) -> PromptSection:
        """A text that a plain function makes of the State; empty where there is none.

        Raises:
            ConfigError: the function is async.
        """
        if problem := async_problem(function, "the function of P.adapt"):
            raise ConfigError(problem)
        return PromptSection("adapt", "", "adapt", function)

    @staticmethod
    def compress(*_: object) -> PromptSection:
        """Cannot be had: shortening a prompt takes a model, and a prompt is made without one.

        Raises:
            ConfigError: always; it says what to do instead.
        """
        raise ConfigError(
            "P.compress would need a model each time the prompt is made; "
            "shorten it once, with a text model, and give the result to P.text"
        )

    @staticmethod
    def only(*names: str) -> PromptTransform:
        """For `PromptComposite.apply`: the sections of these names."""
        return lambda prompt: prompt.only_by_name(*names)

    @staticmethod
    def without(*names: str) -> PromptTransform:
        """For `PromptComposite.apply`: the sections of other names."""
        return lambda prompt: prompt.without_by_name(*names)

    @staticmethod
    def reorder(*names: str) -> PromptTransform:
        """For `PromptComposite.apply`: the sections of these names first."""
        return lambda prompt: prompt.reorder_by_name(*names)

    @staticmethod
    def with_state(*keys: str) -> InstructionModifier:
        """For ``phase(…).modifiers``: shows values of the State."""
        return StateAppend(keys)

    @staticmethod
    def when(predicate: Callable[[State], bool], text: str) -> InstructionModifier:
        """For ``phase(…).modifiers``: says the text while the predicate holds."""
        return Conditional(predicate, text)

    @staticmethod
    def context_fn(function: Callable[[State], str]) -> InstructionModifier:
        """For ``phase(…).modifiers``: says what the function makes of the State."""
        return CustomAppend(function)


def _section(kind: str, text: str) -> PromptSection:
    return PromptSection(kind, _PREFIXES[kind].format(text), kind)


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(filter(None, texts))


def _filling(state: State, hole: re.Match[str]) -> str:
    found: Json = state.get_raw(hole[1], ABSENT)
    if found is ABSENT:
        return hole[0]
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def _sorted(
    sections: Iterable[PromptSection], wanted: tuple[str, ...], key: Callable[[PromptSection], str | None]
) -> tuple[PromptSection, ...]:
    places = {each: place for place, each in reversed([*enumerate(wanted)])}
    return tuple(sorted(sections, key=lambda each: places.get(key(each) or "", len(places) + len(wanted))))
