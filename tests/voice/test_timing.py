from __future__ import annotations

import pytest

from trio_live import ConfigError, ContextDelivery
from trio_live.voice import VoiceTiming


def test_of_two_timings_the_cautious_value_of_each_holds() -> None:
    patient = VoiceTiming(reprompt_after_ms=9000, reprompt="patient", end_of_speech_ms=300)
    hasty = VoiceTiming(reprompt_after_ms=5000, reprompt="hasty", interruptible=False, end_of_speech_ms=900)
    both = VoiceTiming(reprompt_after_ms=5000, reprompt="hasty", interruptible=False, end_of_speech_ms=900)
    assert patient.merged(hasty) == hasty.merged(patient) == both
    assert VoiceTiming().merged(patient) == patient.merged(VoiceTiming()) == patient
    assert VoiceTiming().merged(VoiceTiming()) == VoiceTiming()


@pytest.mark.parametrize("wrong", [{"reprompt_after_ms": 0}, {"end_of_speech_ms": -1.0}, {"reprompt_after_ms": 1e999}])
def test_what_is_no_length_of_time_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="is not a length of time"):
        VoiceTiming(**wrong)  # type: ignore[arg-type]


def test_context_that_waits_by_one_timing_waits() -> None:
    now, later, open_ = (VoiceTiming(context_delivery=each) for each in (*ContextDelivery, None))
    assert now.merged(later) == later.merged(now) == later.merged(open_) == later
    assert now.merged(open_) == open_.merged(now) == now


@pytest.mark.parametrize("wrong", [{"interruptible": "no"}, {"reprompt": 1}, {"context_delivery": "deferred"}])
def test_what_is_of_another_type_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=next(iter(wrong))):
        VoiceTiming(**wrong)  # type: ignore[arg-type]
