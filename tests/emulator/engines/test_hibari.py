from __future__ import annotations

from importlib.util import find_spec

import pytest

from trio_live.emulator._engines import VOICES
from trio_live.emulator._engines._hibari import HibariVoice
from trio_live.voice._internal import energy_dbfs

needs_library = pytest.mark.skipif(
    not all(map(find_spec, VOICES["hibari"].libraries)), reason="no hibari: pip install 'trio-live[emulator-speech]'"
)


@needs_library
def test_a_line_is_spoken_aloud_and_the_same_every_time() -> None:
    line = "Good morning, Harbour Clinic, how can I help you?"
    pcm = HibariVoice().speak(line)
    assert 1.5 < len(pcm) / 48_000 < 5.0
    assert -35 < energy_dbfs(pcm) < -10
    assert HibariVoice().speak(line) == pcm


@needs_library
def test_a_line_without_words_is_silent() -> None:
    assert HibariVoice().speak(" ") == b""
