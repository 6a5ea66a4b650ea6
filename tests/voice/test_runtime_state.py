from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.voice import VoiceRuntimeState

STATES = st.builds(
    VoiceRuntimeState,
    user_speaking=st.booleans(),
    playback_active=st.booleans(),
    prompt_pending=st.booleans(),
    prompt_epoch=st.integers(0, 5),
)


def test_at_first_nobody_speaks_and_nothing_waits() -> None:
    assert attrs.asdict(VoiceRuntimeState()) == {
        "user_speaking": False,
        "playback_active": False,
        "prompt_pending": False,
        "prompt_epoch": 0,
        "last_barge_in_at": None,
        "last_playback_drained_at": None,
    }


@pytest.mark.parametrize("prompt_pending", [True, False])
@given(state=STATES)
def test_drained_playback_is_over_and_stamped(state: VoiceRuntimeState, *, prompt_pending: bool) -> None:
    assert state.playback_drained(prompt_pending=prompt_pending, now=7.0) == attrs.evolve(
        state, playback_active=False, prompt_pending=prompt_pending, last_playback_drained_at=7.0
    )


@given(state=STATES)
def test_speech_cancels_the_prompt_and_what_plays_plays_on(state: VoiceRuntimeState) -> None:
    assert state.user_speech_started(now=7.0) == attrs.evolve(
        state,
        user_speaking=True,
        prompt_pending=False,
        prompt_epoch=state.prompt_epoch + (1 if state.prompt_pending else 0),
        last_barge_in_at=7.0,
    )


@pytest.mark.parametrize("prompt_pending", [True, False])
@given(state=STATES)
def test_the_end_of_speech_brings_up_the_prompt_unless_the_model_plays(
    state: VoiceRuntimeState, *, prompt_pending: bool
) -> None:
    assert state.user_speech_ended(prompt_pending=prompt_pending) == attrs.evolve(
        state, user_speaking=False, prompt_pending=prompt_pending and not state.playback_active
    )


@given(state=STATES)
def test_delivered_audio_means_playback_and_an_interruption_ends_it(state: VoiceRuntimeState) -> None:
    playing = state.audio_delivered()
    assert playing == attrs.evolve(state, playback_active=True)
    assert playing.audio_delivered() is playing
    quiet = playing.interrupted()
    assert quiet == attrs.evolve(state, playback_active=False)
    assert quiet.interrupted() is quiet
    assert playing.playback_flushed() == quiet


@given(state=STATES)
def test_the_model_is_prompted_only_when_nobody_would_be_talked_over(state: VoiceRuntimeState) -> None:
    assert state.may_prompt is (state.prompt_pending and not (state.user_speaking or state.playback_active))


def test_a_prompt_waits_for_the_end_of_playback_when_speech_ends_first() -> None:
    state = VoiceRuntimeState().user_speech_started(now=1.0).audio_delivered().user_speech_ended(prompt_pending=True)
    assert not state.may_prompt
    assert state.playback_drained(prompt_pending=True, now=3.0).may_prompt


def test_a_prompt_that_speech_cancelled_is_recognised_by_its_epoch() -> None:
    armed = VoiceRuntimeState().playback_drained(prompt_pending=True, now=1.0)
    assert armed.may_prompt
    spoken_over = armed.user_speech_started(now=1.0)
    assert spoken_over.prompt_epoch != armed.prompt_epoch
    assert not spoken_over.may_prompt
    assert spoken_over.user_speech_started(now=2.0).prompt_epoch == spoken_over.prompt_epoch
