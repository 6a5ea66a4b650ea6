"""Speech with noise in it, for `vad_accuracy.py`: the recordings, where somebody speaks in them, and three noises."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float64]
"""Samples at 16 kHz, full scale is 32767."""

RATE: Final = 16_000
SPEECH: Final = Path(__file__).resolve().parents[2] / "shared" / "data" / "speech"
"""Human speech that is no part of the project: read beside the repository."""
BEFORE: Final = 6.0
AFTER: Final = 3.0
"""Seconds of room around each utterance: enough to learn it, and to be alarmed by it."""


@attrs.frozen
class Utterance:
    """One recording, and from when until when somebody speaks in it (seconds).

    Read off the levels of 10 ms pieces; the last is the label that came with the recording. Pauses inside of a sentence are
    part of it.
    """

    file: str
    starts: float
    ends: float
    room_dbfs: float
    """How loud the room is in which it was recorded; it goes on before and after."""


UTTERANCES: Final = (
    Utterance("001.wav", 0.18, 0.94, -50),
    Utterance("003.wav", 0.11, 1.22, -50),
    Utterance("goforward.raw", 0.50, 2.40, -61),
    Utterance("sense_and_sensibility_01_austen_64kb-0870.wav", 0.236, 6.762, -47),
)


def loaded(name: str) -> Sound:
    """The samples of a recording."""
    path = SPEECH / name
    if path.suffix == ".raw":
        return np.frombuffer(path.read_bytes(), "<i2").astype(np.float64)
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)


def white(length: int, chance: np.random.Generator) -> Sound:
    """Hiss."""
    return chance.standard_normal(length)


def hum(length: int, chance: np.random.Generator) -> Sound:
    """The mains: 50 Hz and its overtones, each at a phase of its own, with a little hiss."""
    time = np.arange(length) / RATE
    tones = sum(np.sin(2 * np.pi * 50 * n * time + chance.uniform(0, 2 * np.pi)) / n for n in range(1, 9))
    return np.asarray(tones + 0.02 * chance.standard_normal(length))


def babble(length: int, chance: np.random.Generator) -> Sound:
    """A room full of people: two dozen voices that talk backwards, slower and quicker, all at once."""
    sound = np.zeros(length)
    voices = [loaded(each.file)[int(each.starts * RATE) : int(each.ends * RATE)][::-1] for each in UTTERANCES]
    for number in range(24):
        voice = voices[number % len(voices)]
        voice = np.interp(np.arange(0, len(voice) - 1, chance.uniform(0.7, 1.4)), np.arange(len(voice)), voice)
        voice = np.tile(voice / np.sqrt(np.mean(voice**2)), length // len(voice) + 2)
        begin = chance.integers(0, len(voice) - length)
        sound += voice[begin : begin + length] * chance.uniform(0.5, 1.0)
    return sound


NOISES: Final[dict[str, Callable[[int, np.random.Generator], Sound]]] = {"white": white, "babble": babble, "hum": hum}


def noisy(utterance: Utterance, noise: str | None, ratio_db: float, seed: int) -> tuple[bytes, float, float]:
    """An utterance in a room, with noise over all of it.

    Args:
        utterance: what is said.
        noise: the name of a noise; ``None`` for the recording as it is.
        ratio_db: how far the speech lies above the noise: RMS of the utterance to RMS of the noise.
        seed: of what is left to chance.

    Returns:
        PCM16, and when the speech begins and ends in it (seconds).
    """
    chance = np.random.default_rng(seed)
    voice = loaded(utterance.file)
    offset = voice.mean()
    voice -= offset
    level = np.sqrt(np.mean(voice[int(utterance.starts * RATE) : int(utterance.ends * RATE)] ** 2))
    before = BEFORE + chance.uniform(0, 0.03)
    room = 32767 * 10 ** (utterance.room_dbfs / 20)
    silences = [chance.standard_normal(int(length * RATE)) * room for length in (before, AFTER)]
    whole = np.concatenate([silences[0], voice, silences[1]]) + offset
    if noise is not None:
        sound = NOISES[noise](len(whole), chance)
        whole += sound / np.sqrt(np.mean(sound**2)) * level * 10 ** (-ratio_db / 20)
    pcm: Any = np.clip(np.round(whole), -32768, 32767).astype("<i2")
    return pcm.tobytes(), before + utterance.starts, before + utterance.ends
