"""From what happened to a timeline."""

from __future__ import annotations

import pytest

from tests.timeline.frames import EPOCH, content, mic, setup, sound
from trio_live import ConfigError
from trio_live.timeline import Note, timeline_of
from trio_live.timeline._model import CHUNK, ROWS, TimelineBuilder, Track


def test_nothing_makes_no_timeline() -> None:
    with pytest.raises(ConfigError, match="nothing to draw"):
        timeline_of([])


def test_the_first_instant_is_that_of_whatever_came_first() -> None:
    early = [Note(EPOCH - 1, "contract", {})]
    assert timeline_of([setup()], early).began == EPOCH - 1
    assert timeline_of([setup()], [Note(EPOCH + 1, "contract", {})]).began == EPOCH
    assert timeline_of([], early).length == 0.0


def test_a_clock_that_was_set_back_stands_still() -> None:
    found = timeline_of([setup(), sound(5.0, 0.1), content(2.0, interrupted=True)])
    assert [span.begins for span in found.of("in")] == pytest.approx([5.0, 5.0])


def test_a_clock_that_jumps_for_days_is_told() -> None:
    with pytest.raises(ConfigError, match="1389 hours lie between two of its times; a timeline shows 100"):
        timeline_of([setup(), mic(5_000_000.0)])


def test_spans_are_sorted_and_of_known_rows_and_sources_are_named() -> None:
    found = timeline_of([setup(), sound(1.0, 3.0), sound(1.5, 1.0)], [Note(EPOCH + 1, "step", {"name": "x"})])
    begins = [span.begins for span in found.spans]
    assert begins == sorted(begins)
    assert all(span.row in ROWS[Track(span.track)] for span in found.spans)
    assert found.sources == ("step", "wire")
    assert found.length == pytest.approx(5.0)


def test_a_timeline_can_be_looked_at_while_it_grows() -> None:
    builder = TimelineBuilder(EPOCH, limit=2 * CHUNK)
    builder.frame(setup())
    builder.frame(sound(1.0, 2.0))
    early = builder.timeline()
    assert early.turns[0].ends is None
    assert [span.title for span in early.of("received")] == ["2.00 s received"]
    for number in range(3 * CHUNK):
        builder.frame(mic(2.0 + number / 50))
    late = builder.timeline()
    assert late.forgotten == 2 * CHUNK  # the setup is one more than three chunks
    assert len(late.of("out")) < 2 * CHUNK + 2
    assert early.length == pytest.approx(1.0)
