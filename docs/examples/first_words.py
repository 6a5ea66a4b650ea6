"""Type one question; print the answer as it is spoken."""

from __future__ import annotations

import trio

from trio_live import Live, events


async def main() -> None:
    live = (
        Live.builder()
        .model("gemini-3.8-live")
        .instruction("You are the front desk of Harbour Clinic. Be brief and kind.")
        .transcription()
    )
    async with live.connect_from_env() as session, session.events() as stream:
        await session.send_text("Hello, what does a consultation cost?")
        async for event in stream:
            match event:
                case events.OutputTranscript(text, is_final=False):
                    print(text, end="", flush=True)
                case events.TurnComplete():
                    break
    print()


if __name__ == "__main__":
    trio.run(main)
