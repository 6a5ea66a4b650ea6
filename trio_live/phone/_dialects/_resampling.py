"""From one sample rate to another without delay: what a telephone call needs.

Libraries resample streams in blocks. soxr was measured to hold back up to 115 ms of a microphone at 8 kHz with every
setting that keeps the voice whole, and 61 ms with the one that does not; before somebody who speaks over the model is
noticed, that is most of the time. So here is the plain way: a windowed sinc, one row of weights for each phase, two
milliseconds behind. Nothing but whole frames of 20 ms goes through it, and those come out whole.
"""

from __future__ import annotations

from functools import cache
from math import gcd
from typing import Final

import numpy as np

from trio_live.phone._dialects._g711 import Samples

_REACH: Final = 16
"""So many samples of the lower rate lie on each side of a weight's middle; at 8 kHz that is 2 ms."""
_EDGE: Final = 0.94
"""Of the lower rate's band is kept; telephones end at 3,400 of 4,000 Hz."""
_KAISER: Final = 7.0
"""70 dB down outside of the band: below the noise of G.711."""
_LOUDEST: Final = 32_767


class FrameResampler:
    """Turns 16-bit samples of one rate into another, piece by piece.

    Args:
        from_rate: samples a second of what it is given.
        to_rate: samples a second of what it gives.
    """

    def __init__(self, from_rate: int, to_rate: int) -> None:
        shared = gcd(from_rate, to_rate)
        self._up, self._down = to_rate // shared, from_rate // shared
        self._weights = _weights(self._up, self._down)
        self._taps = self._weights.shape[1]
        self.reset()

    def reset(self) -> None:
        """Forget what came: another stream begins."""
        self._before = np.zeros(self._taps - 1, dtype=np.float32)
        self._at = 0
        """Where the next sample lies, in parts of a sample of the input, counted from the next piece."""

    def process(self, samples: Samples) -> Samples:
        """The next piece; as much comes out as it lasts."""
        if self._up == self._down:
            return samples
        known = np.concatenate((self._before, samples), dtype=np.float32)
        self._before = known[len(known) - self._taps + 1 :]
        begin, end = self._at, len(samples) * self._up
        number = max(0, -(-(end - begin) // self._down))
        self._at = begin + number * self._down - end
        if not number:
            return np.zeros(0, dtype=np.int16)
        sound = self._filtered(known, begin, number)
        np.rint(sound, out=sound)
        np.maximum(sound, -_LOUDEST - 1.0, out=sound)
        np.minimum(sound, float(_LOUDEST), out=sound)
        return sound.astype(np.int16)

    def _filtered(self, known: Samples, begin: int, number: int) -> Samples:
        """So many samples, from a position on."""
        up, down = self._up, self._down
        sound = np.empty(number, dtype=np.float32)
        if down == 1:
            for phase in range(up):
                sound[phase::up] = np.correlate(known, self._weights[phase])
            return sound
        if up == 1:
            filtered: Samples = np.correlate(known, self._weights[0])[begin::down]
            return filtered
        positions = np.arange(begin, begin + number * down, down)
        windows = np.lib.stride_tricks.sliding_window_view(known, self._taps)
        general: Samples = np.einsum("ij,ij->i", windows[positions // up], self._weights[positions % up])
        return general


@cache
def _weights(up: int, down: int) -> Samples:
    """A row for each phase, the newest sample last."""
    ratio = max(up, down) / up  # of the input's rate to the lower one
    reach = int(np.ceil(_REACH * ratio))
    taps = np.arange(-reach, reach + 1)
    rows = [_row(taps - phase / up, _EDGE / ratio) for phase in range(up)]
    # A sample of the output lies where its window's middle is; what is newer than that is waited for.
    return np.asarray(rows, dtype=np.float32)


def _row(distances: Samples, band: float) -> Samples:
    width = np.abs(distances).max() + 1e-9
    window = np.i0(_KAISER * np.sqrt(np.clip(1 - (distances / width) ** 2, 0, 1))) / np.i0(_KAISER)
    row = np.sinc(distances * band) * window
    normalised: Samples = row / row.sum()
    return normalised
