"""What a transcript keeps of a function call."""

from __future__ import annotations

import json
import reprlib

from trio_live._json import compact_json
from trio_live._typing import Json
from trio_live._values import value

SUMMARY_CHARACTERS = 200


@value
class ToolCallSummary:
    """One call and its answer, each as compact JSON cut to its first 200 characters."""

    name: str
    args_summary: str
    result_summary: str

    @classmethod
    def of(cls, name: str, args: Json, result: Json) -> ToolCallSummary:
        """Summarise a call by the name of its function and its result; what is not JSON is shown as Python prints it."""
        return cls(name, _compact(args), _compact(result))


_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=repr).encode


def _compact(value: Json) -> str:
    if (text := compact_json(value)) is not None:
        return text[:SUMMARY_CHARACTERS]
    try:
        text = _encode(value)
    except (TypeError, ValueError, RecursionError):  # odd keys, a value inside itself, or far too deep
        text = reprlib.repr(value)
    return text[:SUMMARY_CHARACTERS]
