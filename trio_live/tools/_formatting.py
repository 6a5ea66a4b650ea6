"""What the model reads of a tool: results, errors, and how a background tool fares."""

from __future__ import annotations

from typing import Final, Protocol

from trio_live._typing import Json, JsonObject
from trio_live.errors import ToolError
from trio_live.wire import FunctionCall
from trio_live.wire._internal import failure

LARGEST_ANSWER: Final = 256 * 1024
"""Bytes of JSON. Some 64,000 tokens: half the context of today's models, and far more than anybody wants to hear."""


class ResultFormatter(Protocol):
    """Words what the model is told of a background tool. Plain and quick: it is called on the session's own tasks."""

    def format_running(self, call: FunctionCall) -> JsonObject:
        """The acknowledgement: the tool has been started.

        Args:
            call: the model's.
        """
        ...

    def format_result(self, call: FunctionCall, result: Json | ToolError) -> JsonObject:
        """The answer: what the tool gave back, or how it failed.

        Args:
            call: the model's.
            result: a JSON value, or the error.
        """
        ...

    def format_cancelled(self, call_id: str) -> JsonObject:
        """For the record: the call was cancelled. The model is not told, because it was the one that gave it up.

        Args:
            call_id: the cancelled call.
        """
        ...


class DefaultResultFormatter:
    """What a background tool says of itself when nobody words it differently."""

    def format_running(self, call: FunctionCall) -> JsonObject:
        """``{"status": "running", "tool": name}``."""
        return {"status": "running", "tool": call.name}

    def format_result(self, call: FunctionCall, result: Json | ToolError) -> JsonObject:
        """``{"status": "completed", "tool": name, "result": value}``; of an error its text, and whether to ask again."""
        if isinstance(result, ToolError):
            return {"tool": call.name, **error_answer(result)}
        return {"status": "completed", "tool": call.name, "result": result}

    def format_cancelled(self, call_id: str) -> JsonObject:
        """``{"status": "cancelled", "call_id": id}``."""
        return {"status": "cancelled", "call_id": call_id}


def error_answer(error: ToolError) -> JsonObject:
    """What the model reads of an error: that it is one, what went wrong, and whether asking again may help."""
    return failure(str(error), retry=error.retry)


def as_object(result: Json) -> JsonObject:
    """A result as the wire wants it, which takes objects only."""
    match result:
        case dict():
            return result
        case None:
            return {"status": "completed", "output": None}
        case _:
            return {"output": result}
