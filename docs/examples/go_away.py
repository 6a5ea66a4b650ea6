"""The server says that it will close the connection; the session leaves in a quiet moment, and the talk goes on."""

from __future__ import annotations

import trio

from trio_live import Live, events
from trio_live.emulator import open_emulator


async def warn(time_left: float | None) -> None:
    """Called when the server announces the end of a connection. There is nothing that must be done."""
    print(f"[goAway: {time_left:.0f} s left]" if time_left else "[goAway]")


live = Live.builder().model("gemini-3.8-live").transcription().on_go_away(warn)


async def main() -> None:
    async with (
        open_emulator(time_scale=20, connection_lifetime=90.0) as emulator,  # announced before
        live.connect_google_ai("any", base_url=emulator.url) as session,
        session.events() as stream,
    ):
        await session.send_text("Hello, this is Maria Lopez.")
        async for event in stream:
            match event:
                case events.OutputTranscript(text, is_final=True):
                    print(text)
                case events.Connected(continuation=how):
                    print(f"[connection {session.link.generation}: {how.name}]")
                    await session.send_text("What does a consultation cost?")
                case events.TurnComplete() if session.link.generation > 1:
                    break


if __name__ == "__main__":
    trio.run(main)
