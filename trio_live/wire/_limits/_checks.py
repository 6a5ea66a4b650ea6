"""The limits that no type can say: how many values a frame has, how deep they are, and how many digits a number."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

from trio_live._typing import Json
from trio_live.errors import RemoteProtocolError
from trio_live.wire._limits._table import LIMITS, exceeded

LONG: Final = 64 * 1024
"""Length of a frame from which on its values are counted. Below it there is no room for too many."""

VERY_LONG: Final = 1024 * 1024
"""Length from which on those of texts count as well, and blanks like commas. Only media are as long, and have none."""

_MARKS: Final = (",", "[", "{")
"""Before every value but the first stands one of them: what is alone inside of another value has no comma."""
_BLANKS: Final = (" ", "\n", "\t", "\r")

_ITEMS: Final[dict[type, Any]] = {dict: dict.values, list: iter}


def check_long(frame: bytes | str) -> None:
    """Refuse a frame of too many values, before anything is made of them. For frames longer than `LONG`.

    There are no more values than commas and brackets, and looking for the next is quick where there are few, as in nearly
    every long frame. Those inside of texts are told from the others only as long as that is quick, too. Blanks are no values,
    but take the decoder as long as everything else.

    Raises:
        RemoteProtocolError: there are too many; or nothing but white space for so long.
    """
    if not frame[:LONG].strip():
        raise RemoteProtocolError(f"Invalid JSON payload received. It begins with {LONG} characters of white space")
    if len(frame) > VERY_LONG:
        is_full = any(_has_many(frame, sign) for sign in (*_MARKS, *_BLANKS))
    else:
        is_full = any(_has_many(frame, mark) and _has_many(_outside_strings(frame), mark) for mark in _MARKS)
    if is_full:
        raise exceeded("values")


def _has_many(text: bytes | str, sign: str) -> bool:
    wanted: Any = sign if isinstance(text, str) else sign.encode()
    find, at = text.find, -1
    for _ in range(LIMITS["values"].most):
        at = find(wanted, at + 1)
        if at < 0:
            return False
    return True


def _outside_strings(frame: bytes | str) -> str:
    """What stands between the strings of a JSON text, as far as it takes to count."""
    text = frame if isinstance(frame, str) else frame.decode("latin-1")
    plain = text.replace("\\\\", "").replace('\\"', "")
    return "".join(plain.split('"', 4 * LIMITS["values"].most)[::2])


def check_free(values: Iterable[Json], where: str) -> None:
    """Refuse values of any form that are too deep, or hold a number that no JSON number can be.

    Raises:
        RemoteProtocolError: one is.
    """
    level: list[Any] = list(values)
    depth = 0
    while level:
        depth += 1
        below: list[Any] = []
        for one in level:
            if type(one) is str:
                continue
            if isinstance(one, int) and not _is_double(one):
                raise exceeded("digits", where)
            if (items := _ITEMS.get(type(one))) is not None:
                if depth > LIMITS["depth"].most:
                    raise exceeded("depth", where)
                below += items(one)
        level = below


def _is_double(number: int) -> bool:
    try:
        return math.isfinite(float(number))
    except OverflowError:
        return False
