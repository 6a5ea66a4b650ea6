"""What every driver does: ask the same things, speak with the same voice, and report what it saw.

A driver is ``with_CLIENT SPEECH SCENARIO:MODEL …``, a program in the environment of its client. It plays the scenarios
one after the other, for what takes longest is to import a client, and prints one JSON object for each thing that happened.
Where a scenario must wait for something that the client does not tell, the driver reads a line, which comes when the
emulator has seen it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

ASKED = {
    "text": "What is the capital of France?",
    "tool": "What is the weather in London?",
    "barge_in": "Tell me a long story.",
    "resume": "My name is Ann.",
    "lose_handle": "My name is Ann.",
    "unknown_message": "hello",
}
ASKED_LATER = "Who am I?"
STORY = ASKED["barge_in"]
PIECE_SECONDS = 0.02
LIMIT_SECONDS = 40.0


def report(**what: Any) -> None:
    print(json.dumps(what), flush=True)


async def go_ahead() -> None:
    """Wait for a line: the other side of the wire is ready."""
    await asyncio.to_thread(sys.stdin.readline)


async def speech() -> AsyncIterator[bytes]:
    """A few words and the silence after them, 16 kHz, five times as fast as they were said."""
    with wave.open(sys.argv[1], "rb") as file:
        pcm = file.readframes(file.getnframes()) + bytes(2 * file.getframerate())
    size = round(2 * 16_000 * PIECE_SECONDS)
    for start in range(0, len(pcm), size):
        yield pcm[start : start + size].ljust(size, b"\0")
        await asyncio.sleep(PIECE_SECONDS / 5)


def drive(play: Callable[[str, str], Awaitable[None]]) -> None:
    """Play every scenario that the command line names; one that fails does not keep the others from being played."""
    asyncio.run(_drive(play))


async def _drive(play: Callable[[str, str], Awaitable[None]]) -> None:
    for begins in sys.argv[2:]:
        report(begins=begins)
        scenario, _, model = begins.partition(":")
        try:
            await asyncio.wait_for(play(scenario, model), LIMIT_SECONDS)
        except Exception as problem:  # noqa: BLE001  # whatever it is, the test is told
            report(failed="".join(traceback.format_exception(problem))[-2000:])
