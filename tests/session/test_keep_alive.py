from __future__ import annotations

import attrs

from trio_live.session import SessionPhase
from trio_live.session._internal import QUIET, SILENCE, keep_alive_every
from trio_live.wire import Platform, profile_for

PROFILE = profile_for("gemini-3.8-live", Platform.GOOGLE_AI)


def test_silence_is_a_tenth_of_a_second_of_zeros() -> None:
    assert SILENCE.data == bytes(16_000 * 2 // 10)


def test_nothing_is_sent_while_somebody_speaks() -> None:
    assert not QUIET & {SessionPhase.USER_SPEAKING, SessionPhase.MODEL_SPEAKING, SessionPhase.INTERRUPTED}


def test_a_model_that_takes_sound_is_sent_silence_unless_this_side_marks_the_speech() -> None:
    assert keep_alive_every(30, PROFILE, manual_activity=False) == 30
    assert keep_alive_every(None, PROFILE, manual_activity=False) is None
    assert keep_alive_every(30, PROFILE, manual_activity=True) is None
    deaf = attrs.evolve(PROFILE, input_modalities=("TEXT",))
    assert keep_alive_every(30, deaf, manual_activity=False) is None
