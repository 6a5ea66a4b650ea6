"""Tools are typed functions: what the model is told stands in them, and what goes wrong is told to it."""

from __future__ import annotations

from typing import Annotated, Literal

import trio

from trio_live import Live, ToolContext, ToolError, events, tool

Day = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]


async def find_slots(doctor: Annotated[str, "the family name"], day: Day, context: ToolContext) -> list[str]:
    """Free times of a doctor on a day."""
    context.state.set("app:day", day)
    return ["14:15", "15:30"]


@tool(timeout=5)
def book_appointment(patient: str, doctor: str, day: Day, time: str, context: ToolContext) -> dict[str, str]:
    """Book a time. Returns the confirmation number."""
    if not time.startswith("15"):
        raise ToolError(f"{time} on {day} has just been taken")
    return {"confirmation_number": "4711"}


async def main() -> None:
    live = Live.builder().model("gemini-3.8-live").transcription().tools(find_slots, book_appointment)
    async with live.connect_from_env() as session, session.events() as stream:
        for line in (
            "I would like to see Doctor Chen.",
            "On Thursday.",
            "A quarter past two.",
            "Half past three then.",
        ):
            print(f"> {line}")
            await session.send_text(line)
            async for event in stream:
                match event:
                    case events.ToolExecution(name, args, result):
                        print(f"[{name}({args}) -> {result}]")
                    case events.OutputTranscript(text, is_final=True):
                        print(text)
                    case events.TurnComplete():
                        break


if __name__ == "__main__":
    trio.run(main)
