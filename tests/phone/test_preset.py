"""The detector for telephones hears whole sentences over µ-law, as soon as the usual one."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from importlib import resources
from typing import Any

import numpy as np
import pytest

from trio_live import Live
from trio_live.phone import PHONE_VAD, AudioFormat
from trio_live.phone._dialects import Hearing, Speaking
from trio_live.voice import INPUT_VAD, BackendInputVad, VadConfig, VadEvent

SENTENCES = ("hello.wav", "thursday.wav", "one_moment.wav", "three_thirty.wav", "uh_huh.wav", "goodbye.wav")
NOISES_DBFS = (-90, -60, -50, -45)
PAUSE = 16_000


def said(name: str) -> np.ndarray[Any, np.dtype[np.int16]]:
    with resources.files("trio_live.cli").joinpath("calls", name).open("rb") as raw, wave.open(raw) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def over_the_phone(sound: np.ndarray[Any, np.dtype[np.int16]], noise_dbfs: float) -> bytes:
    """A second of silence, the sentence, a second of silence: in the band of a telephone, with noise, through µ-law."""
    noise = np.random.default_rng(7)
    whole = np.concatenate((np.zeros(PAUSE), sound, np.zeros(PAUSE)))
    whole = whole + noise.normal(0, 32_767 * 10 ** (noise_dbfs / 20), len(whole))
    spectrum, pitches = np.fft.rfft(whole), np.fft.rfftfreq(len(whole), 1 / 16_000)
    spectrum[(pitches < 300) | (pitches > 3_400)] *= 0.03
    band = np.clip(np.fft.irfft(spectrum, len(whole)), -32_768, 32_767).astype(np.int16)
    line = AudioFormat("PCMU")
    speaking, hearing = Speaking(line, 16_000), Hearing(line)
    frames = range(0, len(band) - 320, 320)
    return b"".join(hearing.hear(speaking.speak(band[at : at + 320].tobytes())) for at in frames)


def starts(config: VadConfig, pcm: bytes) -> list[float]:
    """When speech was heard to begin, in seconds."""
    detector, found = BackendInputVad(config), []
    for at in range(0, len(pcm), 640):
        edges = detector.process_pcm_bytes(pcm[at : at + 640])
        found += [(at + 640) / 32_000] * edges.count(VadEvent.SPEECH_START)
    return found


def lines() -> Iterator[tuple[float, bytes]]:
    """When each sentence begins, and what comes out of the telephone."""
    for name in SENTENCES:
        sound = said(name)
        begins = 1.0 + float(np.argmax(np.abs(sound) > 1_000)) / 16_000
        for noise in NOISES_DBFS:
            yield begins, over_the_phone(sound, noise)


def test_a_sentence_stays_one_piece_and_is_noticed_at_once() -> None:
    late = []
    pieces_before = 0
    for begins, pcm in lines():
        (start,) = starts(PHONE_VAD, pcm)
        late.append(start - begins)
        pieces_before += len(starts(INPUT_VAD, pcm))
    assert max(late) < 0.15
    assert sorted(late)[len(late) // 2] < 0.09
    assert pieces_before > 1.2 * len(late), "which is why there is a preset"


def test_it_is_settings_of_the_microphone_s_detector() -> None:
    assert Live.builder().input_vad(PHONE_VAD).spec.control.voice.detector is not None


@pytest.mark.parametrize("noise", NOISES_DBFS)
def test_a_silent_line_is_nobody(noise: int) -> None:
    assert starts(PHONE_VAD, over_the_phone(np.zeros(5 * 16_000, dtype=np.int16), noise)) == []
