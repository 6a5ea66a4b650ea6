"""From one sample rate to another, as a stream."""

from __future__ import annotations

from typing import Any

from trio_live.audio._libraries import needed_for
from trio_live.errors import ConfigError

RATES = range(4_000, 192_001)
"""Samples per second of what people call sound."""


class Resampler:
    """Turns PCM16 mono of one rate into another, piece by piece, by soxr.

    Its `process` may be an input processor: ``live.mic_processor(lambda: Resampler(48_000, 16_000))``.

    Args:
        from_rate: samples per second of what it is given.
        to_rate: samples per second of what it gives.

    Raises:
        ConfigError: soxr is missing, or a rate is none.
    """

    def __init__(self, from_rate: int, to_rate: int) -> None:
        for rate in (from_rate, to_rate):
            if rate not in RATES:
                raise ConfigError(f"{rate} samples a second are no sound; give a rate from 4,000 to 192,000")
        self.from_rate = from_rate
        self.to_rate = to_rate
        self._half = b""
        self._stream: Any = None
        if from_rate != to_rate:
            with needed_for("resampling"):
                import numpy as np
                import soxr
            self._numpy: Any = np
            self._stream = soxr.ResampleStream(from_rate, to_rate, 1, dtype="int16")

    def process(self, pcm: bytes) -> bytes:
        """The next piece. What comes out lags behind by some milliseconds, so a piece may give nothing."""
        data = self._half + pcm if self._half else pcm
        whole = len(data) - len(data) % 2
        self._half = bytes(data[whole:])
        return self._resampled(data[:whole], is_last=False) if whole else b""

    def finish(self) -> bytes:
        """What still lagged behind, at the end of a stream; the next piece begins another one."""
        rest = self._resampled(b"", is_last=True)
        self.reset()
        return rest

    def reset(self) -> None:
        """Forget what lagged behind, and begin another stream."""
        self._half = b""
        if self._stream is not None:
            self._stream.clear()

    def _resampled(self, pcm: bytes, *, is_last: bool) -> bytes:
        if self._stream is None:
            return bytes(pcm)
        samples = self._numpy.frombuffer(pcm, dtype="<i2")
        resampled: bytes = self._stream.resample_chunk(samples, last=is_last).astype("<i2").tobytes()
        return resampled
