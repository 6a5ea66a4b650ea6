"""Everything a builder has chosen, frozen, and changed one field at a time."""

from __future__ import annotations

import attrs
import pytest

from trio_live import LiveSpec
from trio_live.control._internal import Greeting
from trio_live.live._pages._base import with_control, with_generation, with_realtime_input, with_setup


def test_nothing_is_chosen_at_first() -> None:
    spec = LiveSpec()
    assert spec.model is None
    assert spec.state is None
    assert spec.callback_errors == "report"
    assert (spec.connect_within, spec.setup_within) == (10.0, 15.0)


def test_a_change_makes_another_spec_and_keeps_the_rest() -> None:
    spec = LiveSpec(model="m")
    changed = with_control(
        with_realtime_input(
            with_generation(with_setup(spec, explicit_vad_signal=True), temperature=1.0), turn_coverage="ALL"
        ),
        greeting=Greeting(text="Hi"),
    )
    again = with_generation(changed, seed=1)
    assert again.setup.generation_config is not None
    assert again.setup.generation_config.temperature == 1.0
    assert again.setup.realtime_input_config == changed.setup.realtime_input_config
    assert again.setup.explicit_vad_signal is True
    assert (again.model, again.control.greeting) == ("m", Greeting(text="Hi"))
    assert spec == LiveSpec(model="m")


def test_a_spec_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        LiveSpec().model = "m"  # type: ignore[misc]
