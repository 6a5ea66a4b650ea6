"""An emulator inside the program, with a persona of our own and a log of the wire."""

from __future__ import annotations

import trio

from trio_live import Live, events
from trio_live.emulator import LogRecord, open_emulator, parse_persona

LIBRARIAN = parse_persona(
    """
    name = "librarian"

    [[rule]]
    heard = { keywords = ["open"] }
    say = "The library is open until eight."

    [[default]]
    say = "Shh."
    """
)


def show(record: LogRecord) -> None:
    """Print what goes over the wire, but for sound."""
    if not record.is_media:
        print(f"    {record.direction}: {record.summary}")


async def main() -> None:
    live = Live.builder().model("gemini-3.8-live").transcription()
    async with (
        open_emulator(LIBRARIAN, pace=None, realtime_playback=False, on_log=show) as emulator,
        live.connect_google_ai("any", base_url=emulator.url) as session,
        session.events() as stream,
    ):
        for line in ("How long are you open?", "Thank you!"):
            print(f"> {line}")
            await session.send_text(line)
            async for event in stream:
                match event:
                    case events.OutputTranscript(text, is_final=True):
                        print(text)
                    case events.TurnComplete():
                        break


if __name__ == "__main__":
    trio.run(main)
