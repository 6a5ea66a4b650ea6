"""Let the model look something up: one function, declared and answered."""

from __future__ import annotations

from collections.abc import Sequence

import trio

from trio_live import (
    FunctionCall,
    FunctionDeclaration,
    FunctionResponse,
    Live,
    LiveEvent,
    LiveEventStream,
    State,
    events,
)

FIND_SLOTS = FunctionDeclaration(
    name="find_slots",
    description="Free times of a doctor on a day.",
    parameters={
        "type": "OBJECT",
        "properties": {"doctor": {"type": "STRING"}, "day": {"type": "STRING"}},
        "required": ["doctor", "day"],
    },
)


async def look_up(calls: Sequence[FunctionCall], _: State) -> list[FunctionResponse]:
    """Answer a batch of calls."""
    return [FunctionResponse.of(call, {"slots": ["13:30", "15:30"]}) for call in calls]


async def show_turn(stream: LiveEventStream[LiveEvent]) -> None:
    """Print what happens until the model has finished its turn."""
    async for event in stream:
        match event:
            case events.ToolExecution(name, args, result):
                print(f"[{name}({args}) -> {result}]")
            case events.OutputTranscript(text, is_final=True):
                print(text)
            case events.TurnComplete():
                return


async def main() -> None:
    live = Live.builder().model("gemini-3.8-live").transcription().add_tool(FIND_SLOTS).on_tool_call(look_up)
    async with live.connect_from_env() as session, session.events() as stream:
        for line in ("I would like to see Doctor Chen.", "Thursday would be good."):
            print(f"> {line}")
            await session.send_text(line)
            await show_turn(stream)


if __name__ == "__main__":
    trio.run(main)
