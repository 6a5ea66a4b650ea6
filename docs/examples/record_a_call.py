"""A call is recorded, and then played again without a server and in no time."""

from __future__ import annotations

import trio

from trio_live import Live, events
from trio_live.recording import read_recording
from trio_live.replay import replay_now

live = Live.builder().model("gemini-3.8-live").transcription()


async def main() -> None:
    async with live.record_wire("call.jsonl").connect_from_env() as session, session.events() as stream:
        await session.send_text("What does a consultation cost?")
        async for event in stream:
            if isinstance(event, events.TurnComplete):
                break


if __name__ == "__main__":
    trio.run(main)
    for who, words in replay_now(live, read_recording("call.jsonl")).transcript:
        print(f"{who}: {words}")
