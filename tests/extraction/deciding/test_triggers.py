"""When extractors run."""

from __future__ import annotations

import pytest

from trio_live import ConfigError
from trio_live.extraction import AfterToolCall, EveryTurn, Interval, OnGenerationComplete, OnPhaseChange


@pytest.mark.parametrize(
    ("trigger", "label"),
    [
        (EveryTurn(), "EveryTurn"),
        (Interval(3), "Interval(3)"),
        (AfterToolCall(), "AfterToolCall"),
        (OnPhaseChange(), "OnPhaseChange"),
        (OnGenerationComplete(), "OnGenerationComplete"),
    ],
)
def test_a_trigger_is_called_in_a_contract_as_in_a_program(trigger: EveryTurn, label: str) -> None:
    assert trigger.label == label
    assert trigger == eval(label if label.endswith(")") else f"{label}()")  # noqa: S307 - our own words


@pytest.mark.parametrize("turns", [-1, 1.5, True, "3"])
def test_an_interval_is_a_whole_number_of_turns(turns: int) -> None:
    with pytest.raises(ConfigError, match="whole number of turns"):
        Interval(turns)
