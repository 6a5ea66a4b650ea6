"""An agent with one function, as it is written here: ask for the weather, and print what is said."""

from __future__ import annotations

import trio

from trio_live import Live, events


async def get_weather(city: str) -> dict[str, str]:
    """Tell the weather in a city.

    Args:
        city: its name.
    """
    return {"weather": "foggy"}


live = Live.builder().model("gemini-3.8-live").instruction("Be brief.").transcription().tools(get_weather)


async def main() -> None:
    async with live.connect_from_env() as session, session.events() as stream:
        await session.send_text("How is the weather in London?")
        async for event in stream:
            match event:
                case events.OutputTranscript(text, is_final=False):
                    print(text, end="", flush=True)
                case events.TurnComplete():
                    break


if __name__ == "__main__":
    trio.run(main)
