"""Pack recordings: ``python -m docs.pack_recordings FOLDER…`` puts a ``.steps`` file in the place of each WAV file."""

from __future__ import annotations

import sys
import wave
from pathlib import Path

from trio_live.voice._internal import pack


def packed(path: Path) -> bytes:
    """What stands for a WAV file of one channel with samples of 16 bits."""
    with wave.open(str(path), "rb") as recording:
        return pack(recording.readframes(recording.getnframes()), recording.getframerate())


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        for path in sorted(Path(folder).glob("*.wav")):
            path.with_suffix(".steps").write_bytes(packed(path))
            path.unlink()
