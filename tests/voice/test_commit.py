"""Turns out of edges: held over pauses, not begun by a mm-hm, by the clock of the sound alone."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live import ConfigError
from trio_live.voice import (
    CONVERSATIONAL_COMMIT,
    IMMEDIATE_COMMIT,
    RESPONSIVE_COMMIT,
    CommitSignal,
    TurnCommitConfig,
    TurnCommitPolicy,
    VadEvent,
)

START, END = VadEvent.SPEECH_START, VadEvent.SPEECH_END
BEGIN, CUT, OVER = CommitSignal.ACTIVITY_START, CommitSignal.INTERRUPTION_START, CommitSignal.ACTIVITY_END
DUCK, RESTORE = CommitSignal.DUCK, CommitSignal.RESTORE

Course = list[tuple[float, list[VadEvent], bool]]


def signals_of(policy: TurnCommitPolicy, course: Course) -> list[tuple[float, CommitSignal]]:
    return [
        (now, signal)
        for now, edges, speaking in course
        for signal in policy.advance(now, edges, model_speaking=speaking)
    ]


COURSES: list[tuple[str, TurnCommitConfig, Course, list[tuple[float, CommitSignal]]]] = [
    ("a free floor is taken at once", RESPONSIVE_COMMIT, [(20, [START], False)], [(20, BEGIN)]),
    ("a pause ends no turn", RESPONSIVE_COMMIT,
     [(20, [START], False), (500, [END], False), (880, [START], False), (2000, [], False)], [(20, BEGIN)]),
    ("silence that lasts does", RESPONSIVE_COMMIT,
     [(20, [START], False), (500, [END], False), (899, [], False), (900, [], False), (920, [], False)],
     [(20, BEGIN), (900, OVER)]),
    ("mm-hm over the model", RESPONSIVE_COMMIT,
     [(20, [START], True), (400, [END], True), (2000, [], True)], [(20, DUCK), (400, RESTORE)]),
    ("a sentence over the model", RESPONSIVE_COMMIT,
     [(20, [START], True), (619, [], True), (620, [], True), (640, [END], False), (1040, [], False)],
     [(20, DUCK), (620, CUT), (1040, OVER)]),
    ("the model stops by itself while it is not known yet", RESPONSIVE_COMMIT,
     [(20, [START], True), (300, [], False)], [(20, DUCK), (300, RESTORE), (300, BEGIN)]),
    ("without patience the first word cuts", IMMEDIATE_COMMIT,
     [(20, [START], True), (40, [END], True)], [(20, CUT), (40, OVER)]),
    ("both edges at once", IMMEDIATE_COMMIT, [(900, [START, END], False)], [(900, BEGIN), (900, OVER)]),
    ("an end and a start at once", RESPONSIVE_COMMIT,
     [(20, [START], False), (500, [END, START], False), (2000, [], False)], [(20, BEGIN)]),
    ("a mm-hm ends and a word begins at once", RESPONSIVE_COMMIT,
     [(20, [START], True), (300, [END, START], True), (899, [], True), (900, [], True)],
     [(20, DUCK), (300, RESTORE), (300, DUCK), (900, CUT)]),
    ("no ducking", attrs.evolve(RESPONSIVE_COMMIT, duck_volume=1), [(20, [START], True), (620, [], True)], [(620, CUT)]),
    ("whoever thinks aloud", CONVERSATIONAL_COMMIT,
     [(20, [START], False), (500, [END], False), (1299, [], False), (1300, [], False)], [(20, BEGIN), (1300, OVER)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("config", "course", "wanted"), [each[1:] for each in COURSES], ids=[each[0] for each in COURSES]
)
def test_what_follows(config: TurnCommitConfig, course: Course, wanted: list[tuple[float, CommitSignal]]) -> None:
    assert signals_of(TurnCommitPolicy(config), course) == wanted


def test_where_nobody_may_interrupt_a_sentence_begins_a_turn_and_the_model_goes_on_as_loud() -> None:
    policy = TurnCommitPolicy(may_interrupt=False)
    assert signals_of(policy, [(20, [START], True), (400, [END], True)]) == []
    assert signals_of(policy, [(500, [START], True), (1100, [], True)]) == [(1100, BEGIN)]
    immediate = TurnCommitPolicy(IMMEDIATE_COMMIT, may_interrupt=False)
    assert signals_of(immediate, [(20, [START], True)]) == [(20, BEGIN)]


def test_when_the_microphone_stops_everything_is_over() -> None:
    policy = TurnCommitPolicy()
    assert policy.stop() == []
    policy.advance(20, [START], model_speaking=False)
    assert policy.stop() == [OVER]
    policy.advance(40, [START], model_speaking=True)
    assert policy.stop() == [RESTORE]
    assert signals_of(policy, [(5000, [], True)]) == []


def test_a_model_that_somebody_else_has_cut_off_is_not_quieter_any_more() -> None:
    policy = TurnCommitPolicy()
    policy.advance(20, [START], model_speaking=True)
    assert policy.silenced() == [RESTORE]
    assert policy.silenced() == []
    assert signals_of(policy, [(40, [], False)]) == [(40, BEGIN)]


@pytest.mark.parametrize("wrong", [{"eot_hold_ms": -1}, {"min_interruption_ms": float("inf")}, {"duck_volume": 1.1}])
def test_what_is_no_length_or_no_volume_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="is not a"):
        TurnCommitConfig(**wrong)


STEPS = st.tuples(st.integers(1, 900), st.booleans(), st.booleans())


@given(
    config=st.builds(
        TurnCommitConfig,
        eot_hold_ms=st.integers(0, 900),
        min_interruption_ms=st.integers(0, 900),
        duck_volume=st.sampled_from([0.3, 1.0]),
    ),
    steps=st.lists(STEPS, max_size=40),
    may_interrupt=st.booleans(),
)
def test_marks_alternate_and_a_volume_that_was_changed_is_changed_back(
    config: TurnCommitConfig, steps: list[tuple[int, bool, bool]], *, may_interrupt: bool
) -> None:
    policy = TurnCommitPolicy(config, may_interrupt=may_interrupt)
    now, speaking, signals = 0, False, []
    cut_while_silent = False
    for length, edge, model in steps:
        now += length
        edges = []
        if edge:
            speaking = not speaking
            edges = [START if speaking else END]
        made = policy.advance(now, edges, model_speaking=model)
        signals += made
        cut_while_silent = cut_while_silent or (CUT in made and not model)
        if speaking and not model:
            assert policy.turn_active, "a free floor is never waited for"
    signals += policy.stop()
    assert not cut_while_silent
    marks = [signal is not OVER for signal in signals if signal in {BEGIN, CUT, OVER}]
    assert marks == [number % 2 == 0 for number in range(len(marks))]
    assert len(marks) % 2 == 0
    volumes = [signal is DUCK for signal in signals if signal in {DUCK, RESTORE} or (signal is CUT)]
    ducked = False
    for signal in signals:
        if signal is DUCK:
            assert not ducked
            ducked = True
        elif signal is RESTORE:
            assert ducked
            ducked = False
        elif signal is CUT:
            ducked = False
    assert not ducked
    assert may_interrupt or not (volumes or CUT in signals)
