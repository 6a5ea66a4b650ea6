"""Callbacks that answer function calls, and what came of their answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import trio

from tests.peer import Peer
from trio_live import FunctionCall, FunctionResponse, LiveEvent, State, events

Answer = Callable[[Sequence[FunctionCall], State], Awaitable[Sequence[FunctionResponse] | None]]


def answering(takes: float = 0, result: Any = "done", *, asked: list[Any] | None = None) -> Answer:
    """A callback that answers every call with ``result`` after a while."""

    async def on_tool_call(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        if asked is not None:
            asked.append([one.id or one.name for one in calls])
        if takes:
            await trio.sleep(takes)
        return [FunctionResponse.of(one, result) for one in calls]

    return on_tool_call


def answering_all_but(*names: str) -> Any:
    async def on_tool_call(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        return [FunctionResponse.of(one, "done") for one in calls if one.name not in names]

    return on_tool_call


def returning(value: Any) -> Callable[..., Awaitable[Any]]:
    async def callback(*args: object) -> Any:
        return value

    return callback


def responses(peer: Peer) -> list[tuple[str | None, Any]]:
    return [(answer.get("id"), answer["response"]) for batch in peer.answers for answer in batch]


def executions(seen: Sequence[LiveEvent]) -> list[events.ToolExecution]:
    return [event for event in seen if isinstance(event, events.ToolExecution)]


def errors(seen: Sequence[LiveEvent]) -> list[str]:
    return [event.message for event in seen if isinstance(event, events.Error)]


def failed(error: str, *, retry: bool = False) -> dict[str, Any]:
    """What the model reads of every failure."""
    return {"status": "error", "error": error, "retry": retry}
