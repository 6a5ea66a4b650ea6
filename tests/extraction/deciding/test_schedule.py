"""Who is due when."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extraction.samples import Fixed, window
from trio_live.conversation import TranscriptWindow
from trio_live.extraction import AfterToolCall, EveryTurn, Interval, OnGenerationComplete, OnPhaseChange
from trio_live.extraction._deciding._schedule import Occasion, Schedule, wants

ONE_OF_EACH = (
    Fixed("every", trigger=EveryTurn()),
    Fixed("third", trigger=Interval(3)),
    Fixed("called", trigger=AfterToolCall()),
    Fixed("moved", trigger=OnPhaseChange()),
    Fixed("complete", trigger=OnGenerationComplete()),
)


def names(schedule: Schedule, occasion: Occasion, turn_count: int = 0) -> list[str]:
    return [extractor.name for extractor in schedule.due(occasion, turn_count)]


def test_each_occasion_has_its_triggers() -> None:
    schedule = Schedule(ONE_OF_EACH)
    assert names(schedule, Occasion.TURN_END) == ["every"]
    assert names(schedule, Occasion.TURN_END, 3) == ["every", "third"]
    assert names(schedule, Occasion.TOOL_CALL) == ["called"]
    assert names(schedule, Occasion.PHASE_CHANGE) == ["moved"]
    assert names(schedule, Occasion.GENERATION_COMPLETE) == ["complete"]
    assert all(schedule.waits_for(occasion) for occasion in Occasion)
    assert not Schedule(ONE_OF_EACH[:2]).waits_for(Occasion.TOOL_CALL)


def test_only_answers_and_calls_are_looked_at_before_their_turn_is_over() -> None:
    shown = ["TOOL_CALL", "GENERATION_COMPLETE", "GUARDED_CALL"]
    assert [each.name for each in Occasion if each.shows_running_turn] == shown


def test_an_interval_of_nothing_is_every_turn() -> None:
    schedule = Schedule([Fixed("always", trigger=Interval(0))])
    schedule.started(schedule.extractors[0], 0)
    assert names(schedule, Occasion.TURN_END) == ["always"]


@given(st.integers(1, 5), st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40))
def test_between_two_runs_at_least_the_interval_passes(turns: int, story: list[tuple[bool, bool]]) -> None:
    """E10: also where it was due and declined, and where a turn is not counted."""
    schedule = Schedule([Fixed(trigger=Interval(turns))])
    count, starts = 0, []
    for declines, counts in story:
        for extractor in schedule.due(Occasion.TURN_END, count):
            if not declines:
                schedule.started(extractor, count)
                starts.append(count)
        count += counts
    assert all(later - earlier >= turns for earlier, later in pairwise(starts))
    assert not starts or starts[0] >= turns


def test_nobody_looks_at_nothing() -> None:
    assert not wants(Fixed(), TranscriptWindow())
    assert wants(Fixed(), window("Hello"))


async def _later(_: object) -> bool:
    return True


def test_a_question_that_cannot_be_answered_is_no_yes() -> None:
    extractor = Fixed()
    extractor.should_extract = _later  # type: ignore[assignment]
    with pytest.raises(TypeError, match="nobody awaits"):
        wants(extractor, window("Hello"))
