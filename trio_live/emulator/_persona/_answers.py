"""What a function answered, as clients wrap it: in ``output`` or ``result``, and some of them as text once more.

One framework sends JSON in a string, another what ``repr`` makes of a dict. A persona looks into an answer, so both are
read before its holes are filled; otherwise it would speak braces.
"""

from __future__ import annotations

import ast
import json
from typing import Any, Final

from trio_live._typing import Json, JsonObject

_WRAPPERS: Final = ("output", "result")
_OPENINGS: Final = ("{", "[", "(")


def answer_in(response: JsonObject) -> Json:
    """What a function said, without the wrapper that the protocol asks for."""
    for key in _WRAPPERS:
        if set(response) == {key}:
            return read_text(response[key])
    return response


def read_text(value: Json) -> Json:
    """A text that holds a whole object or list, as JSON or as Python writes it, read; anything else as it is."""
    if not isinstance(value, str) or not value.strip().startswith(_OPENINGS):
        return value
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(value.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        if isinstance(found, dict | list | tuple):
            return _plain(found)
    return value


def _plain(value: Any) -> Json:
    """A Python value as JSON has it."""
    match value:
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set():
            return [_plain(item) for item in value]
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)
