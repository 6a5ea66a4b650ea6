"""From what a tool gave back to JSON that the wire can carry; or the reason why it cannot."""

from __future__ import annotations

from typing import Any

from trio_live._typing import Json
from trio_live.errors import StateError, ToolError
from trio_live.state._internal import json_copy, json_size, plain
from trio_live.tools._formatting import LARGEST_ANSWER


def as_json(result: Any) -> Json:
    """A result as JSON; dataclasses, attrs classes, enums and tuples are spelled out.

    Args:
        result: what the tool gave back.

    Raises:
        ToolError: it is no JSON, holds NaN or an infinity, or is too large.
    """
    try:
        value = _copied(result)
    except StateError as refusal:
        raise ToolError.failed(f"its result cannot be told: {refusal.why}") from refusal
    except Exception as error:  # a class that cannot be taken apart
        raise ToolError.failed(f"its result cannot be told: {error}") from error
    if (size := json_size(value)) > LARGEST_ANSWER:  # counted, not encoded: that is done once, when it is sent
        raise ToolError.failed(f"its result has about {size:,} bytes of JSON; ask for less, at most {LARGEST_ANSWER:,}")
    return value


def _copied(result: Any) -> Json:
    try:
        return json_copy(result)  # most results are JSON already, and need not be taken apart
    except StateError:
        return json_copy(plain(result))
