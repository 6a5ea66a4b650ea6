from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trio_live import wire_events
from trio_live.errors import ConfigError
from trio_live.events import SessionWriter
from trio_live.reactive import (
    ConsecutiveFailureDetector,
    PatternDetector,
    RateDetector,
    SustainedDetector,
    TemporalPattern,
    TemporalRegistry,
    TurnCountDetector,
)
from trio_live.reactive._internal import UNHEEDED
from trio_live.state import State
from trio_live.wire_events import GoAway, Interrupted, SessionEvent, TextDelta, ToolCallCancelled, TurnComplete

Errors = list[tuple[str, Exception]]

PAUSES = st.integers(0, 8).map(lambda quarters: quarters / 4)
ON, OFF = State({"on": True}), State({"on": False})


async def ignore(state: State, writer: SessionWriter) -> None:
    pass


def is_on(state: State) -> bool:
    return state.get("on") is True


def is_interruption(event: SessionEvent) -> bool:
    return isinstance(event, Interrupted)


class Scripted(PatternDetector):
    """Says what it is told to say, through State; counts how often it is asked, and when."""

    def __init__(self, *, needs_timer: bool = False) -> None:
        self.asked: list[SessionEvent | None] = []
        self._needs_timer = needs_timer

    @property
    def needs_timer(self) -> bool:
        return self._needs_timer

    def check(self, state: State, event: SessionEvent | None, now: float) -> bool:
        self.asked.append(event)
        return bool(state["on"])

    def reset(self) -> None:
        self.asked.clear()


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


# Who is asked when


def test_every_event_but_the_torrents_reaches_the_patterns_in_order() -> None:
    detector = Scripted()
    registry = registry_of(pattern("p", detector))
    heard: list[SessionEvent] = [Interrupted(), ToolCallCancelled(("a",)), TurnComplete(), GoAway(1.0)]
    torrents: list[SessionEvent] = [TextDelta("x"), wire_events.AudioData(b""), wire_events.Media("video/mp4", b"")]
    for event in (*heard, *torrents):
        registry.check_all(OFF, event, 0.0)
    assert detector.asked == heard
    assert tuple(sorted({type(event) for event in torrents}, key=str)) == tuple(sorted(UNHEEDED, key=str))


def test_a_soft_turn_asks_without_an_event() -> None:
    detector = Scripted()
    assert names(registry_of(pattern("p", detector)).check_all(ON, None, 0.0)) == ["p"]
    assert detector.asked == [None]


def test_time_alone_asks_only_those_who_need_a_timer() -> None:
    patient, restless = Scripted(), Scripted(needs_timer=True)
    registry = registry_of(pattern("patient", patient), pattern("restless", restless))
    assert names(registry.tick(ON, 0.0)) == ["restless"]
    assert (patient.asked, restless.asked) == ([], [None])


def test_a_detector_that_says_nothing_about_timers_needs_none() -> None:
    class Bare:
        def check(self, state: State, event: SessionEvent | None, now: float) -> bool:
            return True

        def reset(self) -> None:
            pass

    assert not registry_of(pattern("bare", Bare())).needs_timer  # type: ignore[arg-type]  # what the default is for


@given(st.lists(st.tuples(st.sampled_from([TurnComplete(), Interrupted(), GoAway(), None]), st.booleans())))
def test_t3_turns_are_counted_at_their_end_whatever_happens_between(
    steps: list[tuple[SessionEvent | None, bool]],
) -> None:
    registry = registry_of(pattern("turns", TurnCountDetector(is_on, 2)), pattern("timed", Scripted(needs_timer=True)))
    oracle = registry_of(pattern("turns", TurnCountDetector(is_on, 2)))
    for event, on in steps:
        state = ON if on else OFF
        fired = "turns" in names(registry.check_all(state, event, 0.0))
        assert "turns" not in names(registry.tick(state, 0.0))
        assert fired is (isinstance(event, TurnComplete) and bool(oracle.check_all(state, event, 0.0)))


@given(st.lists(st.tuples(st.sampled_from(["search", "book"]), st.booleans(), st.booleans())), st.integers(1, 3))
def test_failures_are_counted_by_completions_and_not_by_checks(
    completions: list[tuple[str, bool, bool]], threshold: int
) -> None:
    state = State()
    registry = registry_of(pattern("failing", ConsecutiveFailureDetector("search", threshold)))
    in_a_row = 0
    for tool, ok, flagged in completions:
        state.bg.set("search_failed", flagged)
        assert registry.check_all(state, TurnComplete(), 0.0) == []
        assert registry.tick(state, 0.0) == []
        fired = registry.tool_completed(state, tool, 0.0, ok=ok)
        if tool == "search":
            in_a_row = in_a_row + 1 if flagged or not ok else 0
        assert bool(fired) is (tool == "search" and in_a_row == threshold)


def test_completions_of_another_tool_do_not_repeat_a_failure_pattern() -> None:
    registry = registry_of(pattern("failing", ConsecutiveFailureDetector("search", 1), cooldown=1.0))
    steps = [(0.0, "search"), (5.0, "book"), (6.0, "search")]
    assert [now for now, tool in steps if registry.tool_completed(OFF, tool, now, ok=False)] == [0.0, 6.0]


# Rising edges and cooldowns


def test_a_pattern_that_stays_acts_once_and_again_after_it_was_gone() -> None:
    registry = registry_of(pattern("p", Scripted()))
    fired = [names(registry.check_all(state, GoAway(), 0.0)) for state in (OFF, ON, ON, OFF, ON, ON)]
    assert fired == [[], ["p"], [], [], ["p"], []]


def test_with_a_cooldown_a_pattern_that_stays_acts_once_per_cooldown() -> None:
    registry = registry_of(pattern("p", Scripted(), cooldown=10.0))
    assert [now for now in range(0, 40, 4) if registry.check_all(ON, GoAway(), now)] == [0, 12, 24, 36]


def test_an_edge_within_the_cooldown_acts_at_its_end_if_the_pattern_is_still_there() -> None:
    registry = registry_of(pattern("p", Scripted(), cooldown=10.0))
    steps = [(0.0, ON), (2.0, OFF), (4.0, ON), (9.0, ON), (10.0, ON), (12.0, OFF), (14.0, ON), (15.0, OFF), (20.0, OFF)]
    assert [now for now, state in steps if registry.check_all(state, GoAway(), now)] == [0.0, 10.0]


def test_the_detector_goes_on_counting_during_the_cooldown() -> None:
    registry = registry_of(pattern("turns", TurnCountDetector(is_on, 3), cooldown=2.5))
    assert [now for now in range(10) if registry.check_all(ON, TurnComplete(), now)] == [2, 5, 8]


@given(st.lists(st.tuples(PAUSES, st.booleans())), st.none() | st.sampled_from([0.25, 1.0, 3.0]))
def test_t4_fires_are_no_more_than_rising_edges_or_a_cooldown_apart(
    steps: list[tuple[float, bool]], cooldown: float | None
) -> None:
    registry, now, was, edges = registry_of(pattern("p", Scripted(), cooldown)), 0.0, False, 0
    fires: list[float] = []
    for pause, on in steps:
        now += pause
        edges += on and not was
        was = on
        if registry.check_all(ON if on else OFF, GoAway(), now):
            assert on
            fires.append(now)
    if cooldown is None:
        assert len(fires) == edges
    else:
        assert all(later - earlier >= cooldown for earlier, later in pairwise(fires))


@pytest.mark.parametrize("cooldown", [0.0, -1.0, float("nan")])
def test_a_cooldown_that_is_none_is_refused(cooldown: float) -> None:
    with pytest.raises(ConfigError, match=r"pattern\('p'\)"):
        pattern("p", Scripted(), cooldown)


@given(st.lists(PAUSES), st.lists(PAUSES), st.integers(1, 3), st.sampled_from([0.0, 0.5, 2.0]))
@example([0.0, 8.0], [], 1, 2.0)
def test_a_burst_acts_once_whether_or_not_somebody_asked_between_bursts(
    pauses: list[float], checks: list[float], count: int, window: float
) -> None:
    times = [sum(pauses[: n + 1]) for n in range(len(pauses))]
    others = [sum(checks[: n + 1]) for n in range(len(checks))]
    quiet = registry_of(pattern("rate", RateDetector(is_interruption, count, window)))
    asked = registry_of(pattern("rate", RateDetector(is_interruption, count, window)))
    timeline = sorted([(time, 1) for time in times] + [(time, 0) for time in others])
    fires = [now for now, counts in timeline if counts and quiet.check_all(OFF, Interrupted(), now)]
    assert fires == [now for now, counts in timeline if asked.check_all(OFF, Interrupted() if counts else None, now)]
    # A fire is a moment at which the window filled up: the events before this one did not fill it.
    expected = [
        now for number, now in enumerate(times) if sum(now - window <= time for time in times[:number]) == count - 1
    ]
    assert fires == expected


# Determinism and independence

MAKERS: dict[str, Callable[[], PatternDetector]] = {
    "sustained": lambda: SustainedDetector(is_on, 1.0),
    "rate": lambda: RateDetector(is_interruption, 2, 1.5),
    "turns": lambda: TurnCountDetector(is_on, 2),
    "failing": lambda: ConsecutiveFailureDetector("search", 2),
}
STEPS = st.lists(
    st.tuples(PAUSES, st.sampled_from(["turn", "interrupted", "tick", "soft", "ok", "failed"]), st.booleans()),
)


def play(registry: TemporalRegistry, steps: list[tuple[float, str, bool]]) -> list[tuple[float, str]]:
    now, fires = 0.0, []
    for pause, step, on in steps:
        now += pause
        state = ON if on else OFF
        match step:
            case "tick":
                fired = registry.tick(state, now)
            case "ok" | "failed":
                fired = registry.tool_completed(state, "search", now, ok=step == "ok")
            case _:
                event: dict[str, Any] = {"turn": TurnComplete(), "interrupted": Interrupted()}
                fired = registry.check_all(state, event.get(step), now)
        fires += [(now, each.name) for each in fired]
    return fires


@given(STEPS, st.none() | st.just(2.0))
def test_t6_the_same_events_at_the_same_times_fire_the_same(
    steps: list[tuple[float, str, bool]], cooldown: float | None
) -> None:
    def build() -> TemporalRegistry:
        return registry_of(*(pattern(name, make(), cooldown) for name, make in MAKERS.items()))

    assert play(build(), steps) == play(build(), steps)


@given(STEPS, st.none() | st.just(2.0), st.sampled_from(sorted(MAKERS)))
def test_t6_a_pattern_fires_the_same_alone_and_in_company(
    steps: list[tuple[float, str, bool]], cooldown: float | None, name: str
) -> None:
    company = registry_of(*(pattern(each, make(), cooldown) for each, make in MAKERS.items()))
    alone = registry_of(pattern(name, MAKERS[name](), cooldown))
    # Alone, a pattern without a timer would not even be given the ticks.
    heard = [step if alone.needs_timer or step[1] != "tick" else (step[0], "nothing", step[2]) for step in steps]
    assert play(alone, _merged(heard)) == [fire for fire in play(company, steps) if fire[1] == name]


def _merged(steps: list[tuple[float, str, bool]]) -> list[tuple[float, str, bool]]:
    """Without the steps at which nothing happens, whose pauses go to the next."""
    merged, waited = [], 0.0
    for pause, step, on in steps:
        waited += pause
        if step != "nothing":
            merged.append((waited, step, on))
            waited = 0.0
    return merged


# Errors, reset


def test_a_detector_that_raises_is_reported_and_the_others_are_asked() -> None:
    errors = Errors()
    registry = registry_of(
        pattern("broken", RateDetector(lambda event: bool(1 // 0), 1, 1.0)), pattern("sound", Scripted()), errors=errors
    )
    assert names(registry.check_all(ON, GoAway(), 0.0)) == ["sound"]
    ((where, error),) = errors
    assert where == "pattern('broken') condition"
    assert isinstance(error, ZeroDivisionError)


def test_an_error_is_no_falling_edge() -> None:
    errors = Errors()
    registry = registry_of(pattern("p", Scripted()), errors=errors)
    fired = [names(registry.check_all(state, GoAway(), 0.0)) for state in (ON, State(), ON)]
    assert fired == [["p"], [], []]
    assert len(errors) == 1


def test_reset_begins_anew_but_cooldowns_go_on() -> None:
    counting, cooling = TurnCountDetector(is_on, 2), Scripted()
    registry = registry_of(pattern("turns", counting), pattern("cooling", cooling, cooldown=10.0))
    assert names(registry.check_all(ON, TurnComplete(), 0.0)) == ["cooling"]
    registry.reset()
    assert cooling.asked == []
    assert names(registry.check_all(ON, TurnComplete(), 1.0)) == []
    assert names(registry.check_all(ON, TurnComplete(), 2.0)) == ["turns"]
    registry.reset()
    assert names(registry.check_all(ON, TurnComplete(), 3.0)) == []
    assert names(registry.check_all(ON, TurnComplete(), 10.0)) == ["turns", "cooling"]


def test_reset_lets_a_pattern_that_is_there_act_anew() -> None:
    registry = registry_of(pattern("p", Scripted()))
    assert names(registry.check_all(ON, GoAway(), 0.0)) == ["p"]
    registry.reset()
    assert names(registry.check_all(ON, GoAway(), 1.0)) == ["p"]


def test_knows_its_patterns() -> None:
    first, second = pattern("a", Scripted()), pattern("b", Scripted())
    registry = registry_of(first, second)
    assert list(registry) == [first, second]
    assert len(registry) == 2
    assert not registry.is_empty
    assert registry_of().is_empty


def plain(state: State, writer: SessionWriter) -> None: ...


async def narrow(state: State) -> None: ...


@pytest.mark.parametrize(
    ("action", "why"), [(plain, "must be an async function"), (narrow, "called with (state, writer)")]
)
def test_an_action_that_cannot_be_called_and_awaited_is_refused(action: Any, why: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        TemporalPattern("often", TurnCountDetector(lambda _: True, 2), action)
    assert why in str(refusal.value)
