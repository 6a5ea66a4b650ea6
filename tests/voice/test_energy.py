"""What the built-in judge makes of rooms and microphones; the learning of the floor is tested with the detector."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable, Sequence
from itertools import pairwise

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trio_live.voice import INPUT_VAD, BackendInputVad, EnergyBackend, VadBackend, VadEvent, VadState

START, END = VadEvent.SPEECH_START, VadEvent.SPEECH_END
RATE = 16_000


def pcm(samples: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(samples)}h", *(max(-32768, min(32767, round(sample))) for sample in samples))


def samples_of(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 2}h", data)


def noise(seconds: float, dbfs: float, *, seed: int = 0, rate: int = RATE) -> list[float]:
    chance, level = random.Random(seed), 32767 * 10 ** (dbfs / 20)  # noqa: S311
    return [chance.gauss(0, level) for _ in range(int(seconds * rate))]


def voice(seconds: float, dbfs: float = -20, *, rate: int = RATE) -> list[float]:
    """Something with the pitch, the overtones and the syllables of a voice."""
    level, found = 32767 * 10 ** (dbfs / 20), []
    for index in range(int(seconds * rate)):
        time = index / rate
        syllable = 0.15 + 0.85 * math.sin(math.pi * 4 * time) ** 2
        tones = sum(math.sin(2 * math.pi * pitch * time) for pitch in (140, 280, 700, 1_260))
        found.append(level * syllable * tones * 0.7)
    return found


def added(*sounds: Sequence[float]) -> list[float]:
    return [sum(each) for each in zip(*sounds, strict=True)]


def edges(
    samples: Sequence[float], vad: BackendInputVad | None = None, rate: int = RATE
) -> list[tuple[float, VadEvent]]:
    vad, data, found = vad or BackendInputVad(), pcm(samples), []
    step = vad.frame_bytes
    for start in range(0, len(data), step):
        found += [((start + step) / 2 / rate, event) for event in vad.process_pcm_bytes(data[start : start + step])]
    return found


def test_it_is_a_backend() -> None:
    backend = EnergyBackend()
    assert isinstance(backend, VadBackend)
    assert (backend.name, backend.sample_rate, backend.frame_size) == ("energy-zcr", 16_000, 480)
    assert EnergyBackend.USUAL == INPUT_VAD


def test_a_fan_that_is_switched_on_is_speech_for_three_seconds_and_the_room_from_then_on() -> None:
    found = edges([*noise(2, -58), *noise(8, -32)])
    assert [event for _, event in found] == [START, END]
    assert found[0][0] == pytest.approx(2.06, abs=0.06)
    assert found[1][0] == pytest.approx(2 + 3 + 0.24, abs=0.3)


def test_a_voice_is_heard_over_the_fan_once_that_is_the_room() -> None:
    over = [*noise(4, -38), *added(noise(1, -38, seed=1), voice(1, -14)), *noise(1, -38, seed=2)]
    found = [(at, event) for at, event in edges([*noise(1, -58), *over]) if at > 4.5]
    assert [event for _, event in found] == [START, END]
    assert found[0][0] == pytest.approx(5.08, abs=0.05)


def test_somebody_who_talks_for_a_minute_is_never_taken_for_the_room() -> None:
    talk = [*noise(1, -55), *added(noise(60, -55, seed=1), voice(60)), *noise(1, -55, seed=2)]
    found = edges(talk)
    assert [event for _, event in found] == [START, END]
    assert found[1][0] > 61


@settings(deadline=None, max_examples=25)
@given(st.integers(-6_000, 6_000), st.integers(0, 3))
def test_a_constant_in_every_sample_changes_nothing(offset: int, seed: int) -> None:
    sound = [*noise(0.6, -52, seed=seed), *added(noise(0.6, -52), voice(0.6)), *noise(0.6, -52, seed=seed + 1)]
    plain, shifted = edges(sound), edges([sample + offset for sample in sound])
    assert [event for _, event in shifted] == [event for _, event in plain] == [START, END]
    for (one, _), (other, _) in zip(plain, shifted, strict=True):
        assert one == pytest.approx(other, abs=0.061)


@pytest.mark.parametrize("offset", [-20_000, -300, 300, 20_000])
def test_a_constant_alone_is_silence(offset: int) -> None:
    assert edges([offset] * RATE) == []


def test_a_microphone_that_is_driven_too_hard_still_has_edges() -> None:
    sound = [*noise(0.6, -50), *added(noise(0.9, -50), voice(0.9, 12)), *noise(0.9, -50, seed=1)]
    assert max(map(abs, samples_of(pcm(sound)))) == 32768
    assert [event for _, event in edges(sound)] == [START, END]


def test_a_word_that_begins_with_a_hiss_begins_there() -> None:
    chance = random.Random(3)  # noqa: S311
    hiss = [chance.gauss(0, 1_500) for _ in range(3_201)]
    s = [after - before for before, after in pairwise(hiss)]  # what is left of noise above 4 kHz
    found = edges([*noise(0.6, -55), *s, *voice(0.5), *noise(0.5, -55)])
    assert [event for _, event in found] == [START, END]
    assert found[0][0] == pytest.approx(0.66, abs=0.04)


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000, 48_000])
def test_every_rate_of_a_microphone_is_heard_alike(rate: int) -> None:
    config = attrs.evolve(INPUT_VAD, sample_rate=rate)
    sound = [*noise(0.6, -55, rate=rate), *voice(0.9, rate=rate), *noise(0.6, -55, rate=rate)]
    (started, first), (ended, last) = edges(sound, BackendInputVad(config), rate)
    assert (first, last) == (START, END)
    assert started == pytest.approx(0.68, abs=0.05)
    assert ended == pytest.approx(1.5 + 0.24, abs=0.09)


def test_recorded_speech_is_heard_alike_with_a_constant_in_it_and_clipped(recording: Callable[[str], bytes]) -> None:
    samples = samples_of(recording("goforward"))
    room = noise(1, -60)
    plain = edges([*room, *samples, *room])
    shifted = [sample + 900 for sample in (*room, *samples, *room)]
    clipped = [sample * 8 for sample in (*room, *samples, *room)]
    assert max(clipped) > 32767
    for changed in (shifted, clipped):
        found = edges(changed)
        assert [event for _, event in found] == [event for _, event in plain] == [START, END]
        assert found[0][0] == pytest.approx(plain[0][0], abs=0.061)


def test_reset_forgets_the_room_and_the_constant() -> None:
    used, new = EnergyBackend(), EnergyBackend()
    for start in range(0, 96_000, 480):
        used.judge(pcm([sample + 500 for sample in noise(0.03, -40, seed=start)]), VadState.SPEECH)
    used.reset()
    frame = pcm(noise(0.03, -44))
    assert used.judge(frame, VadState.SILENCE) == new.judge(frame, VadState.SILENCE)
    assert used.noise_floor_dbfs == new.noise_floor_dbfs
