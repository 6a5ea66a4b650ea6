from __future__ import annotations

from pathlib import Path

import pytest

from trio_live.emulator import FaultPlan, Point, Strike, load_fault_plan, parse_fault, parse_fault_plan
from trio_live.errors import ConfigError

PLAN = """
[[strike]]
fault = "quota"

[[strike]]
fault = "slow_writer"
at = "turn_end"
nth = 2
after = 0.5
connection = 1
seconds = 3
"""
STRIKES = (
    Strike(fault="quota"),
    Strike(fault="slow_writer", at=Point.TURN_END, nth=2, after=0.5, connection=1, seconds=3.0),
)


def test_a_plan_is_a_list_of_strikes() -> None:
    assert parse_fault_plan(PLAN) == FaultPlan(STRIKES)
    assert parse_fault_plan("") == FaultPlan()


def test_a_plan_can_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    assert load_fault_plan(file) == parse_fault(str(file)) == FaultPlan(STRIKES)


def test_every_mistake_is_told_with_its_line() -> None:
    with pytest.raises(ConfigError) as refused:
        parse_fault_plan('[[strike]]\nfault = "plague"\n[[strike]]\nfault = "cut"\nspeed = 3\n', name="plan.toml")
    first, second = sorted(refused.value.problems)
    assert first.startswith("plan.toml:1: strike[1]")
    assert "plague" in first
    assert "speed" in second


@pytest.mark.parametrize(
    ("word", "strike"),
    [
        ("quota", Strike(fault="quota")),
        ("quota@ready", Strike(fault="quota", at=Point.READY)),
        ("stall@generation:2", Strike(fault="stall", nth=2)),
        ("cut@ready+3s", Strike(fault="cut", at=Point.READY, after=3.0)),
        ("cut@turn_end:2+0.5/1", Strike(fault="cut", at=Point.TURN_END, nth=2, after=0.5, connection=1)),
        ("http_429", Strike(fault="http_429", at=Point.UPGRADE)),
    ],
)
def test_a_word_is_a_plan(word: str, strike: Strike) -> None:
    assert parse_fault(word) == FaultPlan((strike,))


def test_a_word_may_be_a_seed() -> None:
    assert parse_fault("random:7") == FaultPlan.random(7)


@pytest.mark.parametrize("word", ["", "no such thing", "plague", "cut@nowhere", "missing.toml", "quota@upgrade"])
def test_words_that_make_no_sense_are_refused(word: str) -> None:
    with pytest.raises(ConfigError):
        parse_fault(word)
