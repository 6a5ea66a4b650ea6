"""Let the model look something up: a typed function is all it takes."""

from __future__ import annotations

import trio

from trio_live import Live, LiveEvent, LiveEventStream, events


async def find_slots(doctor: str, day: str) -> dict[str, list[str]]:
    """Free times of a doctor on a day.

    Args:
        doctor: the family name
        day: a day of the week
    """
    print(f"[looking up {doctor} on {day}]")
    return {"slots": ["13:30", "15:30"]}


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
    live = Live.builder().model("gemini-3.8-live").transcription().tools(find_slots)
    async with live.connect_from_env() as session, session.events() as stream:
        for line in ("I would like to see Doctor Chen.", "Thursday would be good."):
            print(f"> {line}")
            await session.send_text(line)
            await show_turn(stream)


if __name__ == "__main__":
    trio.run(main)
