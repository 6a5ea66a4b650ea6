"""When the temporal patterns want to be asked between events."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from trio_live.events import SessionWriter
from trio_live.reactive import (
    PatternDetector,
    RateDetector,
    SustainedDetector,
    TemporalPattern,
    TemporalRegistry,
    TurnCountDetector,
)
from trio_live.reactive._internal import POLL_SECONDS
from trio_live.state import State
from trio_live.wire_events import GoAway, Interrupted, SessionEvent

Errors = list[tuple[str, Exception]]

ON, OFF = State({"on": True}), State({"on": False})


async def ignore(state: State, writer: SessionWriter) -> None:
    pass


def is_on(state: State) -> bool:
    return state.get("on") is True


def is_interruption(event: SessionEvent) -> bool:
    return isinstance(event, Interrupted)


def pattern(name: str, detector: PatternDetector, cooldown: float | None = None) -> TemporalPattern:
    return TemporalPattern(name, detector, ignore, cooldown)


def registry_of(*patterns: TemporalPattern, errors: Errors | None = None) -> TemporalRegistry:
    def report(where: str, error: Exception) -> None:
        assert errors is not None, where
        errors.append((where, error))

    registry = TemporalRegistry(report=report)
    for each in patterns:
        registry.add(each)
    return registry


def names(patterns: Iterable[TemporalPattern]) -> list[str]:
    return [each.name for each in patterns]


def test_t5_without_a_detector_that_needs_one_no_timer_is_due() -> None:
    registry = registry_of(
        pattern("rate", RateDetector(is_interruption, 1, 1.0)), pattern("turns", TurnCountDetector(is_on, 1))
    )
    assert not registry.needs_timer
    assert registry.next_due(5.0) is None
    assert registry_of().next_due(5.0) is None
    registry.add(pattern("sustained", SustainedDetector(is_on, 1.0)))
    assert registry.needs_timer


def test_the_timer_polls_until_something_begins_and_then_hits_the_instant() -> None:
    registry = registry_of(pattern("p", SustainedDetector(is_on, 1.25)))
    assert registry.next_due(10.0) == 10.0 + POLL_SECONDS
    registry.check_all(ON, GoAway(), 10.0)
    assert registry.next_due(10.0) == 10.5
    assert registry.tick(ON, 11.0) == []
    assert registry.next_due(11.0) == 11.25
    assert names(registry.tick(ON, 11.25)) == ["p"]
    assert registry.next_due(11.25) == 11.75


def test_the_timer_hits_the_end_of_a_cooldown() -> None:
    registry = registry_of(pattern("p", SustainedDetector(is_on, 1.0), cooldown=2.25))
    registry.tick(ON, 0.0)
    assert names(registry.tick(ON, 1.0)) == ["p"]
    registry.tick(ON, 3.0)
    assert registry.next_due(3.0) == 3.25
    assert names(registry.tick(ON, 3.25)) == ["p"]


@given(st.floats(0, 1e6), st.floats(0, 5), st.none() | st.floats(0.01, 5), st.lists(st.floats(0.01, 3), max_size=4))
def test_the_timer_always_moves_on_and_is_never_late(
    start: float, duration: float, cooldown: float | None, toggles: list[float]
) -> None:
    """The condition is on, off, on … for the given times, unseen but by the timer."""
    switches = [start + sum(toggles[:n]) for n in range(len(toggles) + 1)]
    registry, now = registry_of(pattern("p", SustainedDetector(is_on, duration), cooldown)), start
    began: float | None = None
    fired_in_run = False
    while now < switches[-1]:
        on = sum(switch <= now for switch in switches) % 2 == 1
        began, fired_in_run = (now if began is None else began, fired_in_run) if on else (None, False)
        fired_in_run = bool(registry.tick(ON if on else OFF, now)) or fired_in_run
        if cooldown is None and began is not None and now > began and now >= began + duration:
            assert fired_in_run
        due = registry.next_due(now)
        assert due is not None
        assert now < due <= now + POLL_SECONDS
        now = due


def test_a_detector_that_keeps_raising_does_not_keep_the_timer_spinning() -> None:
    def condition(state: State) -> bool:
        return bool(state["on"])

    errors = Errors()
    registry = registry_of(pattern("p", SustainedDetector(condition, 1.0)), errors=errors)
    registry.tick(ON, 0.0)
    registry.tick(State(), 1.0)
    assert registry.next_due(1.0) == 1.5
    assert [where for where, _ in errors] == ["pattern('p') condition"]
