"""What is left of sound that has come."""

from __future__ import annotations

from trio_live.wire_events._internal import SoundRun


def test_a_run_knows_how_long_each_piece_was_and_when_it_came() -> None:
    run = SoundRun()
    run.add(1920, 10.0)
    run.add(960, 10.04)
    assert (run.sizes, run.instants, run.is_quiet) == ([1920, 960], [10.0, 10.04], True)
