from __future__ import annotations

from itertools import product
from typing import Any

import attrs
import pytest

from trio_live.errors import ConfigError
from trio_live.voice import INPUT_VAD, NOISY_STREET, VadConfig, VadEvent, VadState
from trio_live.voice._internal import TRANSITIONS


def test_every_state_has_a_row_for_every_frame() -> None:
    assert set(TRANSITIONS) == set(product(VadState, (True, False)))


def test_only_full_runs_announce_something_and_only_by_crossing_between_quiet_and_speaking() -> None:
    for (state, _), step in TRANSITIONS.items():
        assert step.to.speaking is state.speaking
        assert (step.limit is None) is (step.event is None)
        if step.event is not None:
            assert step.full.speaking is (step.event is VadEvent.SPEECH_START)
            assert state.speaking is not step.full.speaking


def test_the_states_are_the_strings_that_a_snapshot_shows() -> None:
    assert [str(state) for state in VadState] == ["silence", "pending_speech", "speech", "hangover"]
    assert [state for state in VadState if state.speaking] == [VadState.SPEECH, VadState.HANGOVER]


def test_the_defaults() -> None:
    config = VadConfig()
    assert attrs.asdict(config) == {
        "sample_rate": 16_000,
        "frame_duration_ms": 30,
        "start_threshold_db": 15.0,
        "stop_threshold_db": 10.0,
        "min_speech_frames": 3,
        "hangover_frames": 10,
        "min_zero_crossing_rate": 0.02,
        "max_zero_crossing_rate": 0.5,
        "initial_noise_floor_dbfs": -60.0,
        "lowest_noise_floor_dbfs": -70.0,
        "highest_noise_floor_dbfs": -35.0,
        "start_probability": 0.5,
        "stop_probability": 0.35,
        "pre_speech_frames": 3,
    }
    assert config.frame_size == 480


def test_the_presets_differ_from_the_defaults_only_where_they_say_so() -> None:
    assert attrs.evolve(VadConfig(), min_speech_frames=2, hangover_frames=8, max_zero_crossing_rate=0.85) == INPUT_VAD
    assert attrs.evolve(INPUT_VAD, start_threshold_db=21.0) == NOISY_STREET


@pytest.mark.parametrize(
    ("rate", "milliseconds", "samples"),
    [(16_000, 30, 480), (24_000, 20, 480), (22_050, 25, 551), (8_000, 10, 80), (16_000, 0, 0), (20, 30, 0)],
)
def test_a_frame_has_a_whole_number_of_samples(rate: int, milliseconds: int, samples: int) -> None:
    assert VadConfig(sample_rate=rate, frame_duration_ms=milliseconds).frame_size == samples


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"sample_rate": -1}, "sample_rate"),
        ({"frame_duration_ms": -1}, "frame_duration_ms"),
        ({"pre_speech_frames": -1}, "pre_speech_frames"),
        ({"min_speech_frames": 0}, "min_speech_frames"),
        ({"hangover_frames": 0}, "hangover_frames"),
        ({"start_threshold_db": 9.0}, "stop_threshold_db"),
        ({"lowest_noise_floor_dbfs": -20.0}, "lowest_noise_floor_dbfs"),
        ({"min_zero_crossing_rate": 0.6}, "zero crossing"),
        ({"max_zero_crossing_rate": 1.5}, "zero crossing"),
        ({"stop_probability": 0.6}, "probabilities"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named) as caught:
        attrs.evolve(VadConfig(), **settings)
    assert len(caught.value.problems) == 1


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        VadConfig(sample_rate=-1, hangover_frames=0, min_speech_frames=-2)
    assert len(caught.value.problems) == 3
