"""What a recogniser is: sound in, words out, with how sure it is of them."""

from __future__ import annotations

from typing import Final, Protocol

import attrs

from trio_live.emulator._engines._phrases import Expected

RECOGNISED_RATE: Final = 16_000
"""Samples per second of what a recogniser is given; other rates are resampled before."""
BYTES_PER_SECOND: Final = 2 * RECOGNISED_RATE
NOISE: Final = "<noise>"
"""What speech counts as in which no words were made out: the real models write it, too."""


@attrs.frozen
class Recognition:
    """What was said in one utterance, or so far."""

    text: str
    """The words; empty when there were none."""
    confidence: float
    """How sure the recogniser is, from 0 to 1. Each measures it in a way of its own."""

    def or_noise(self, least: float) -> str:
        """The words, or `NOISE` where there are none, or where the recogniser is less sure than this."""
        return self.text if self.text and self.confidence >= least else NOISE


class Utterance(Protocol):
    """One utterance while it is being recognised. Used by one thread at a time, not always by the same."""

    def take(self, pcm: bytes) -> None:
        """Take the next piece: PCM16, mono, 16 kHz."""
        ...

    def guess(self) -> Recognition:
        """What was said so far; later pieces may change it."""
        ...

    def finish(self) -> Recognition:
        """What was said, now that nothing more is. Called once, also for an utterance that nobody wants any more."""
        ...


class Recogniser(Protocol):
    """Begins utterances. Its methods take a while, so they are called in worker threads, several at a time."""

    def begin(self, expected: Expected) -> Utterance:
        """Somebody begins to speak.

        Args:
            expected: what can be said to whoever listens.
        """
        ...
