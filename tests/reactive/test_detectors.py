from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.errors import ConfigError
from trio_live.reactive import (
    ConsecutiveFailureDetector,
    PatternDetector,
    RateDetector,
    SustainedDetector,
    TurnCountDetector,
)
from trio_live.state import State
from trio_live.wire_events import GoAway, Interrupted, SessionEvent, TurnComplete

# Quarters of a second add up exactly, so the oracles may add in any order.
PAUSES = st.integers(0, 12).map(lambda quarters: quarters / 4)
LENGTHS = st.integers(0, 16).map(lambda quarters: quarters / 4)


def is_on(state: State) -> bool:
    return state.get("on") is True


def is_interruption(event: SessionEvent) -> bool:
    return isinstance(event, Interrupted)


def switched(*, on: bool) -> State:
    return State({"on": on})


ON, OFF = switched(on=True), switched(on=False)


# Sustained


def test_sustained_waits_for_the_duration_from_the_first_true_check() -> None:
    detector = SustainedDetector(is_on, 2.0)
    assert detector.due_at is None
    assert [detector.check(ON, None, now) for now in (10.0, 11.0, 11.9, 12.0, 13.0)] == [False] * 3 + [True] * 2
    assert detector.due_at == 12.0


def test_sustained_begins_anew_when_the_condition_was_false_once() -> None:
    detector = SustainedDetector(is_on, 2.0)
    detector.check(ON, None, 0.0)
    assert not detector.check(OFF, None, 1.0)
    assert not detector.check(ON, None, 1.5)
    assert not detector.check(ON, None, 3.0)
    assert detector.check(ON, None, 3.5)


def test_sustained_for_no_time_still_takes_two_checks() -> None:
    detector = SustainedDetector(is_on, 0.0)
    assert [detector.check(ON, None, 5.0) for _ in range(2)] == [False, True]


@given(st.lists(st.tuples(PAUSES, st.booleans())), LENGTHS)
def test_t1_sustained_is_true_iff_the_condition_held_at_every_check_of_a_long_enough_run(
    steps: list[tuple[float, bool]], duration: float
) -> None:
    detector, now = SustainedDetector(is_on, duration), 0.0
    history: list[tuple[float, bool]] = []
    for pause, held in steps:
        now += pause
        history.append((now, held))
        run = history[
            len(history) - next((n for n, (_, was) in enumerate(reversed(history)) if not was), len(history)) :
        ]
        expected = len(run) > 1 and run[0][0] <= now - duration
        assert detector.check(switched(on=held), None, now) is expected


# Rate


def test_rate_counts_only_what_the_filter_accepts() -> None:
    detector = RateDetector(is_interruption, 2, 10.0)
    verdicts = [detector.check(OFF, event, 0.0) for event in (GoAway(), Interrupted(), None, TurnComplete())]
    assert verdicts == [False] * 4
    assert detector.check(OFF, Interrupted(), 1.0)


def test_an_event_exactly_as_old_as_the_window_still_counts() -> None:
    detector = RateDetector(is_interruption, 2, 10.0)
    detector.check(OFF, Interrupted(), 0.0)
    assert detector.check(OFF, Interrupted(), 10.0)
    assert not detector.check(OFF, None, 10.25)


def test_a_rate_of_nothing_is_always_there() -> None:
    assert RateDetector(is_interruption, 0, 1.0).check(OFF, None, 0.0)


def test_rate_remembers_no_more_than_it_needs() -> None:
    detector = RateDetector(is_interruption, 3, 1e9)
    for now in range(1000):
        detector.check(OFF, Interrupted(), now)
    assert len(detector._times) == 3


@given(st.lists(st.tuples(PAUSES, st.booleans())), st.integers(0, 4), LENGTHS)
def test_t2_rate_is_true_iff_enough_accepted_events_lie_in_the_closed_window(
    steps: list[tuple[float, bool]], count: int, window: float
) -> None:
    detector, now = RateDetector(is_interruption, count, window), 0.0
    accepted: list[float] = []
    for pause, counts in steps:
        now += pause
        accepted += [now] if counts else []
        expected = sum(now - window <= time for time in accepted) >= count
        assert detector.check(OFF, Interrupted() if counts else GoAway(), now) is expected


# TurnCount


@given(st.lists(st.booleans()), st.integers(0, 4))
def test_turn_count_is_true_iff_the_condition_held_at_the_last_checks(held: list[bool], required: int) -> None:
    detector = TurnCountDetector(is_on, required)
    needed = max(required, 1)
    for number, value in enumerate(held, 1):
        expected = number >= needed and all(held[number - needed : number])
        assert detector.check(switched(on=value), None, 0.0) is expected


# ConsecutiveFailure


@given(st.lists(st.booleans()), st.integers(0, 4))
def test_failures_in_a_row_are_read_from_the_flag_in_state(flags: list[bool], threshold: int) -> None:
    detector, state = ConsecutiveFailureDetector("search", threshold), State()
    needed = max(threshold, 1)
    for number, flag in enumerate(flags, 1):
        state.bg.set("search_failed", flag)
        expected = number >= needed and all(flags[number - needed : number])
        assert detector.check(state, None, 0.0) is expected


@pytest.mark.parametrize("value", [None, 1, "true", [True], False])
def test_only_true_is_a_failure(value: Any) -> None:
    detector = ConsecutiveFailureDetector("search", 1)
    assert not detector.check(State({"bg:search_failed": value}), None, 0.0)
    assert not detector.check(State(), None, 0.0)


def test_completions_of_other_tools_do_not_count() -> None:
    detector = ConsecutiveFailureDetector("search", 2)
    assert detector.tool == "search"
    assert not detector.tool_completed("search", ok=False)
    assert not detector.tool_completed("book", ok=False)
    assert not detector.tool_completed("book", ok=True)
    assert detector.tool_completed("search", ok=False)
    assert detector.tool_completed("book", ok=True), "the verdict stands"
    assert not detector.tool_completed("search", ok=True)


# All


@pytest.mark.parametrize(
    ("detector", "event"),
    [
        (SustainedDetector(is_on, 0.0), None),
        (RateDetector(is_interruption, 2, 10.0), Interrupted()),
        (TurnCountDetector(is_on, 2), TurnComplete()),
        (ConsecutiveFailureDetector("search", 2), None),
    ],
)
def test_reset_forgets_everything(detector: PatternDetector, event: SessionEvent | None) -> None:
    state = State({"on": True, "bg:search_failed": True})
    for _ in range(2):
        assert not detector.check(state, event, 0.0)
        assert detector.check(state, event, 0.0)
        detector.reset()


def test_only_sustained_needs_a_timer() -> None:
    assert SustainedDetector(is_on, 1.0).needs_timer
    assert not RateDetector(is_interruption, 1, 1.0).needs_timer
    assert not TurnCountDetector(is_on, 1).needs_timer
    assert not ConsecutiveFailureDetector("search", 1).needs_timer


async def ask_later(value: object) -> bool:
    return True


ask: Any = ask_later  # a type checker would not let it pass


@pytest.mark.parametrize(
    "build",
    [
        lambda: SustainedDetector(is_on, -1.0),
        lambda: SustainedDetector(is_on, math.nan),
        lambda: SustainedDetector(ask, 1.0),
        lambda: RateDetector(is_interruption, -1, 1.0),
        lambda: RateDetector(is_interruption, 1, -1.0),
        lambda: RateDetector(ask, 1, 1.0),
        lambda: TurnCountDetector(is_on, -1),
        lambda: TurnCountDetector(ask, 1),
        lambda: ConsecutiveFailureDetector("search", -1),
    ],
)
def test_what_cannot_work_is_refused(build: Callable[[], PatternDetector]) -> None:
    with pytest.raises(ConfigError):
        build()
