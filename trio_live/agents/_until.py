"""When a loop ends, and the questions that agents put to the State."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from trio_live._callables import async_problem
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.state import State

AT_MOST: Final = 100
"""Rounds of a loop that ends by a condition: one that never holds must not run for ever."""

StatePredicate: TypeAlias = Callable[[State], bool]
"""Answers a question about the State. Plain, and it changes nothing."""


@value
class Until:
    """When a loop ends; see `until`."""

    predicate: StatePredicate
    at_most: int


def until(predicate: StatePredicate, *, at_most: int = AT_MOST) -> Until:
    """Say when a loop ends: for the right side of ``agent * …``.

    Args:
        predicate: asked after each round. Plain.
        at_most: rounds; the loop ends there all the same.

    Raises:
        ConfigError: the predicate is async.
    """
    refuse_async(predicate, "the predicate of until")
    return Until(predicate, at_most)


def refuse_async(function: object, what: str) -> None:
    """Refuse an async function where a plain one is called.

    Raises:
        ConfigError: it is one.
    """
    if problem := async_problem(function, what):
        raise ConfigError(problem)
