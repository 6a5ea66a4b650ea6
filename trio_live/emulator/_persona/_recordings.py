"""Recordings of a persona's lines: a directory with WAV files and an ``index.toml`` that says which is which.

::

    [lines]
    "Good morning, Harbour Clinic." = "good_morning.wav"

Lines are compared without case, punctuation and spacing. A recording is mono PCM16 at 24 kHz, the form in which the
models speak, so that it goes to the wire as it is. A line of a persona may also name its recording itself. Those that
come with the package are packed (``.steps``), which makes a sixth of them.
"""

from __future__ import annotations

import os
import wave
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import attrs

from trio_live.emulator._persona._decisions import normalised
from trio_live.emulator._persona._tree import replies
from trio_live.emulator._persona._values import Persona
from trio_live.emulator._toml import read_source
from trio_live.errors import ConfigError
from trio_live.voice._internal import unpack
from trio_live.wire import AUDIO_OUTPUT_RATE

INDEX: Final = "index.toml"
PACKED: Final = ".steps"


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
    source = read_source(directory / INDEX)
    table = source.parse()
    lines = table.table("lines")
    table.done()
    paths = {line: directory / str(name) for line, name in lines.content.items()} if lines else {}
    for line, path in paths.items():
        why = why_unplayable(path, directory)
        if why is not None:
            source.complain(("lines", line), f"names {path.name!r}, which cannot be played: {why}")
    source.check()
    return VoiceBank({normalised(line): _read(path) for line, path in paths.items()})


def voice_bank_of(persona: Persona) -> VoiceBank:
    """Every recording of a persona: those of its directory, and those its lines name.

    Raises:
        ConfigError: recordings cannot be used; every mistake is listed.
    """
    named = [line for _, reply in replies(persona) for line in reply.say]
    own = {normalised(line.text): line.wav for line in named if line.wav is not None}
    problems = {path: why_unplayable(path) for path in own.values()}
    broken = [f"{path}: cannot be played: {why}" for path, why in problems.items() if why is not None]
    if broken:
        raise ConfigError(broken)
    bank = load_voice_bank(persona.voice) if persona.voice else EMPTY_BANK
    return VoiceBank({**bank.recordings, **{words: _read(path) for words, path in own.items()}})


def leaves(path: Path, directory: Path) -> bool:
    """Whether a path leads out of a directory: a persona from somebody else names nothing but what came with it."""
    return not Path(os.path.abspath(path)).is_relative_to(os.path.abspath(directory))  # noqa: PTH100  # links stay what they are


def why_unplayable(path: Path, within: Path | None = None) -> str | None:
    """What is wrong with a recording, or ``None`` when it can be played.

    Args:
        path: where it is.
        within: the directory it must not lie outside of.
    """
    if within is not None and leaves(path, within):
        return "it lies outside of the persona's folder"
    try:
        _read(path)
    except OSError as problem:
        return problem.strerror or str(problem)
    except EOFError:
        return "it ends before it has begun"
    except (wave.Error, ValueError, ConfigError) as problem:
        return str(problem)
    return None


def _read(path: Path) -> bytes:
    return _unpacked(path, path.stat().st_mtime_ns) if path.suffix == PACKED else _read_wav(path)


@lru_cache(maxsize=32)
def _unpacked(path: Path, _changed_at: int) -> bytes:
    """What every emulator of a process plays, unpacked once."""
    pcm, rate = unpack(path.read_bytes())
    if rate != AUDIO_OUTPUT_RATE:
        raise ConfigError(f"{rate} Hz, not {AUDIO_OUTPUT_RATE}")
    return pcm


def _read_wav(path: Path) -> bytes:
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
