"""An evaluation written down: who calls, what they want, and what is expected, as a TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from trio_live._values import value
from trio_live.emulator import Persona, load_persona
from trio_live.errors import ConfigError
from trio_live.evaluation._callers import Caller, Goal, LlmCaller, ScriptedCaller
from trio_live.evaluation._checks import (
    Check,
    called,
    in_phase,
    known,
    never_called,
    never_says,
    says,
    state_is,
    with_agent,
)
from trio_live.evaluation._evaluate import MOST_EXCHANGES, Connect, evaluate
from trio_live.evaluation._judging import Judged
from trio_live.evaluation._report import Report
from trio_live.live import Live
from trio_live.llm import BaseLlm

CHECKS: Final[Mapping[str, Callable[[str], Check]]] = {
    "says": says,
    "never_says": never_says,
    "called": called,
    "never_called": never_called,
    "known": known,
    "phase": in_phase,
    "agent": with_agent,
}
"""The keys of an expectation that take a text → what they ask for. ``state`` takes a table, ``judged`` a rubric."""

_FIELDS: Final = {"name", "agent", "persona", "most_exchanges", "caller", "goal", "expect"}


@value
class Evaluation:
    """What a file says."""

    name: str
    agent: str
    """Where the builder is: ``module:attribute``, or a file and an attribute."""
    persona: Persona | None
    """Who plays the model offline; ``None`` for the bundled front desk."""
    most_exchanges: int
    goals: tuple[Goal, ...]
    wants: str
    """What a caller whom a model plays wants; empty for one with goals."""
    who: str
    """What kind of person that is."""
    checks: tuple[Check, ...]
    rubrics: tuple[tuple[str, float], ...]
    """What a model is to judge, each with the score that is enough."""

    @property
    def needs_model(self) -> bool:
        """Whether a text model is needed: to play the caller, or to judge."""
        return bool(self.wants or self.rubrics)

    async def run(self, live: Live, connect: Connect, llm: BaseLlm | None = None) -> Report:
        """Hold the talk; see `evaluate`, also for errors and cancellation.

        Args:
            live: the agent.
            connect: opens the session.
            llm: plays the caller, and judges.

        Raises:
            ConfigError: a model is needed, and there is none.
        """
        if self.needs_model and llm is None:
            raise ConfigError("this evaluation needs a text model: to play the caller, or to judge")
        caller: Caller = (
            ScriptedCaller(self.goals) if llm is None or not self.wants else LlmCaller(llm, self.wants, self.who)
        )
        judged = [] if llm is None else [Judged(rubric, llm, at_least=enough) for rubric, enough in self.rubrics]
        return await evaluate(
            self.name, live, caller, [*self.checks, *judged], connect=connect, most_exchanges=self.most_exchanges
        )


def read_evaluation(path: Path) -> Evaluation:
    """Read a file.

    Args:
        path: of the file. A persona it names is looked for beside it.

    Raises:
        ConfigError: everything that is wrong with it.
        OSError: it cannot be read.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no TOML: {error}") from None
    reader = _Reader(told)
    read = reader.evaluation(path)
    if reader.problems:
        raise ConfigError([f"{path}: {problem}" for problem in reader.problems])
    return read


@attrs.define
class _Reader:
    told: dict[str, Any]
    problems: list[str] = attrs.field(factory=list)

    def evaluation(self, path: Path) -> Evaluation:
        unknown = sorted(set(self.told) - _FIELDS)
        self.problems += [f"nobody knows the key {name!r}; there are {', '.join(sorted(_FIELDS))}" for name in unknown]
        caller = self._table("caller")
        goals = tuple(self._goals())
        wants = self._text(caller, "goal", "") if caller else ""
        if bool(goals) == bool(wants):
            self.problems.append(
                "say what the caller wants: either [[goal]] tables, or [caller] with a goal for a model"
            )
        checks: list[Check] = []
        rubrics: list[tuple[str, float]] = []
        for number, each in enumerate(self._tables("expect"), start=1):
            if isinstance(each.get("judged"), str) and set(each) <= {"judged", "at_least"}:
                rubrics.append((each["judged"], self._score(each)))
            elif (check := self._check(each, f"expect {number}")) is not None:
                checks.append(check)
        most = self.told.get("most_exchanges", MOST_EXCHANGES)
        if type(most) is not int or most < 1:
            self.problems.append(f"most_exchanges is a whole number above 0, not {most!r}")
        return Evaluation(
            name=self._text(self.told, "name", path.stem),
            agent=self._text(self.told, "agent", None),
            persona=self._persona(path),
            most_exchanges=most,
            goals=goals,
            wants=wants,
            who=self._text(caller, "who", "somebody like everybody else") if caller else "",
            checks=tuple(checks),
            rubrics=tuple(rubrics),
        )

    def _goals(self) -> Iterator[Goal]:
        for number, each in enumerate(self._tables("goal"), start=1):
            reached = each.get("reached")
            check = self._check(reached, f"goal {number}, reached") if reached is not None else None
            try:
                yield Goal(each.get("says", ()), check)
            except (ConfigError, TypeError) as error:
                self.problems.append(f"goal {number}: {error}")

    def _check(self, told: Any, where: str) -> Check | None:
        match told:
            case {"state": dict(wanted)} if len(told) == 1 and len(wanted) == 1:
                ((key, expected),) = wanted.items()
                return state_is(key, expected)
            case {"called": str(name), "with": dict(args)} if len(told) == 2:  # noqa: PLR2004 - the two that stand here
                return called(name, **args)
            case dict() if len(told) == 1:
                ((key, words),) = told.items()
                if key in CHECKS and isinstance(words, str):
                    return self._made(CHECKS[key], words, where)
        known_keys = ", ".join([*CHECKS, "state = { key = value }", "judged"])
        self.problems.append(f"{where}: {told!r} is no expectation; it has one of {known_keys}")
        return None

    def _made(self, make: Callable[[str], Check], words: str, where: str) -> Check | None:
        try:
            return make(words)
        except re.error as error:
            self.problems.append(f"{where}: {words!r} is no regular expression: {error}")
            return None

    def _score(self, each: dict[str, Any]) -> float:
        score = each.get("at_least", 0.7)
        if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
            self.problems.append(f"at_least is a score between 0 and 1, not {score!r}")
            return 0.7
        return float(score)

    def _persona(self, path: Path) -> Persona | None:
        named = self.told.get("persona")
        if named is None:
            return None
        try:
            return load_persona(path.parent / str(named))
        except (ConfigError, OSError) as error:
            self.problems.append(f"persona: {error}")
            return None

    def _text(self, table: dict[str, Any], key: str, default: str | None) -> str:
        given = table.get(key, default)
        if not isinstance(given, str) or (not given.strip() and default is None):
            self.problems.append(f"{key} is a text, not {given!r}" if given is not None else f"{key} is missing")
            return ""
        return given

    def _table(self, key: str) -> dict[str, Any]:
        found = self.told.get(key, {})
        if not isinstance(found, dict):
            self.problems.append(f"[{key}] is a table, not {found!r}")
            return {}
        return found

    def _tables(self, key: str) -> list[dict[str, Any]]:
        found = self.told.get(key, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self.problems.append(f"[[{key}]] is written as tables, not {found!r}")
            return []
        return found
