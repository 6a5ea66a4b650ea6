"""Less noise: what is steady in each band of frequencies is taken off.

The classic of the trade, spectral subtraction with a floor. The noise of a band is its quietest level of the last second and
a half, raised a little, since the quietest moment of a noise lies below its mean; nobody speaks that long without a pause.
Each band is turned down by how little it stands above its noise, never by more than `DEEPEST`, because bands that come and
go between silence and sound are heard as chirping.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from trio_live.audio._libraries import needed_for

FRAME: Final = 320
"""20 ms at 16 kHz; frames overlap by half."""
HOP: Final = FRAME // 2
MEMORY: Final = 150
"""So many hops are remembered for the quietest: a second and a half."""
RAISED: Final = 4.5
"""By so much the quietest power lies below what a noise rises to now and then."""
SMOOTHING: Final = 0.2
"""Weight of one more hop in the power of a band."""
LISTENS: Final = 25
"""So many hops are only listened to: whoever speaks from the first moment on is no noise."""
DEEPEST: Final = 0.12
"""A band keeps at least so much of its amplitude: 18 dB are taken off at most."""


class Denoiser:
    """An input processor that takes steady noise off a microphone. 16 kHz; what comes out lags behind by 20 ms.

    Raises:
        ConfigError: numpy is missing.
    """

    LAG: ClassVar[int] = FRAME

    def __init__(self) -> None:
        with needed_for("taking noise off a microphone"):
            import numpy as np
        self._np: Any = np
        self._window: Any = np.sqrt(np.hanning(FRAME + 1)[:FRAME])
        self.reset()

    def reset(self) -> None:
        """Forget the noise and what lags behind."""
        np = self._np
        self._waiting = np.zeros(HOP)
        self._unread = b""
        self._overlap = np.zeros(HOP)
        self._powers: Any = np.full((MEMORY, FRAME // 2 + 1), np.inf)
        self._smooth: Any = None
        self._seen = 0
        self._gain = np.ones(FRAME // 2 + 1)
        self._ready = bytes(2 * HOP)

    def process(self, pcm: bytes) -> bytes:
        """As many bytes as are given; silence, for the first 20 ms."""
        np = self._np
        self._unread += pcm
        hops = len(self._unread) // (2 * HOP)
        for index in range(hops):
            piece = np.frombuffer(self._unread, "<i2", HOP, 2 * HOP * index).astype(float)
            self._ready += self._hop(piece)
        self._unread = self._unread[2 * HOP * hops :]
        # What was held back at the beginning is as long as what can wait here, so there is always enough.
        given, self._ready = self._ready[: len(pcm)], self._ready[len(pcm) :]
        return given

    def _hop(self, piece: Any) -> bytes:
        np = self._np
        frame = np.concatenate([self._waiting, piece])
        self._waiting = piece
        spectrum = np.fft.rfft(frame * self._window)
        power = np.abs(spectrum) ** 2
        self._smooth = power if self._smooth is None else self._smooth + SMOOTHING * (power - self._smooth)
        self._powers[self._seen % MEMORY] = self._smooth
        self._seen += 1
        noise = RAISED * self._powers.min(axis=0) if self._seen > LISTENS else 0.0
        wanted = np.sqrt(np.clip(1.0 - noise / np.maximum(self._smooth, 1e-9), DEEPEST**2, 1.0))
        self._gain = np.maximum(wanted, 0.5 * self._gain + 0.5 * wanted)  # opens at once, closes in some hops
        sound = np.fft.irfft(spectrum * self._gain, FRAME) * self._window
        out, self._overlap = sound[:HOP] + self._overlap, sound[HOP:]
        whole: bytes = np.clip(np.round(out), -32768, 32767).astype("<i2").tobytes()
        return whole
