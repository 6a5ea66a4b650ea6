"""One load on the official client: ``python -m benchmarks.official LOAD`` prints its figures. See `benchmarks.worker`.

That client is asyncio, and it speaks nothing but TLS. Where it is measured without, two attributes of its own are set
to make it; over TLS it runs as it is.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median
from typing import Any

from google import genai
from google.genai import types

from benchmarks.loads import (
    ANSWER,
    ASKED,
    INSTRUCTION,
    KEY,
    MICROPHONE_FRAME,
    MICROPHONE_SECONDS,
    MODEL,
    SETTLE_SECONDS,
    WARM_UP_FRAMES,
    WARM_UP_SECONDS,
    Ages,
    Countdown,
    Ears,
    Figures,
    Load,
    Stopwatch,
    heard,
    phases,
    tune_collector,
)

CONFIG: dict[str, Any] = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
    "system_instruction": INSTRUCTION,
    "tools": [
        {
            "function_declarations": [
                {
                    "name": "find_slots",
                    "description": "Free times of a doctor.",
                    "parameters": {
                        "type": "OBJECT",
                        "properties": {"doctor": {"type": "STRING"}, "day": {"type": "STRING"}},
                        "required": ["doctor", "day"],
                    },
                }
            ]
        }
    ],
}


class Voice:
    """An open session, and the task that listens."""

    def __init__(self, session: Any, ears: Ears) -> None:
        self._session = session
        self._ears = ears

    async def say(self, sound: bytes) -> None:
        """Send a microphone frame."""
        await self._session.send_realtime_input(audio=types.Blob(data=sound, mime_type="audio/pcm;rate=16000"))

    async def ask(self, text: str) -> None:
        """Send a line of text."""
        await self._session.send_realtime_input(text=text)

    async def listen(self) -> None:
        """Until it is cancelled: one turn of the client's after the other."""
        while True:
            async for message in self._session.receive():
                await self._hear(message)

    async def _hear(self, message: Any) -> None:
        content = message.server_content
        if content:
            if content.model_turn:
                for part in content.model_turn.parts or ():
                    if part.inline_data:
                        self._ears.audio(part.inline_data.data)
            if content.input_transcription:
                self._ears.text(content.input_transcription.text)
            if content.output_transcription:
                self._ears.text(content.output_transcription.text)
            if content.turn_complete:
                self._ears.turn()
        if message.tool_call:
            answers = []
            for call in message.tool_call.function_calls:
                self._ears.call()
                answers.append(types.FunctionResponse(id=call.id, name=call.name, response=dict[str, Any](ANSWER)))
            await self._session.send_tool_response(function_responses=answers)


@asynccontextmanager
async def open_official(address: str, ears: Ears) -> AsyncGenerator[Voice, None]:
    """A session of the official client's, and a task that listens."""
    secure = address.startswith("wss:")
    options = types.HttpOptions(base_url=address.replace("ws", "http", 1))
    client = genai.Client(api_key=KEY, http_options=options)
    if not secure:
        internal: Any = client._api_client  # noqa: SLF001  # it offers no other way
        internal._websocket_ssl_ctx = {}  # noqa: SLF001
        internal._websocket_base_url = lambda *_: address  # noqa: SLF001
    async with client.aio.live.connect(model=MODEL, config=types.LiveConnectConfig(**CONFIG)) as session:
        voice = Voice(session, ears)
        listening = asyncio.create_task(voice.listen())
        try:
            yield voice
        finally:
            if listening.done():
                listening.result()
            listening.cancel()


async def ask(load: Load) -> Figures:
    """As `benchmarks.worker.ask`."""
    asked, countdown = ASKED[load.kind], Countdown()
    cpu, wall = [], []
    async with open_official(load.at(asked.plan), countdown.ears) as voice:
        await asyncio.sleep(SETTLE_SECONDS)
        for _ in range(load.count + 1):
            done = asyncio.Event()
            countdown.start(asked.heard, done.set)
            gc.collect()
            watch = Stopwatch()
            await voice.ask("go")
            await done.wait()
            wall.append(watch.wall_us(asked.units))
            await asyncio.sleep(SETTLE_SECONDS)
            cpu.append(watch.cpu_us(asked.units))
    return {"cpu": median(cpu[1:]), "wall": median(wall[1:])}


async def listen(load: Load) -> Figures:
    """As `benchmarks.worker.listen`."""
    ages, countdown = Ages(), Countdown()

    def hear(sound: bytes) -> None:
        ages.hear(sound)
        countdown.hear()

    async def hear_frames(count: int) -> None:
        done = asyncio.Event()
        countdown.start(count, done.set)
        await done.wait()

    async with open_official(load.pace, Ears(audio=hear)) as voice:
        await voice.ask("go")
        return await heard(load, ages, hear_frames)


async def stream(load: Load) -> Figures:
    """As `benchmarks.worker.stream`."""
    async with open_official(load.at("idle"), Ears()) as voice:
        for _ in range(WARM_UP_FRAMES):
            await voice.say(MICROPHONE_FRAME)
        await asyncio.sleep(SETTLE_SECONDS)
        gc.collect()
        watch = Stopwatch()
        for _ in range(load.count):
            await voice.say(MICROPHONE_FRAME)
        wall = watch.wall_us(load.count)
        await asyncio.sleep(SETTLE_SECONDS)
        return {"cpu": watch.cpu_us(load.count), "wall": wall}


async def speak(load: Load) -> Figures:
    """As `benchmarks.worker.speak`."""
    async with open_official(load.at("idle"), Ears()) as voice:
        await say_frames(voice, load.interval, WARM_UP_FRAMES)
        gc.collect()
        watch = Stopwatch()
        await say_frames(voice, load.interval, load.count)
        return {"cpu": watch.cpu_us(load.count)}


async def say_frames(voice: Voice, interval: float, count: int) -> None:
    """As many frames, one each interval."""
    due = time.monotonic()
    for _ in range(count):
        due += interval
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await voice.say(MICROPHONE_FRAME)


async def hold_calls(load: Load) -> Figures:
    """As `benchmarks.worker.hold_calls`."""
    ages = Ages()
    tune_collector()

    async def speak_on(voice: Voice, phase: float) -> None:
        due = time.monotonic() + MICROPHONE_SECONDS * phase
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await voice.say(MICROPHONE_FRAME)
            ages.sent(time.monotonic() - due)
            due += MICROPHONE_SECONDS

    async with AsyncExitStack() as stack:
        voices = [
            await stack.enter_async_context(open_official(load.pace, Ears(audio=ages.hear)))
            for _ in range(load.sessions)
        ]
        phased = zip(voices, phases(load.sessions), strict=True)
        speaking = [asyncio.create_task(speak_on(voice, phase)) for voice, phase in phased]
        gc.collect()
        await asyncio.sleep(WARM_UP_SECONDS)
        ages.clear()
        watch = Stopwatch()
        await asyncio.sleep(load.seconds)
        assert not any(task.done() for task in speaking)
        print(json.dumps({**watch.loads(), **ages.figures()}), flush=True)
        os._exit(0)  # behind as it may be, each of its closing handshakes can take ten seconds


async def connect(load: Load) -> Figures:
    """As `benchmarks.worker.connect`."""
    taken = []
    spawned = 0.0
    for _ in range(load.count + 1):
        watch = Stopwatch()
        async with open_official(load.at("idle"), Ears()):
            taken.append(watch.wall_us(1000))
            spawned = spawned or (time.monotonic() - load.started) * 1e3
    return {"spawned": spawned, "warm": median(taken[1:])}


LOADS: dict[str, Callable[[Load], Awaitable[Figures]]] = {
    **dict.fromkeys(ASKED, ask),
    "paced": listen,
    "microphone": stream,
    "speech": speak,
    "calls": hold_calls,
    "connect": connect,
}


async def main(load: Load) -> Figures:
    """The load."""
    return await LOADS[load.kind](load)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Load.told(sys.argv[1])))))
