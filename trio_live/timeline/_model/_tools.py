"""The functions that were called: a bar for each, from the call to its answer, or to what kept it from one."""

from __future__ import annotations

import json

import attrs

from trio_live._typing import Json, JsonObject, Seconds
from trio_live.timeline._model._board import Board, Draft
from trio_live.timeline._model._frames import short
from trio_live.timeline._model._values import Outcome, Track
from trio_live.wire import FunctionCall, FunctionResponse


@attrs.define
class _Call:
    draft: Draft
    told: JsonObject


class ToolRow:
    """Draws the bars.

    Args:
        board: where.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._calls: dict[str, _Call] = {}

    def called(self, call: FunctionCall, at: Seconds) -> None:
        """The model wants a function run."""
        told: JsonObject = {"id": call.id, "name": call.name, "args": call.args}
        title = f"{call.name}({short(call.args or {})})"
        draft = Draft(Track.CONTROL, "tool", call.name or "tool", at, title, _json(told))
        before = self._calls.pop(call.id or title, None)
        if before is not None:
            self._end(before, at, Outcome.CANCELLED, reason="asked for again")
        self._calls[call.id or title] = _Call(self._board.open(draft), told)

    def answered(self, answer: FunctionResponse, at: Seconds) -> None:
        """An answer goes out; of some functions it is not the last one."""
        call = self._calls.get(answer.id or "")
        if call is None:
            return
        call.told.setdefault("answers", []).append(answer.response)
        failed = isinstance(answer.response, dict) and "error" in answer.response
        if answer.will_continue or (answer.response or {}).get("status") == "running":
            call.draft.data = _json(call.told)
            return
        del self._calls[answer.id or ""]
        self._end(call, at, Outcome.FAILED if failed else Outcome.FINE)

    def cancelled(self, id_: str, reason: str, at: Seconds) -> None:
        """A call was given up, and why; a reason that was told before stands."""
        call = self._calls.pop(id_, None)
        if call is not None:
            self._end(call, at, Outcome.CANCELLED, reason=call.told.get("reason", reason))

    def ran(self, id_: str, told: JsonObject) -> None:
        """What the session knows of how a function ran."""
        call = self._calls.get(id_)
        if call is not None:
            call.told.update(told)

    def connection_lost(self, words: str, at: Seconds) -> None:
        """Calls die with the connection that asked for them, unless another one asks again."""
        for id_ in list(self._calls):
            self.cancelled(id_, f"the connection was {words}", at)

    def _end(self, call: _Call, at: Seconds, outcome: Outcome, reason: Json = None) -> None:
        if reason is not None:
            call.told["reason"] = reason
            call.draft.title += f": {reason}"
        call.draft.data = _json(call.told)
        self._board.close(call.draft, at, outcome)


def _json(told: JsonObject) -> str:
    return json.dumps(told, ensure_ascii=False, default=repr)
