"""A voice agent: speak to it, listen to it, interrupt it."""

from __future__ import annotations

import trio

from trio_live import Live, events
from trio_live.audio import open_device


async def main() -> None:
    async with open_device() as device, trio.open_nursery() as nursery:
        live = (
            Live.builder()
            .model("gemini-3.8-live")
            .instruction("You are the front desk of Harbour Clinic. Be brief and kind.")
            .transcription()
            .on_audio(device.speakers.play)
            .on_interrupted(device.speakers.interrupted)
        )
        async with live.connect_from_env() as session, session.events() as stream:
            nursery.start_soon(device.talk, session)
            async for event in stream:
                match event:
                    case events.InputTranscript(text, is_final=True) | events.OutputTranscript(text, is_final=True):
                        print(f"{type(event).__name__}: {text}")


if __name__ == "__main__":
    trio.run(main)
