"""What a caller hears, by the clock."""

from __future__ import annotations

import math

import pytest

from trio_live.phone import AudioFormat
from trio_live.testing.phone._earpiece import Earpiece

ULAW = AudioFormat("ulaw")
FRAME = bytes(160)


def test_sound_is_played_after_what_came_before_it() -> None:
    ear = Earpiece(ULAW)
    for _ in range(10):
        ear.play(FRAME, 1.0)
    assert ear.ends_at == pytest.approx(1.2)
    assert ear.heard(1.1) == pytest.approx(0.1)
    assert ear.is_speaking(1.1)
    assert ear.heard(9.0) == pytest.approx(0.2)
    assert ear.pauses == []
    assert len(ear.pcm(9.0)) == 6_400


def test_silence_between_pieces_is_a_pause() -> None:
    ear = Earpiece(ULAW)
    ear.play(FRAME, 1.0)
    ear.play(FRAME, 1.05)
    ((begun, length),) = ear.pauses
    assert begun == pytest.approx(1.02)
    assert length == pytest.approx(0.03)


def test_what_is_held_back_hides_what_comes_late() -> None:
    ear = Earpiece(ULAW, holds=0.06)
    ear.play(FRAME, 1.0)
    assert ear.ends_at == pytest.approx(1.08)
    ear.play(FRAME, 1.07)
    assert ear.pauses == []
    assert ear.ends_at == pytest.approx(1.1)


def test_marks_come_due_when_what_is_before_them_was_played() -> None:
    ear = Earpiece(ULAW)
    ear.play(FRAME, 1.0)
    ear.mark("a", 1.0)
    ear.play(FRAME, 1.0)
    ear.mark("b", 1.0)
    assert ear.next_mark_at == pytest.approx(1.02)
    assert ear.due(1.01) == []
    assert ear.due(1.03) == ["a"]
    assert ear.due(2.0) == ["b"]
    assert ear.next_mark_at == math.inf


def test_a_clear_leaves_what_was_played_and_gives_back_the_marks() -> None:
    ear = Earpiece(ULAW)
    for _ in range(10):
        ear.play(FRAME, 1.0)
    ear.mark("a", 1.0)
    assert ear.clear(1.05) == ["a"]
    assert ear.heard(9.0) == pytest.approx(0.05)
    assert not ear.is_speaking(1.05)
    ear.play(FRAME, 1.05)
    assert ear.pauses == []
