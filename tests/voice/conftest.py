"""Human speech for the tests of hearing."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import pytest

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "data" / "speech"


@pytest.fixture
def recording() -> Callable[[str], bytes]:
    """Loads a recording by the start of its name: PCM16, mono, 16 kHz."""

    def load(name: str) -> bytes:
        paths = sorted(path for path in SPEECH.glob(f"{name}*") if path.suffix in {".wav", ".raw"})
        if not paths:
            pytest.skip(f"no recording {name!r}: recordings of real voices are not part of the source")
        if paths[0].suffix == ".raw":
            return paths[0].read_bytes()
        with wave.open(str(paths[0])) as file:
            assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
            return bytes(file.readframes(file.getnframes()))

    return load
