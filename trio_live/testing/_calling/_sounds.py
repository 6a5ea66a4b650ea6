"""Sounds for a caller: PCM16 LE mono 16 kHz, made by rules, always the same. Pure but for reading a WAV file."""

from __future__ import annotations

import math
import random
import sys
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypeAlias

from trio_live._typing import Seconds
from trio_live.audio import read_wav
from trio_live.errors import ConfigError

RATE: Final = 16_000
PEAK: Final = 32_767
RAMP: Final[Seconds] = 0.015
"""No sound of a voice begins or ends at once."""

Sound: TypeAlias = bytes | bytearray | str | Path
"""PCM16 LE mono 16 kHz, or the path of a WAV file."""

_VOWELS: Final = ((730, 1090), (270, 2290), (530, 1840), (570, 840), (440, 1020))
"""Where the mouth resonates, in Hz: what makes a vowel of a buzz."""


def pcm_of(sound: Sound) -> bytes:
    """A sound as it is sent.

    Raises:
        ConfigError: no such file, or bytes that are no whole samples.
    """
    if isinstance(sound, str | Path):
        return read_wav(Path(sound), RATE)
    if len(sound) % 2:
        raise ConfigError(f"{len(sound)} bytes are no sound of 16 bits a sample: is it another format, or cut off?")
    return bytes(sound)


def silence(seconds: Seconds) -> bytes:
    """Nothing."""
    return bytes(2 * round(seconds * RATE))


def hum(seconds: Seconds = 0.3, *, pitch: float = 130.0, loudness: float = 0.2) -> bytes:
    """A listener's "mm-hm": one short voiced sound.

    Args:
        seconds: how long; people take 0.2 to 0.5.
        pitch: Hz; about 110 for a man's voice, 200 for a woman's.
        loudness: of its loudest sample, from 0 to 1.
    """
    weights = _weights(pitch, (300, 900))
    return _pcm(_voiced(seconds, pitch, weights), loudness)


def voice(seconds: Seconds = 1.0, *, pitch: float = 130.0, loudness: float = 0.3) -> bytes:
    """Somebody speaks, without words: a syllable each 0.2 seconds, with vowels and a melody.

    Args:
        seconds: how long.
        pitch: Hz, in the middle.
        loudness: of its loudest sample, from 0 to 1.
    """
    samples: list[float] = []
    for number in range(max(1, round(seconds / 0.2))):
        height = pitch * (1.1 - 0.05 * (number % 5))
        samples += _voiced(0.17, height, _weights(height, _VOWELS[number % len(_VOWELS)]))
        samples += [0.0] * round(0.03 * RATE)
    wanted = round(seconds * RATE)
    return _pcm(samples[:wanted] + [0.0] * (wanted - len(samples)), loudness)


def noise(seconds: Seconds, *, loudness: float = 0.02, seed: int = 1) -> bytes:
    """What a room sounds like in which nobody speaks: white noise.

    Args:
        seconds: how long.
        loudness: of its loudest sample, from 0 to 1.
        seed: of the dice; the same one gives the same noise.
    """
    dice = random.Random(seed)  # noqa: S311  # no secret
    return _pcm([dice.uniform(-1, 1) for _ in range(round(seconds * RATE))], loudness)


def _weights(pitch: float, formants: Iterable[float]) -> list[float]:
    """How loud each harmonic is: the louder, the nearer it is to where the mouth resonates."""
    centres = tuple(formants)
    return [sum(math.exp(-(((n * pitch - at) / 120) ** 2)) for at in centres) + 0.05 for n in range(1, 25)]


def _voiced(seconds: Seconds, pitch: float, weights: list[float]) -> list[float]:
    count, ramp = round(seconds * RATE), round(RAMP * RATE)
    step = 2 * math.pi * pitch / RATE
    return [
        sum(weight * math.sin((n + 1) * step * at) for n, weight in enumerate(weights))
        * min(1.0, at / ramp, (count - at) / ramp)
        for at in range(count)
    ]


def _pcm(samples: list[float], loudness: float) -> bytes:
    highest = max(map(abs, samples), default=0.0) or 1.0
    numbers = array("h", (round(sample / highest * loudness * PEAK) for sample in samples))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
