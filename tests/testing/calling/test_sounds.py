"""Sounds of a caller: how long and how loud they are, and whether they are heard as speech."""

from __future__ import annotations

from pathlib import Path

import pytest

from trio_live import ConfigError
from trio_live.audio import write_wav
from trio_live.testing import hum, noise, silence, voice
from trio_live.testing._calling._sounds import pcm_of
from trio_live.voice import BackendInputVad, VadEvent
from trio_live.voice._internal import energy_dbfs


def edges(sound: bytes) -> list[VadEvent]:
    """What a detector of speech makes of a sound in a quiet room."""
    return BackendInputVad().process_pcm_bytes(noise(1, loudness=0.002) + sound + noise(1, loudness=0.002))


@pytest.mark.parametrize(
    ("sound", "seconds"), [(silence(0.5), 0.5), (hum(0.3), 0.3), (voice(1.3), 1.3), (noise(0.25), 0.25)]
)
def test_a_sound_lasts_as_long_as_it_should(sound: bytes, seconds: float) -> None:
    assert len(sound) == round(seconds * 32_000)


@pytest.mark.parametrize("sound", [hum(0.4), hum(0.4, pitch=210), voice(1.5), voice(1.5, pitch=210)])
def test_a_voice_is_heard_as_one(sound: bytes) -> None:
    assert edges(sound) == [VadEvent.SPEECH_START, VadEvent.SPEECH_END]


def test_a_room_is_not() -> None:
    assert edges(silence(1)) == []
    assert edges(noise(1, loudness=0.002, seed=2)) == []


def test_loudness_is_that_of_the_loudest_sample() -> None:
    assert energy_dbfs(voice(1, loudness=0.3)) - energy_dbfs(voice(1, loudness=0.03)) == pytest.approx(20, abs=0.5)
    assert hum() == hum(), "always the same"


def test_a_sound_is_bytes_or_a_file(tmp_path: Path) -> None:
    write_wav(tmp_path / "hello.wav", hum(), 16_000)
    assert pcm_of(tmp_path / "hello.wav") == pcm_of(str(tmp_path / "hello.wav")) == pcm_of(hum()) == hum()
    with pytest.raises(ConfigError, match=r"nowhere.wav cannot be read as WAV"):
        pcm_of("nowhere.wav")
    with pytest.raises(ConfigError, match="3 bytes are no sound of 16 bits a sample"):
        pcm_of(b"abc")
