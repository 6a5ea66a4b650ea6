from __future__ import annotations

import pytest

from trio_live.audio._libraries import needed_for
from trio_live.errors import ConfigError


def test_a_missing_library_says_how_to_get_it() -> None:
    with (
        pytest.raises(ConfigError, match=r"resampling needs soxr: pip install 'trio-live\[audio\]'"),
        needed_for("resampling"),
    ):
        raise ModuleNotFoundError("No module named 'soxr'", name="soxr")


def test_a_missing_portaudio_says_how_to_get_it() -> None:
    words = r"a microphone needs the library PortAudio \(not found\): apt install libportaudio2"
    with pytest.raises(ConfigError, match=words), needed_for("a microphone"):
        raise OSError("not found")


def test_what_is_there_is_imported() -> None:
    with needed_for("nothing"):
        import numpy as np
    assert np.zeros(3).sum() == 0
