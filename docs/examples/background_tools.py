"""A function that takes long runs beside the talk: acknowledged at once, told when nobody speaks."""

from __future__ import annotations

import trio

from trio_live import Live, events
from trio_live.emulator import open_emulator, parse_persona

PERSONA = parse_persona("""
name = "garage"
[[rule]]
heard = { keywords = ["brakes"] }
say = "I send somebody to look at them."
call = { tool = "inspect_car", args = { part = "brakes" } }
then = "I have word from the workshop: {inspect_car.result}"
[[rule]]
heard = { keywords = ["coffee"] }
say = "In the corner, help yourself."
[[default]]
say = "Harbour Garage, good morning."
""")
"""Stands in for the model, so that this runs without a key."""


async def inspect_car(part: str) -> str:
    """Look at a part of the car, which takes a while."""
    await trio.sleep(1)  # here everything goes twenty times as fast
    return f"the {part} are fine"


live = (
    Live.builder()
    .model("gemini-3.8-live")
    .transcription()
    .tools(inspect_car)
    .tool_background_with_scheduling("inspect_car", "WHEN_IDLE")
)


async def main() -> None:
    async with (
        open_emulator(PERSONA, time_scale=20) as emulator,
        live.connect_google_ai("any", base_url=emulator.url) as session,
        session.events() as stream,
    ):
        for line in ("The brakes make a noise.", "Is there coffee?"):
            print(f"> {line}")
            await session.send_text(line)
            async for event in stream:
                match event:
                    case events.ToolExecution(name, _, result):
                        print(f"[{name}: {result}]")
                    case events.OutputTranscript(text, is_final=True):
                        print(text)
                    case events.TurnComplete():
                        break
        print(f"[still running: {session.background_tools.active_count()}]")
        async for event in stream:
            match event:
                case events.ToolExecution(name, _, result):
                    print(f"[{name}: {result}]")
                case events.OutputTranscript(text, is_final=True) if "workshop" in text:
                    print(text)
                    break


if __name__ == "__main__":
    trio.run(main)
