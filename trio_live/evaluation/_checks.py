"""What can be seen of a talk without a model: each check is a value with its words, for goals and for expectations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from trio_live._callables import answered_truth
from trio_live._typing import Json
from trio_live._values import value
from trio_live.evaluation._talk import Talk
from trio_live.state import ABSENT
from trio_live.state._internal import json_equal


@value
class Check:
    """Something that holds of a talk or does not. Made by the functions of this module."""

    words: str
    """What it asks for, as a person says it."""
    seen: Callable[[Talk], tuple[bool, str]]
    """Whether it holds, and what was seen."""

    def look(self, talk: Talk) -> tuple[bool, str]:
        """Whether it holds, and what was seen. A check that raises does not hold, and says so.

        Args:
            talk: at its end, or as far as it has come.
        """
        try:
            return self.seen(talk)
        except Exception as error:  # noqa: BLE001 - a user's function; its error is the finding
            return False, f"{type(error).__name__}: {error}"


def says(pattern: str) -> Check:
    """The agent said something.

    Args:
        pattern: a regular expression, in any case.

    Raises:
        re.error: it is none.
    """
    wanted = re.compile(pattern, re.IGNORECASE)

    def seen(talk: Talk) -> tuple[bool, str]:
        found = next((said for said in talk.said if wanted.search(said)), None)
        return found is not None, f"it said {found!r}" if found else "it never did"

    return Check(f"the agent says {pattern!r}", seen)


def never_says(pattern: str) -> Check:
    """The agent said nothing that fits the pattern. Args and errors as in `says`."""
    wanted = says(pattern)

    def seen(talk: Talk) -> tuple[bool, str]:
        found, what = wanted.seen(talk)
        return not found, what

    return Check(f"the agent never says {pattern!r}", seen)


def called(name: str, **args: Json) -> Check:
    """A function was called and answered.

    Args:
        name: of the function.
        args: what at least one call must have been given; it may have been given more.
    """

    def seen(talk: Talk) -> tuple[bool, str]:
        runs = [run for run in talk.runs if run.name == name]
        fits = [run for run in runs if all(_equal(run.args.get(key), each) for key, each in args.items())]
        if fits:
            return True, str(fits[0])
        return False, f"it was called otherwise: {'; '.join(map(str, runs))}" if runs else "it was never called"

    given = ", ".join(f"{key}={each!r}" for key, each in args.items())
    return Check(f"{name}({given}) is called", seen)


def never_called(name: str) -> Check:
    """A function was not called.

    Args:
        name: of the function.
    """

    def seen(talk: Talk) -> tuple[bool, str]:
        runs = [str(run) for run in talk.runs if run.name == name]
        return not runs, "; ".join(runs) or "it never was"

    return Check(f"{name} is never called", seen)


def state_is(key: str, wanted: Json) -> Check:
    """A key of the State has a value.

    Args:
        key: of the State.
        wanted: JSON; numbers are equal whatever their type.
    """

    def seen(talk: Talk) -> tuple[bool, str]:
        found = ABSENT if talk.state is None else talk.state.get(key, ABSENT)
        if found is ABSENT:
            return False, "it is not known"
        return _equal(found, wanted), f"it is {found!r}"

    return Check(f"{key} is {wanted!r}", seen)


def known(key: str) -> Check:
    """A key of the State is known.

    Args:
        key: of the State.
    """

    def seen(talk: Talk) -> tuple[bool, str]:
        is_known = talk.state is not None and talk.state.is_known(key)
        return is_known, f"it is {talk.state.get(key)!r}" if is_known and talk.state is not None else "it is not"

    return Check(f"{key} is known", seen)


def in_phase(name: str) -> Check:
    """The talk stands in a phase.

    Args:
        name: of the phase.
    """
    return Check(f"the talk is in phase {name!r}", lambda talk: (talk.phase == name, f"it is in {talk.phase!r}"))


def with_agent(name: str) -> Check:
    """The call is with one of its agents.

    Args:
        name: of the agent.
    """
    return Check(f"{name!r} speaks", lambda talk: (talk.agent == name, f"{talk.agent!r} speaks"))


def holds(words: str, function: Callable[[Talk], Any]) -> Check:
    """Something of your own.

    Args:
        words: what it asks for.
        function: plain; is given the talk, returns whether it holds.
    """

    def seen(talk: Talk) -> tuple[bool, str]:
        is_so = answered_truth(function(talk))
        return is_so, "it is so" if is_so else "it is not so"

    return Check(words, seen)


def _equal(found: Json, wanted: Json) -> bool:
    """Whether two values are the same JSON; models write 2 and 2.0 for the same number."""
    numbers = (int, float)
    if isinstance(found, numbers) and isinstance(wanted, numbers) and bool not in {type(found), type(wanted)}:
        return found == wanted
    return json_equal(found, wanted)
