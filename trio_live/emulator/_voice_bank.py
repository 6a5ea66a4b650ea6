"""Recordings of a persona's lines: a directory with WAV files and an ``index.toml`` that says which is which.

::

    [lines]
    "Good morning, Harbour Clinic." = "good_morning.wav"

Lines are compared without case, punctuation and spacing. A recording is mono PCM16 at 24 kHz, the form in which the
models speak, so that it goes to the wire as it is.
"""

from __future__ import annotations

import tomllib
import wave
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from trio_live.emulator._mind import normalised
from trio_live.errors import ConfigError
from trio_live.wire import AUDIO_OUTPUT_RATE

INDEX: Final = "index.toml"


@attrs.frozen
class VoiceBank:
    """Recordings by line."""

    recordings: Mapping[str, bytes]
    """Normalised line → PCM16 at 24 kHz."""

    def find(self, line: str) -> bytes | None:
        """The recording of a line, if there is one."""
        return self.recordings.get(normalised(line))


EMPTY_BANK: Final = VoiceBank({})
"""No recordings at all."""


def load_voice_bank(directory: Path) -> VoiceBank:
    """Read all recordings of a directory.

    Raises:
        ConfigError: the index or recordings cannot be used; every mistake is listed.
    """
    index = directory / INDEX
    try:
        lines = tomllib.loads(index.read_text("utf-8")).get("lines", {})
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as problem:
        raise ConfigError(f"{index}: {problem}") from None
    problems: list[str] = []
    recordings: dict[str, bytes] = {}
    for line, name in lines.items():
        try:
            recordings[normalised(line)] = _read(directory / str(name))
        except (OSError, EOFError, wave.Error, ConfigError) as problem:
            problems.append(f"{index}: [lines] {line!r}: {name}: {problem}")
    if problems:
        raise ConfigError(problems)
    return VoiceBank(recordings)


def _read(path: Path) -> bytes:
    with wave.open(str(path), "rb") as recording:
        wrong = list(_mistakes(recording))
        if wrong:
            raise ConfigError(", ".join(wrong))
        return recording.readframes(recording.getnframes())


def _mistakes(recording: wave.Wave_read) -> Iterator[str]:
    if recording.getnchannels() != 1:
        yield f"{recording.getnchannels()} channels, not one"
    if recording.getsampwidth() != 2:  # noqa: PLR2004  # bytes in a sample of PCM16
        yield f"{8 * recording.getsampwidth()} bits a sample, not 16"
    if recording.getframerate() != AUDIO_OUTPUT_RATE:
        yield f"{recording.getframerate()} Hz, not {AUDIO_OUTPUT_RATE}"
