"""A voice for the machine that has none: text in, babble out.

Tests and the emulator need audio that behaves like speech: it lasts as long as the text would take to read, rises
and falls at the rate of syllables, pauses where a sentence does, and a detector takes it for speech. Nobody needs to
understand it.

Method: voiced speech is one short wave repeated, about 120 times a second, so a *period* is computed once for each
timbre, pitch and loudness, and speaking is joining bytes. A period is a sum of harmonics in sine phase, weighted by
how near they lie to the formants of a vowel; it begins and ends at zero, so any two periods join without a click.
Consonants are softer murmur, hiss, or a short closure; loudness moves toward its goal by a little with every period,
and that makes the envelope. Rejected: computing sample by
sample, a hundred thousand steps of Python for each second of speech.

The same text gives the same bytes.
"""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise, repeat
from operator import add, mul
from sys import byteorder
from typing import Final, NamedTuple

from trio_live._typing import Seconds
from trio_live.errors import ConfigError
from trio_live.voice._internal import FULL_SCALE


class Sound(NamedTuple):
    """How one letter sounds."""

    timbre: str
    """A key of `FORMANTS`, or `HISS`."""
    level: int
    """How loud, from 0 (silent) to `LOUDEST`."""


HISS: Final = "hiss"
LOUDEST: Final = 8
LOUDEST_RMS: Final = 0.1
"""RMS of the loudest vowel, as a share of full scale: -20 dBFS, where recorded speech usually lies."""
LEVELS_PER_PERIOD: Final = 2
"""How fast loudness moves: from silence to the loudest vowel in four periods, about 33 ms."""

FORMANTS: Final[Mapping[str, tuple[int, int, int]]] = {
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (300, 2200, 2900),
    "o": (570, 840, 2410),
    "u": (330, 870, 2240),
    "er": (490, 1350, 1690),
    "murmur": (320, 1000, 2200),
}
"""Resonances of the mouth in Hz: averages for men as phonetics textbooks give them, rounded."""

_LETTERS: Final = (
    ("a", Sound("a", 8)),
    ("e", Sound("e", 7)),
    ("iy", Sound("i", 6)),
    ("o", Sound("o", 8)),
    ("uw", Sound("u", 6)),
    ("lr", Sound("er", 5)),
    ("mn", Sound("murmur", 4)),
    ("bdgjvz", Sound("murmur", 3)),
    ("cfhsx", Sound(HISS, 3)),
    ("kpqt", Sound(HISS, 0)),
    (" ", Sound("er", 1)),
)
SOUNDS: Final[Mapping[str, Sound]] = {letter: sound for letters, sound in _LETTERS for letter in letters}
"""Letters and the space between words, which is a dip rather than a pause."""

CLOSURE: Final = Sound(HISS, 0)
"""Whatever is neither letter nor digit: the lips are closed for a moment."""

LETTER_SECONDS: Final[Seconds] = 1 / 16.5
"""With the pauses of ordinary prose this comes to about 15 characters a second."""
WIDE_LETTERS: Final = 3
"""A wide East Asian character stands for a syllable, so it takes as long as so many letters."""

PAUSES: Final[Mapping[str, Seconds]] = {
    ",": 0.18,
    ";": 0.25,
    ":": 0.25,
    "—": 0.25,
    ".": 0.36,
    "!": 0.36,
    "?": 0.36,
    "…": 0.36,
    "\u3001": 0.18,
    "\u3002": 0.36,
    "\uff01": 0.36,
    "\uff1f": 0.36,
}
"""How long one waits at a mark. The longest of several in a row counts."""

_PAUSE: Final = re.compile(r"([,;:—.!?…]+(?=\s|$)|[\u3001\u3002\uff01\uff1f]+)")
"""Marks end a phrase only where a word ends: not in ``3.14`` and not in ``example.com``. East Asian ones always do."""

QUESTION_MARKS: Final = ("?", "\uff1f")

LOWEST_RATE: Final = 8000
"""Telephone audio: it just carries the formants."""
LOWEST_PITCH: Final = 50
HIGHEST_PITCH: Final = 400
"""From a deep voice to a child's, in Hz."""

FALL: Final = 3
"""Pitch falls through a phrase, from so many semitones above the middle to as many below."""
RISE: Final = 4
"""The end of a question lies so many semitones above the middle."""
RISE_FROM: Final = 0.7
"""The share of a question after which it rises: the last word or two."""

HISSES: Final = 16
"""Different pieces of noise, used in turn: one piece repeated with every period would hum."""
HISS_STRIDE: Final = 251


def babble(text: str, *, rate: int = 24_000, pitch: float = 120.0) -> bytes:
    """Speak a text, unintelligibly.

    Args:
        text: Any text; what cannot be pronounced still takes its time.
        rate: Samples per second, at least 8000.
        pitch: The middle pitch of the voice in Hz, from 50 to 400.

    Returns:
        Mono PCM16, little-endian: about one second for 15 characters, nothing for a blank text.

    Raises:
        ConfigError: The rate or the pitch is out of range.
    """
    problems = list(_problems(rate, pitch))
    if problems:
        raise ConfigError(problems)
    mouth = _Mouth(rate, pitch)
    for phrase, marks in _phrases(text):
        _speak(mouth, phrase, asking=marks.endswith(QUESTION_MARKS))
        mouth.rest(max((PAUSES[mark] for mark in marks), default=LETTER_SECONDS))
    return b"".join(mouth.pieces)


def _problems(rate: int, pitch: float) -> Iterator[str]:
    if rate < LOWEST_RATE:
        yield f"rate is {rate}; at least {LOWEST_RATE} samples a second carry a voice"
    if not LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
        yield f"pitch is {pitch} Hz; voices lie between {LOWEST_PITCH} and {HIGHEST_PITCH}"


def _phrases(text: str) -> Iterator[tuple[str, str]]:
    """The phrases of a text, each with the marks that end it."""
    parts = [" ".join(part.split()) for part in _PAUSE.split(text)]
    phrases = zip(parts[::2], [*parts[1::2], ""], strict=True)
    return ((phrase, marks) for phrase, marks in phrases if phrase or marks)


def _speak(mouth: _Mouth, phrase: str, *, asking: bool) -> None:
    for index, character in enumerate(phrase):
        progress = index / len(phrase)
        semitones = FALL - 2 * FALL * progress
        if asking and progress > RISE_FROM:
            semitones = RISE * progress
        seconds = LETTER_SECONDS * (WIDE_LETTERS if unicodedata.east_asian_width(character) in "WF" else 1)
        mouth.say(_sound(character), seconds, round(semitones))


@lru_cache(maxsize=1024)
def _sound(character: str) -> Sound:
    letter = unicodedata.normalize("NFKD", character)[0].lower()
    if not letter.isalnum():
        return SOUNDS.get(letter, CLOSURE)
    return SOUNDS.get(letter) or SOUNDS["aeiou"[ord(letter) % 5]]


class _Mouth:
    """Joins periods and keeps time: what does not fit into a letter's time is owed to the next."""

    def __init__(self, rate: int, pitch: float) -> None:
        self.pieces: list[bytes] = []
        self._rate = rate
        self._pitch = pitch
        self._level = 0
        self._due = 0.0
        self._spoken = 0

    def say(self, sound: Sound, seconds: Seconds, semitones: int) -> None:
        length = round(self._rate / (self._pitch * 2 ** (semitones / 12)))
        self._due += seconds * self._rate
        while self._spoken + length <= self._due:
            self._level += max(-LEVELS_PER_PERIOD, min(LEVELS_PER_PERIOD, sound.level - self._level))
            if sound.timbre == HISS:
                self._append(_hiss(length, self._level, len(self.pieces) % HISSES))
            else:
                self._append(_period(sound.timbre, length, self._rate, self._level))

    def rest(self, seconds: Seconds) -> None:
        """Fall silent, and be at the exact sample afterwards."""
        self.say(CLOSURE, seconds, 0)
        self._append(bytes(2 * (round(self._due) - self._spoken)))

    def _append(self, piece: bytes) -> None:
        self.pieces.append(piece)
        self._spoken += len(piece) // 2


@lru_cache(maxsize=4096)
def _period(timbre: str, length: int, rate: int, level: int) -> bytes:
    """One period of voice, at a loudness."""
    return _pcm(map(mul, _wave(timbre, length, rate), repeat(level / LOUDEST)))


@lru_cache(maxsize=512)
def _wave(timbre: str, length: int, rate: int) -> tuple[float, ...]:
    """One period of voice at its loudest."""
    sine = [math.sin(2 * math.pi * index / length) for index in range(length)]
    wave: Iterable[float] = [0.0] * length
    for harmonic in range(1, length // 2):
        weight = _weight(harmonic * rate / length, FORMANTS[timbre])
        # Every harmonic is the same sine, read in strides.
        wave = list(map(add, wave, map(mul, (sine * harmonic)[::harmonic], repeat(weight))))
        if harmonic * rate / length > FORMANTS[timbre][-1]:
            break
    samples = tuple(wave)
    scale = LOUDEST_RMS * FULL_SCALE * math.sqrt(length) / math.hypot(*samples)
    return tuple(map(mul, samples, repeat(scale)))


def _weight(frequency: float, formants: tuple[int, int, int]) -> float:
    """How strong a harmonic is: a resonance at each formant, 80 Hz wide, and the voice's own fall of 6 dB an octave."""
    resonance = sum(1 / (1 + ((frequency - formant) / 80) ** 2) for formant in formants)
    return resonance * formants[0] / (frequency + formants[0])


@lru_cache(maxsize=4096)
def _hiss(length: int, level: int, number: int) -> bytes:
    """A piece of noise, at a loudness."""
    start = number * HISS_STRIDE
    return _pcm(map(mul, _noise(HISSES * HISS_STRIDE + length)[start : start + length], repeat(level / LOUDEST)))


@lru_cache(maxsize=64)
def _noise(length: int) -> tuple[float, ...]:
    """Noise with more low than high in it, from a fixed generator: Lehmer's, with Park and Miller's second constants."""
    seed, values = 1, [0.0]
    for _ in range(length):
        seed = seed * 48271 % 0x7FFFFFFF
        values.append(seed / 0x3FFFFFFF - 1.0)
    scale = LOUDEST_RMS * FULL_SCALE
    return tuple(scale * (before + value) / 2 for before, value in pairwise(values))


def _pcm(samples: Iterable[float]) -> bytes:
    limited = array("h", [max(-FULL_SCALE, min(FULL_SCALE, round(sample))) for sample in samples])
    if byteorder == "big":
        limited.byteswap()
    return limited.tobytes()
