from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

import pytest

from trio_live.cli._demo._tape import Mark, Span, Tape, raised, samples_of, stereo


def tone(rate: int, seconds: float, pitch: float = 300) -> bytes:
    count = int(rate * seconds)
    return struct.pack(f"<{count}h", *(round(9_000 * math.sin(2 * math.pi * pitch * n / rate)) for n in range(count)))


def test_its_clock_is_the_sound() -> None:
    tape = Tape()
    tape.record(bytes(640), bytes(960))
    tape.mark("interruption")
    tape.begin(tape.tools, "find")
    tape.begin(tape.tools, "find")
    for _ in range(3):
        tape.record(bytes(640), bytes(960))
    tape.end(tape.tools, "find")
    tape.end(tape.tools, "another")
    assert tape.now == pytest.approx(0.08)
    assert tape.marks == [Mark("interruption", 0.02)]
    assert tape.tools == [Span("find", 0.02, 0.08), Span("find", 0.02)]


def test_speech_that_is_heard_is_a_span() -> None:
    tape = Tape()
    for speaking in (False, True, True, False, False, True):
        tape.hear(speaking=speaking)
        tape.record(bytes(640), bytes(960))
    first, second = tape.speech
    assert first.begins == pytest.approx(0.02)
    assert first.ends == pytest.approx(0.06)
    assert second.begins == pytest.approx(0.1)
    assert second.ends is None


def test_16_khz_becomes_24_khz_of_the_same_pitch_and_length() -> None:
    expected, got = samples_of(tone(24_000, 0.1)), raised(samples_of(tone(16_000, 0.1)))
    assert len(got) == len(expected)
    assert max(abs(a - b) for a, b in zip(got[:-3], expected[:-3], strict=True)) < 200
    assert len(raised(samples_of(b""))) == 0


def test_both_voices_lie_side_by_side(tmp_path: Path) -> None:
    tape = Tape()
    tape.record(tone(16_000, 0.02), b"\x07\x00" * 480)
    tape.record(bytes(640), b"\x09\x00" * 480)
    tape.save(tmp_path / "call.wav")
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 24_000)
        both = samples_of(file.readframes(file.getnframes()))
    left, right = both[::2], both[1::2]
    assert list(right) == [7] * 480 + [9] * 480
    assert max(left[:480]) > 8_000
    assert not any(left[482:])


def test_the_shorter_voice_is_filled_up() -> None:
    assert list(samples_of(stereo(b"", b"\x05\x00\x06\x00"))) == [0, 5, 0, 6]
    assert len(stereo(bytes(64), b"")) == 48 * 4
