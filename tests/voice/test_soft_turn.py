from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.errors import ConfigError
from trio_live.voice import DEFAULT_SOFT_TURN_SECONDS, SoftTurnDetector


def test_waits_two_seconds_unless_told_otherwise() -> None:
    assert SoftTurnDetector().timeout == DEFAULT_SOFT_TURN_SECONDS == 2.0


def test_fires_when_nothing_answered_for_the_timeout() -> None:
    detector = SoftTurnDetector(2.0)
    detector.on_vad_end(10.0)
    assert detector.vad_ended_at == 10.0
    assert detector.due_at == 12.0
    assert not detector.check(11.99)
    assert detector.check(12.0)


def test_fires_once_for_one_silence() -> None:
    detector = SoftTurnDetector(2.0)
    detector.on_vad_end(10.0)
    assert detector.check(13.0)
    assert detector.vad_ended_at is None
    assert not detector.check(20.0)
    detector.on_vad_end(30.0)
    assert detector.check(32.0)


def test_never_fires_unless_speech_has_ended() -> None:
    detector = SoftTurnDetector(0.0)
    assert detector.due_at is None
    assert not detector.check(1e9)


def test_a_zero_timeout_fires_at_once() -> None:
    detector = SoftTurnDetector(0.0)
    detector.on_vad_end(5.0)
    assert detector.check(5.0)


@pytest.mark.parametrize("disarm", ["on_model_response", "on_vad_start", "reset"])
def test_an_answer_more_speech_or_a_reset_disarms(disarm: str) -> None:
    detector = SoftTurnDetector(2.0)
    detector.on_vad_end(10.0)
    getattr(detector, disarm)()
    assert detector.vad_ended_at is None
    assert not detector.check(100.0)


def test_a_second_end_starts_the_wait_again() -> None:
    detector = SoftTurnDetector(2.0)
    detector.on_vad_end(10.0)
    detector.on_vad_end(11.0)
    assert not detector.check(12.5)
    assert detector.check(13.0)


@pytest.mark.parametrize("timeout", [-0.1, math.nan])
def test_a_timeout_that_is_no_length_of_time_is_refused(timeout: float) -> None:
    with pytest.raises(ConfigError, match="soft turn timeout"):
        SoftTurnDetector(timeout)


@given(st.floats(0, 1e6), st.floats(0, 1e3))
def test_a_timer_that_sleeps_until_due_always_finds_it_due(ended: float, timeout: float) -> None:
    detector = SoftTurnDetector(timeout)
    detector.on_vad_end(ended)
    assert detector.due_at is not None
    assert detector.check(detector.due_at)


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["end", "start", "model", "check"]))))
def test_each_firing_follows_an_end_of_speech_that_nothing_answered(steps: list[tuple[float, str]]) -> None:
    detector, now, ended = SoftTurnDetector(0.5), 0.0, None
    for pause, step in steps:
        now += pause
        match step:
            case "end":
                detector.on_vad_end(now)
                ended = now
            case "start":
                detector.on_vad_start()
                ended = None
            case "model":
                detector.on_model_response()
                ended = None
            case _:
                expected = ended is not None and now >= ended + 0.5
                assert detector.check(now) is expected
                ended = None if expected else ended
