"""Requests for `recognition.py`: what is asked of the front desk, and the voices that ask.

The voices are synthetic and free: hibari of the extra ``emulator-speech``, and flite and espeak-ng, programs that Debian and
others package. They are for measuring only; nobody needs them to use the emulator.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import wave
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import soxr

from benchmarks.vad_noises import NOISES, RATE, Sound


@attrs.frozen
class Request:
    """Something that is asked of the front desk, in the state in which it is asked."""

    text: str
    state: str = "start"


REQUESTS: Final = (
    Request("Hello, this is Maria Lopez. I'd like to book an appointment with Doctor Chen."),
    Request("I need an appointment, please."),
    Request("When are you open?"),
    Request("How much does it cost?"),
    Request("Where is the clinic?"),
    Request("Who are you?"),
    Request("Good morning."),
    Request("What is the capital of France?"),
    Request("That's all, thank you. Goodbye."),
    Request("Do you have anything on Thursday afternoon?", "day"),
    Request("Could I come on Monday?", "day"),
    Request("Tomorrow would be best.", "day"),
    Request("One moment, please.", "slots"),
    Request("Yes, three thirty is perfect.", "slots"),
    Request("Half past three, please.", "slots"),
    Request("I would rather come at noon.", "slots"),
)

LEAD: Final = 0.4
TAIL: Final = 0.6
"""Seconds of room before and after a request: what a detector of speech lets through."""
ROOM_DBFS: Final = -60
"""How loud the room is."""


@attrs.frozen
class Voice:
    """Somebody who asks."""

    engine: str
    name: str
    speak: Callable[[str], Sound]


def _read(path: Path) -> Sound:
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)
        return np.asarray(soxr.resample(samples, file.getframerate(), RATE), dtype=np.float64)


def _by_program(command: tuple[str, ...], text: str) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "said.wav")
        arguments = [word.format(text=text, path=path) for word in command]
        subprocess.run(arguments, check=True, capture_output=True)  # noqa: S603  # of the table below
        return _read(path)


@cache
def _hibari() -> Any:
    from hibari import Hibari

    return Hibari()


def _by_hibari(speed: float, text: str) -> Sound:
    sound = _hibari()(text, speed=speed, seed=1)
    return np.asarray(soxr.resample(sound, 24_000, RATE), dtype=np.float64) * 32_767


SPEEDS: Final = (0.8, 1.0, 1.25)
PROGRAMS: Final[dict[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "flite": tuple(
        (
            f"{name}, {speed:g}",
            ("flite", "-voice", name, "--setf", f"duration_stretch={1 / speed}", "-t", "{text}", "-o", "{path}"),
        )
        for name, speeds in (("slt", (1.0,)), ("awb", (1.0,)))
        for speed in speeds
    ),
    "espeak-ng": tuple(
        (f"{name}, {speed:g}", ("espeak-ng", "-v", name, "-s", str(round(160 * speed)), "-w", "{path}", "{text}"))
        for name, speeds in (("en-us", (1.0,)),)
        for speed in speeds
    ),
}
"""Program → its voices at their speeds, each a command."""


def voices() -> Iterator[Voice]:
    """Everybody who is installed."""
    for speed in SPEEDS:
        yield Voice("hibari", f"heart, {speed:g}", partial(_by_hibari, speed))
    for program, named in PROGRAMS.items():
        if shutil.which(program) is None:
            print(f"{program} is not installed: its voices are left out")
            continue
        for name, command in named:
            yield Voice(program, name, partial(_by_program, command))


def heard_as(sound: Sound, *, rate: int, noise: str | None, ratio_db: float, seed: int) -> bytes:
    """A request as it arrives: in a room, with noise over it, at a rate, and back at 16 kHz.

    Args:
        sound: what is said, at 16 kHz.
        rate: samples per second on the way; 8000 is a telephone.
        noise: the name of a noise; ``None`` for the room alone.
        ratio_db: how far the speech lies above the noise.
        seed: of what is left to chance.
    """
    chance = np.random.default_rng(seed)
    level = np.sqrt(np.mean(sound**2))
    sound = sound * (32_767 * 10 ** (-23 / 20) / level)
    whole = np.concatenate([np.zeros(int(LEAD * RATE)), sound, np.zeros(int(TAIL * RATE))])
    whole = whole + chance.standard_normal(len(whole)) * 32_767 * 10 ** (ROOM_DBFS / 20)
    if noise is not None:
        over = NOISES[noise](len(whole), chance)
        whole = whole + over / np.sqrt(np.mean(over**2)) * 32_767 * 10 ** ((-23 - ratio_db) / 20)
    if rate != RATE:
        whole = soxr.resample(soxr.resample(whole, RATE, rate), rate, RATE)
    pcm: Any = np.clip(np.round(whole), -32_768, 32_767).astype("<i2")
    return bytes(pcm.tobytes())
