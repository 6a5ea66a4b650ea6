"""A call whose arguments came in pieces, put together. Pure.

Vertex can stream the arguments of a call: several messages with one id, all but the last with ``willContinue``. Each
piece names where its value goes (``$.guests[0].name``); pieces of one string follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from trio_live.wire import FunctionCall, PartialArg
from trio_live.wire._internal import evolve

_STEP = r"\.([^.\[\]]+)|\[(\d+)\]|\['([^']*)'\]|\[\"([^\"]*)\"\]"
"""One step of a path: a name after a dot, a position, or a quoted name. Compiled by the first call that comes in
pieces, which few sessions see."""
_LONGEST_LIST = 1000
"""A position beyond this is a mistake of the model, and not worth the memory."""


def joined_call(pieces: Sequence[FunctionCall]) -> FunctionCall:
    """The call that these pieces make. Whole arguments (``args``) of a later piece win over those of an earlier one.

    A piece whose path cannot be followed is left out: what is then missing is for the function to complain about.
    """
    args: dict[str, Any] = {}
    for piece in pieces:
        args |= piece.args or {}
        for part in piece.partial_args or ():
            _place(args, part)
    named = next((piece for piece in pieces if piece.name), pieces[0])
    key = next((piece.id for piece in pieces if piece.id), None)
    return evolve(named, id=key, args=args, partial_args=None, will_continue=None)


def _place(args: dict[str, Any], part: PartialArg) -> None:
    steps = _steps(part.json_path or "")
    if not steps or not isinstance(steps[0], str):
        return
    here: Any = args
    for step, following in pairwise(steps):
        if not _fits(here, step):
            return
        child = _get(here, step)
        if child is None:
            child = [] if isinstance(following, int) else {}
            _set(here, step, child)
        here = child
    if not _fits(here, steps[-1]):
        return
    before, value = _get(here, steps[-1]), _value(part)
    is_continued = isinstance(before, str) and isinstance(value, str)
    _set(here, steps[-1], before + value if is_continued else value)


def _steps(path: str) -> list[str | int]:
    if not path.startswith("$"):
        return []
    found, at = list[str | int](), 1
    pattern = re.compile(_STEP)
    while at < len(path):
        step = pattern.match(path, at)
        if step is None:
            return []
        position = step[2]
        found.append(
            int(position) if position is not None else next(name for name in step.groups() if name is not None)
        )
        at = step.end()
    return found


def _fits(here: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(here, list) and step < _LONGEST_LIST
    return isinstance(here, dict)


def _get(here: Any, step: Any) -> Any:
    if isinstance(here, list):
        return here[step] if step < len(here) else None
    return here.get(step)


def _set(here: Any, step: str | int, value: Any) -> None:
    if isinstance(here, list) and isinstance(step, int):
        here.extend([None] * (step + 1 - len(here)))
    here[step] = value


def _value(part: PartialArg) -> Any:
    given = (part.string_value, part.number_value, part.bool_value)
    return next((value for value in given if value is not None), None)
