"""A voice that can be understood: hibari, through ``hibari-tts``, which brings its model and its dictionary along.

It speaks English at 24 kHz, the rate of the models, about ninety times as fast as one listens.
"""

from __future__ import annotations

from typing import Any, Final

SEED: Final = 1
"""Of the breath in a voice: the same line gives the same bytes."""


class HibariVoice:
    """Speaks lines."""

    def __init__(self) -> None:
        from hibari import Hibari

        self._voice: Any = Hibari()

    def speak(self, line: str) -> bytes:
        """A line as PCM16 at 24 kHz; nothing for one without words."""
        sound: Any = self._voice(line, seed=SEED)
        pcm: bytes = (sound.clip(-1.0, 1.0) * 32_767).astype("<i2").tobytes()
        return pcm
