from __future__ import annotations

import attrs
import pytest

from trio_live.contract import (
    ControlContract,
    PhaseContract,
    RuntimeContract,
    ToolContract,
    TransitionContract,
    WatcherContract,
)

DAY, TIME = TransitionContract(target="day"), TransitionContract(target="time")
BEFORE = RuntimeContract(
    model="m",
    tools=(ToolContract(name="find", description="finds"),),
    phases=(PhaseContract(name="welcome", transitions=(DAY, TIME)), PhaseContract(name="day")),
    watchers=(WatcherContract(key="a", predicate="Changed"), WatcherContract(key="a", predicate="Changed")),
    controls=ControlContract(steering_mode="hybrid", context_delivery="immediate"),
)


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (attrs.evolve(BEFORE, model="n"), ['~ model: "m" → "n"']),
        (
            attrs.evolve(BEFORE, tools=(ToolContract(name="find", description="finds", behavior="BLOCKING"),)),
            ['~ tools[find].behavior: null → "BLOCKING"'],
        ),
        (
            attrs.evolve(BEFORE, phases=BEFORE.phases[1:]),
            ["- phases[welcome]: "],
        ),
        (
            attrs.evolve(BEFORE, phases=(PhaseContract(name="welcome", transitions=(TIME, DAY)), BEFORE.phases[1])),
            ['~ phases[welcome].transitions (order): ["day", "time"] → ["time", "day"]'],
        ),
        (attrs.evolve(BEFORE, watchers=BEFORE.watchers[:1]), ["- watchers[a Changed #2]: "]),
        (
            attrs.evolve(BEFORE, phases=(PhaseContract(name="new"), *BEFORE.phases)),
            ["+ phases[new]: "],
        ),
        (
            attrs.evolve(BEFORE, controls=attrs.evolve(BEFORE.controls, repair_enabled=True)),
            ["~ controls.repair_enabled: false → true"],
        ),
    ],
)
def test_each_difference_is_one_line(after: RuntimeContract, lines: list[str]) -> None:
    found = [str(each) for each in BEFORE.diff(after)]
    assert len(found) == len(lines)
    assert all(line.startswith(start) for line, start in zip(found, lines, strict=True)), found
