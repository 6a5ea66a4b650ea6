"""Agents that the tests of this room talk to."""

from __future__ import annotations

from collections.abc import Sequence

import trio

from trio_live import FunctionCall, FunctionResponse, Live, State


def agent() -> Live:
    return Live.builder().model("gemini-3.8-live").instruction("Be kind.")


def with_tools(seconds: float = 0) -> Live:
    """An agent that answers any call after some time, and counts them in its State."""

    async def answer(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        await trio.sleep(seconds)
        state.modify("calls", 0, lambda count: count + len(calls))
        return [FunctionResponse.of(call, {"ok": True, "asked": call.args}) for call in calls]

    return agent().on_tool_call(answer)
