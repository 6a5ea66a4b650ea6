"""ContextBuilder: from keys of the State to a few sentences for the model.

    [Order] Size: large. Paid.
    [Caller] Caller seems impatient.
    [Gathering] address, phone

A builder is a value: every call returns a new one, so a half-built context can be shared and specialised.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, Protocol, Self

import attrs

from trio_live._callables import answered_optional_text
from trio_live._typing import Json
from trio_live._values import value
from trio_live.state import State

NEEDS_KEY: Final = "session:phase_needs"
"""What the current phase should gather; the phase machine keeps it."""

_UNREMARKABLE: Final = frozenset({"neutral", "unknown"})  # moods not worth a sentence


class _Part(Protocol):
    """Something of a section; renders to nothing when there is nothing to say."""

    def render(self, state: State) -> str: ...


@value
class _Field:
    key: str
    label: str

    def render(self, state: State) -> str:
        value = state.get_raw(self.key)
        shown = value.strip() if isinstance(value, str) else _as_json(value)
        return f"{self.label}: {shown}." if value is not None and shown else ""


@value
class _Flag:
    key: str
    label: str

    def render(self, state: State) -> str:
        return f"{self.label}." if state.get_raw(self.key) is True else ""


@value
class _Sentiment:
    key: str

    def render(self, state: State) -> str:
        mood = state.get_raw(self.key)
        if not isinstance(mood, str) or not mood.strip() or mood.strip().lower() in _UNREMARKABLE:
            return ""
        return f"Caller seems {mood.strip()}."


@value
class _Format:
    key: str
    label: str
    function: Callable[[Json], str]

    def render(self, state: State) -> str:
        return answered_optional_text(state.with_(self.key, self.function)) if state.is_known(self.key) else ""


@value
class _Section:
    label: str
    parts: tuple[_Part, ...] = ()

    def render(self, state: State) -> str:
        said = " ".join(text for part in self.parts if (text := part.render(state)))
        return f"[{self.label}] {said}" if said and self.label else said


@value
class ContextBuilder:
    """A narrative of the State, section by section.

    What is absent, null or empty is left out, and so is a section of which nothing is left. It is a function of the
    State as it is: call it, or hand it to whatever takes a function from State to text.
    """

    _sections: tuple[_Section, ...] = ()

    @classmethod
    def builder(cls) -> Self:
        """An empty one."""
        return cls()

    def section(self, label: str) -> Self:
        """Begin a section; what follows belongs to it. Before the first, fields stand without a label."""
        return attrs.evolve(self, sections=(*self._sections, _Section(label)))

    def field(self, key: str, label: str) -> Self:
        """``Label: value.`` Text stands as it is, other values as JSON."""
        return self._with(_Field(key, label))

    def flag(self, key: str, label: str) -> Self:
        """``Label.`` when the value is ``true``; no other value counts."""
        return self._with(_Flag(key, label))

    def sentiment(self, key: str) -> Self:
        """``Caller seems <mood>.`` unless the mood is neutral or unknown."""
        return self._with(_Sentiment(key))

    def format(self, key: str, label: str, function: Callable[[Json], str]) -> Self:
        """What ``function`` makes of the value; the label only names the field for readers of the program.

        The function is not called when there is no value, and may return an empty text. What it raises comes out of
        `render`.
        """
        return self._with(_Format(key, label, function))

    def build(self) -> Self:
        """The finished context: the same without its empty sections."""
        return attrs.evolve(self, sections=tuple(section for section in self._sections if section.parts))

    def render(self, state: State) -> str:
        """The narrative as of now, one line a section, then what the current phase still has to gather.

        Empty when there is nothing to tell. To be rendered after the keys of a new phase are published, or it tells
        what the old one needed.
        """
        lines = [section.render(state) for section in self._sections]
        needs: list[str] = state.get(NEEDS_KEY, [], type=list[str])
        if missing := [key for key in needs if not state.is_known(key)]:
            lines.append(f"[Gathering] {', '.join(missing)}")
        return "\n".join(line for line in lines if line)

    def into_modifier(self) -> Callable[[State], str]:
        """The text function that an instruction modifier appends."""
        return self.build().render

    def __call__(self, state: State) -> str:
        return self.render(state)

    def __add__(self, other: ContextBuilder) -> Self:
        return attrs.evolve(self, sections=self._sections + other._sections)

    def _with(self, part: _Part) -> Self:
        *before, last = self._sections or (_Section(""),)
        return attrs.evolve(self, sections=(*before, attrs.evolve(last, parts=(*last.parts, part))))


Ctx = ContextBuilder
"""The short name, for where a context stands inside a phase: ``Ctx.builder().section("Order")…``."""


def _as_json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
