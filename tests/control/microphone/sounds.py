"""A detector that hears at once what is loud, and sound for it."""

from __future__ import annotations

import attrs

from trio_live.voice import INPUT_VAD, Judgement, VadConfig, VadState

FRAME_MS = 20
LOUD = b"\x01\x01" * 320
"""20 ms of speech."""
QUIET = bytes(640)


class Sharp:
    """Everything that is not nothing is speech, from its first frame to its last."""

    USUAL = attrs.evolve(INPUT_VAD, frame_duration_ms=FRAME_MS, min_speech_frames=1, hangover_frames=1)
    name = "sharp"

    def __init__(self, config: VadConfig = USUAL) -> None:
        self.sample_rate = config.sample_rate
        self.frame_size = config.frame_size

    def judge(self, frame: bytes, state: VadState) -> Judgement:
        del state
        return Judgement(any(frame), float(any(frame)))

    def reset(self) -> None:
        """Nothing is remembered."""
