"""A pair of eyes: the model sees a camera, one JPEG a second, and is asked about it.

What it shows: pictures beside a conversation. A command writes JPEG frames to its standard output, a task keeps the
newest of them, another sends it each second: a slow network never makes the model look at the past. The command ends
with the block it was started in.

Run it against the emulator; any command that writes JPEG will do. Then with a key, and a camera that ffmpeg can open:

    trio-live emulator --port 8080 --persona docs/examples/agents/video.toml
    export GOOGLE_GEMINI_BASE_URL=ws://127.0.0.1:8080 GEMINI_API_KEY=any
    python docs/examples/agents/video.py cat holiday-1.jpg holiday-2.jpg
    GEMINI_API_KEY=… python docs/examples/agents/video.py
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import trio

from trio_live import Live, LiveHandle, ToolContext

CAMERA = [
    "ffmpeg",
    "-loglevel",
    "error",
    "-f",
    "v4l2",
    "-i",
    "/dev/video0",
    "-vf",
    "fps=2,scale=768:-1",
    "-c:v",
    "mjpeg",
    "-f",
    "image2pipe",
    "-",
]
EVERY = 1.0
"""Seconds between two pictures: the model looks at one a second at most."""
BEGIN, END = b"\xff\xd8", b"\xff\xd9"
"""The first and the last bytes of a JPEG file."""


class Camera:
    """The newest picture of a command that writes one after the other."""

    def __init__(self) -> None:
        self._newest = b""
        self._has_come = trio.Event()

    async def run(self, command: list[str]) -> None:
        """Read until the command ends, or this is cancelled, which ends the command."""
        waiting = bytearray()
        async with trio.open_nursery() as nursery:
            process = await nursery.start(partial(trio.run_process, command, stdout=subprocess.PIPE))
            async for piece in process.stdout:
                waiting += piece
                for self._newest in take_pictures(waiting):
                    self._has_come.set()

    async def send(self, session: LiveHandle) -> None:
        """Send what is newest, again and again; until cancelled."""
        await self._has_come.wait()
        while True:
            await session.send_video(self._newest)
            await trio.sleep(EVERY)


def take_pictures(waiting: bytearray) -> Iterator[bytes]:
    """Take the whole pictures from the beginning of what has come."""
    while (end := waiting.find(END)) >= 0:
        begin = waiting.find(BEGIN)
        if 0 <= begin < end:
            yield bytes(waiting[begin : end + 2])
        del waiting[: end + 2]


async def remember(what: str, context: ToolContext) -> str:
    """Remember something that is to be seen.

    Args:
        what: in a few words.
    """
    context.state.modify("app:seen", [], lambda seen: [*seen, what])
    return "noted"


live = (
    Live.builder()
    .model("gemini-3.8-live")
    .instruction("You see through a camera. Answer in one sentence, and remember what you are asked to.")
    .transcription()
    .tools(remember)
)


async def main(*command: str) -> None:
    camera = Camera()
    async with live.connect_from_env() as session, trio.open_nursery() as nursery:
        nursery.start_soon(camera.run, list(command) or CAMERA)
        nursery.start_soon(camera.send, session)
        await trio.sleep(EVERY * 1.5)
        for line in ("What do you see?", "Remember that, please."):
            print(f"> {line}\n{await session.ask(line)}")
        print(session.state.get("app:seen"))
        nursery.cancel_scope.cancel()


if __name__ == "__main__":
    trio.run(main, *sys.argv[1:])
