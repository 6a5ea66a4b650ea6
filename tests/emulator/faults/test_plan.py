from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.emulator import FAULTS, FaultPlan, Point, Strike
from trio_live.emulator._faults._plan import Family, points_of
from trio_live.emulator._faults._rewriting import INJECTIONS, REWRITERS
from trio_live.errors import ConfigError


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_can_strike_where_it_usually_does(name: str) -> None:
    assert FAULTS[name].usual in points_of(name)
    assert Strike(fault=name).at is FAULTS[name].usual


def test_every_fault_that_changes_frames_is_known_how_to() -> None:
    assert {name for name, row in FAULTS.items() if row.family is Family.FRAMES} == set(REWRITERS)
    assert {name for name, row in FAULTS.items() if row.family is Family.INJECTION} == set(INJECTIONS)


@pytest.mark.parametrize(
    ("strike", "complaint"),
    [
        ({"fault": "plague"}, "there is no fault 'plague'"),
        ({"fault": "http_429", "at": Point.READY}, "cannot strike at ready"),
        ({"fault": "quota", "at": Point.UPGRADE}, "cannot strike at upgrade"),
        ({"fault": "cut", "nth": 0}, "counted from 1"),
        ({"fault": "cut", "after": -1.0}, "cannot be negative"),
        ({"fault": "cut", "seconds": 1.0}, "has no length"),
    ],
)
def test_strikes_that_make_no_sense_are_refused(strike: dict[str, object], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        Strike(**strike)  # type: ignore[arg-type]


def test_a_plan_knows_what_concerns_a_connection() -> None:
    everywhere, once = Strike(fault="cut"), Strike(fault="quota", connection=2)
    plan = FaultPlan((everywhere, once))
    assert plan.on(1) == (everywhere,)
    assert plan.on(2) == (everywhere, once)


def test_faults_that_take_time_have_a_usual_length() -> None:
    assert Strike(fault="slow_writer").length == FAULTS["slow_writer"].seconds
    assert Strike(fault="slow_writer", seconds=3.0).length == 3
    assert Strike(fault="cut").length == 0


@given(st.integers(min_value=0))
def test_a_seed_is_a_plan(seed: int) -> None:
    plan = FaultPlan.random(seed)
    assert plan == FaultPlan.random(seed)
    assert 1 <= len(plan.strikes) <= 3


def test_seeds_differ() -> None:
    assert len({FaultPlan.random(seed) for seed in range(50)}) > 40
