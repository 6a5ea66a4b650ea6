"""What sound is on a line: encodings by the names that the dialects give them, and the way there and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.phone._dialects._g711 import (
    ALAW_SILENCE,
    ULAW_SILENCE,
    Samples,
    alaw_to_pcm,
    pcm_to_alaw,
    pcm_to_ulaw,
    ulaw_to_pcm,
)
from trio_live.phone._dialects._resampling import FrameResampler

MODEL_HEARS: Final = 16_000
MODEL_SPEAKS: Final = 24_000
"""Samples a second."""
FRAME_SECONDS: Final = 0.02
"""The piece in which telephones send and take sound."""


class _Coding(NamedTuple):
    decode: Callable[[bytes], Samples]
    encode: Callable[[Samples], bytes]
    width: int
    silence: bytes


def _linear_of(order: str) -> _Coding:
    def decode(data: bytes) -> Samples:
        return np.frombuffer(data, f"{order}i2", len(data) // 2).astype(np.int16)

    def encode(samples: Samples) -> bytes:
        coded: bytes = samples.astype(f"{order}i2").tobytes()
        return coded

    return _Coding(decode, encode, 2, b"\0\0")


CODINGS: Final[dict[str, _Coding]] = {
    "ulaw": _Coding(ulaw_to_pcm, pcm_to_ulaw, 1, ULAW_SILENCE),
    "alaw": _Coding(alaw_to_pcm, pcm_to_alaw, 1, ALAW_SILENCE),
    "slin": _linear_of("<"),
    "l16": _linear_of(">"),
}
"""What can be spoken: both laws of G.711, and 16-bit samples with the smaller or (RFC 3551) the larger byte first."""

NAMES: Final[dict[str, str]] = {
    "audio/x-mulaw": "ulaw",
    "audio/x-alaw": "alaw",
    "audio/x-l16": "slin",  # Plivo: 16-bit, little-endian, say the adapters that are in use
    "PCMU": "ulaw",
    "PCMA": "alaw",
    "L16": "l16",  # Telnyx: an RTP payload, so in the order of the network
    "ulaw": "ulaw",
    "alaw": "alaw",
    "slin": "slin",
    "slin12": "slin",
    "slin16": "slin",
    "slin24": "slin",
    "slin32": "slin",
    "slin44": "slin",
    "slin48": "slin",
}
"""What the dialects call them."""

LOWEST_RATE, HIGHEST_RATE = 8_000, 48_000


@value
class AudioFormat:
    """What sound is on a line.

    Raises:
        ConfigError: nobody here speaks that.
    """

    encoding: str
    """As the dialect calls it: ``PCMU``, ``audio/x-mulaw``, ``slin16``, …"""
    rate: int = 8_000
    """Samples a second, 8,000 to 48,000."""

    def __attrs_post_init__(self) -> None:
        if self.encoding not in NAMES:
            raise ConfigError(f"sound as {self.encoding!r} is not spoken here; ask for one of {', '.join(NAMES)}")
        if not LOWEST_RATE <= self.rate <= HIGHEST_RATE:
            raise ConfigError(f"{self.rate} samples a second; a telephone has 8,000 to 48,000")

    @property
    def coding(self) -> _Coding:
        """How it is read and written."""
        return CODINGS[NAMES[self.encoding]]

    @property
    def frame_bytes(self) -> int:
        """Bytes of 20 ms."""
        return round(self.rate * FRAME_SECONDS) * self.coding.width

    def seconds_of(self, payload: bytes) -> float:
        """How long a payload lasts."""
        return len(payload) / (self.rate * self.coding.width)


def warm_up(format: AudioFormat) -> None:  # noqa: A002
    """Make the tables that a format takes, so that no call has to wait for them: some 10 ms."""
    Speaking(format).speak(bytes(2 * MODEL_SPEAKS // 50))
    Hearing(format).hear(format.coding.silence)


class Hearing:
    """From the line to the model.

    Args:
        format: of what the phone sends.
    """

    def __init__(self, format: AudioFormat) -> None:  # noqa: A002  # the field's word
        self._decode, self._width = format.coding.decode, format.coding.width
        self._resampler = FrameResampler(format.rate, MODEL_HEARS)
        self._half = b""

    def hear(self, payload: bytes) -> bytes:
        """PCM16 LE mono 16 kHz, ready for ``send_audio``."""
        data = self._half + payload if self._half else payload
        whole = len(data) - len(data) % self._width
        self._half = data[whole:]
        sound: bytes = self._resampler.process(self._decode(data[:whole])).astype("<i2").tobytes()
        return sound


class Speaking:
    """From the model to the line.

    Args:
        format: of what the phone takes.
        rate: samples a second of what is spoken.
    """

    def __init__(self, format: AudioFormat, rate: int = MODEL_SPEAKS) -> None:  # noqa: A002
        self._encode = format.coding.encode
        self._resampler = FrameResampler(rate, format.rate)

    def speak(self, pcm: bytes) -> bytes:
        """A payload of PCM16 LE mono, as long as that."""
        return self._encode(self._resampler.process(np.frombuffer(pcm, "<i2").astype(np.int16)))

    def reset(self) -> None:
        """What comes next has nothing to do with what came before."""
        self._resampler.reset()
