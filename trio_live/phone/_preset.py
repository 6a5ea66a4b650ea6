"""How this side listens to a caller on the telephone."""

from __future__ import annotations

from typing import Final

import attrs

from trio_live.voice import INPUT_VAD, VadConfig

PHONE_VAD: Final[VadConfig] = attrs.evolve(INPUT_VAD, hangover_frames=16, max_zero_crossing_rate=0.5)
"""For a caller on the telephone: ``live.input_vad(PHONE_VAD)``. Begins after about 60 ms of speech, and ends after half a second of
silence.

A telephone carries 300 to 3,400 Hz, so the quiet ends and beginnings of words are cut off, and pauses between words look
longer. With the usual detector a sentence over µ-law falls apart into 1.4 pieces in the mean, and whoever must speak for 600 ms to
interrupt is not believed at the first try; with this one it stays one piece, and its beginning is noticed as soon. What
crosses zero more often than a tone of 4 kHz is no voice there, but a click of the line.
"""
