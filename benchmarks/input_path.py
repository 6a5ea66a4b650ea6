"""``python -m benchmarks.input_path [--page]``: what a microphone's frame of 20 ms costs on its way into the transport.

The floor encodes the frame and sends it, over the same transport in memory; then a session, without and with detectors and
processors. The sound is speech-like, so that detectors have edges to tell. Rounds are taken in turns; the middle one counts.
"""

from __future__ import annotations

import argparse
import math
import random
import struct
import time
from collections.abc import Awaitable, Callable
from functools import partial
from statistics import median
from typing import Final

import msgspec
import trio

from benchmarks.page import filled
from benchmarks.processes import ROOT
from trio_live import Live
from trio_live.transport import memory_transport_pair
from trio_live.voice import SileroBackend

PAGE: Final = ROOT / "docs/explanation/hearing.md"
MARK: Final = "input"
FRAMES: Final = 1_000
ROUNDS: Final = 7
BATCH: Final = 50
"""So many frames are sent before the other side takes them, so that the transport's queue is never full."""


def frames() -> list[bytes]:
    """Twenty seconds: two of a room, two of somebody who speaks, and so on."""
    chance, made = random.Random(1), []  # noqa: S311  # noise
    for number in range(FRAMES):
        loud = 6_000 * (0.3 + math.sin(number / 4) ** 2) if number // 100 % 2 else 0
        wave = (loud * math.sin(n / 16) + chance.gauss(0, 40) for n in range(320))
        made.append(struct.pack("<320h", *map(round, wave)))
    return made


class Blob(msgspec.Struct, rename="camel"):
    """Sound."""

    data: bytes
    mime_type: str = "audio/pcm;rate=16000"


class Audio(msgspec.Struct, rename="camel"):
    """A field of the message."""

    audio: Blob


class Message(msgspec.Struct, rename="camel"):
    """A frame of a microphone."""

    realtime_input: Audio


async def _sent(
    send: Callable[[bytes], Awaitable[None]], take: Callable[[], Awaitable[object]], sound: list[bytes]
) -> float:
    spent = 0.0
    for start in range(0, len(sound), BATCH):
        begun = time.process_time()
        for frame in sound[start : start + BATCH]:
            await send(frame)
        spent += time.process_time() - begun
        with trio.move_on_after(0.001):
            while True:
                await take()
    return spent / len(sound) * 1e6


async def floor(sound: list[bytes]) -> float:
    """Encode and send, and nothing else: µs a frame."""
    here, there = memory_transport_pair()
    encode = msgspec.json.Encoder().encode

    async def send(frame: bytes) -> None:
        await here.send([encode(Message(Audio(Blob(frame))))])

    return await _sent(send, there.receive, sound)


async def session(live: Live, sound: list[bytes]) -> float:
    """A session of ours: µs a frame."""
    here, there = memory_transport_pair()
    await there.send(['{"setupComplete":{}}'])
    async with live.connect_with_transport(here) as handle:
        return await _sent(handle.send_audio, there.receive, sound)


def subjects() -> dict[str, Callable[[list[bytes]], Awaitable[float]]]:
    """What is measured, by name."""
    plain = Live.builder().model("gemini-3.8-live")
    return {
        "the floor: encode and send": floor,
        "a session without a detector": partial(session, plain),
        "with the built-in detector": partial(session, plain.input_vad()),
        "with the neural detector": partial(session, plain.input_vad(backend=SileroBackend)),
        "with the built-in detector, gain and gate": partial(session, plain.mic_gain(3).mic_noise_gate().input_vad()),
        "with the built-in detector and denoising": partial(session, plain.mic_denoise().input_vad()),
    }


async def measured() -> dict[str, list[float]]:
    """Every subject's rounds, taken in turns."""
    sound, samples = frames(), {name: list[float]() for name in subjects()}
    for _ in range(ROUNDS):
        for name, subject in subjects().items():
            samples[name].append(await subject(sound))
    return samples


def table(samples: dict[str, list[float]]) -> str:
    """The figures as a table of a page."""
    lines = ["| a frame of 20 ms | µs | of the floor |", "| --- | --: | --: |"]
    least = median(next(iter(samples.values())))
    for name, rounds in samples.items():
        lines.append(f"| {name} | {median(rounds):.0f} | {median(rounds) / least:.1f} |")
    return "\n".join(lines)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.input_path")
    parser.add_argument("--page", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)}")
    given = parser.parse_args()
    drawn = table(trio.run(measured))
    print(drawn)
    if given.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), {MARK: drawn}), encoding="utf-8")


if __name__ == "__main__":
    main()
