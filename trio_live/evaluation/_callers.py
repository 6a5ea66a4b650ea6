"""Simulated callers: one with a script of goals, and one that a text model plays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol, runtime_checkable

import attrs

from trio_live._typing import JsonObject
from trio_live._values import value
from trio_live.errors import ConfigError, LlmError, LlmErrorKind
from trio_live.evaluation._checks import Check
from trio_live.evaluation._talk import Talk
from trio_live.llm import BaseLlm, LlmRequest


@runtime_checkable
class Caller(Protocol):
    """Whoever talks to the agent."""

    async def next_words(self, talk: Talk) -> str | None:
        """What the caller says now; ``None`` when they hang up. Cancellation: the caller says nothing."""
        ...

    def missed(self, talk: Talk) -> Sequence[tuple[str, bool]]:
        """What the caller wanted, each with whether it was reached. Asked when the talk is over."""
        ...


def _texts(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


@value
class Goal:
    """One thing that a scripted caller wants."""

    says: tuple[str, ...] = attrs.field(converter=_texts)
    """What they say for it; if the goal is not reached then, they try the next of these words."""
    reached: Check | None = None
    """When it is reached; ``None``: once it was said."""

    def __attrs_post_init__(self) -> None:
        given: tuple[Any, ...] = self.says
        if not given or not all(isinstance(each, str) and each.strip() for each in given):
            raise ConfigError(f"a goal has words to say, each a text that is not empty, not {self.says!r}")

    def __str__(self) -> str:
        return self.reached.words if self.reached is not None else f"say {self.says[0]!r}"


class ScriptedCaller:
    """Goes from goal to goal, always the same way. For one talk; `fresh` gives another one.

    A goal that is not reached by any of its words is given up, and the next one is tried.

    Args:
        goals: in their order.

    Raises:
        ConfigError: there is none.
    """

    def __init__(self, goals: Iterable[Goal]) -> None:
        self._goals = tuple(goals)
        if not self._goals:
            raise ConfigError("a caller without a goal says nothing; give it one")
        self._at = self._tries = 0
        self._reached: dict[int, bool] = {}

    async def next_words(self, talk: Talk) -> str | None:
        """What is said for the goal that is next. Cancellation: none; it does not wait."""
        while self._at < len(self._goals):
            goal = self._goals[self._at]
            if self._tries and (goal.reached is None or goal.reached.look(talk)[0]):
                self._go_on(is_reached=True)
            elif self._tries == len(goal.says):
                self._go_on(is_reached=False)
            else:
                self._tries += 1
                return goal.says[self._tries - 1]
        return None

    def missed(self, talk: Talk) -> Sequence[tuple[str, bool]]:
        """Every goal, and whether it was reached."""
        if self._at < len(self._goals) and self._tries:
            goal = self._goals[self._at]
            self._go_on(is_reached=goal.reached is None or goal.reached.look(talk)[0])
        return [(str(goal), self._reached.get(number, False)) for number, goal in enumerate(self._goals)]

    def _go_on(self, *, is_reached: bool) -> None:
        self._reached[self._at] = is_reached
        self._at, self._tries = self._at + 1, 0


_PLAY: Final = """You play a person who calls a voice agent, to test it. Who you are: {who}
What you want: {goal}
Say one short, natural sentence at a time, as this person would on the phone. Never help the agent, never say that you are a
model. When you have got what you want, or it is clear that you will not get it, you are done."""
_NEXT: Final = """{talk}

What do you say next? Answer with JSON: "say" is your next sentence, empty when you are done; "done" whether you hang up now;
"reached" whether you have got what you wanted."""
_SHAPE: Final[JsonObject] = {
    "type": "object",
    "properties": {"say": {"type": "string"}, "done": {"type": "boolean"}, "reached": {"type": "boolean"}},
    "required": ["say", "done", "reached"],
}


class LlmCaller:
    """A caller whom a text model plays. For one talk.

    Args:
        llm: the model.
        goal: what the caller wants, in words.
        who: what kind of person it is.
    """

    def __init__(self, llm: BaseLlm, goal: str, who: str = "somebody like everybody else") -> None:
        self._llm = llm
        self._goal = goal
        self._part = _PLAY.format(who=who, goal=goal)
        self._is_reached = False

    async def next_words(self, talk: Talk) -> str | None:
        """Ask the model.

        Raises:
            LlmError: it gives no answer, or one that makes no sense.

        Cancellation: the question is withdrawn.
        """
        so_far = talk.transcript() or "(The line is open, and nobody has spoken yet.)"
        request = LlmRequest.from_text(_NEXT.format(talk=so_far), system_instruction=self._part)
        answer = await self._llm.generate(request.asking_for("application/json", _SHAPE))
        said = read_object(answer.text(), ("say", str), ("done", bool), ("reached", bool))
        self._is_reached = said["reached"]
        return None if said["done"] or not said["say"].strip() else said["say"].strip()

    def missed(self, talk: Talk) -> Sequence[tuple[str, bool]]:
        """The goal, and whether the model thinks that it was reached."""
        del talk
        return [(self._goal, self._is_reached)]


def read_object(answer: str, *fields: tuple[str, type | tuple[type, ...]]) -> dict[str, Any]:
    """The JSON object in a model's answer, with these fields in it.

    Raises:
        LlmError: there is none.
    """
    bare = answer.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        found = json.loads(bare)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(found.get(name), kind) for name, kind in fields):
        wanted = ", ".join(name for name, _ in fields)
        raise LlmError(f"the answer is no JSON object with {wanted}: {bare[:120]!r}", kind=LlmErrorKind.OTHER)
    return found
