"""What is left of sound that has come."""

from __future__ import annotations

from trio_live.wire_events._internal import SoundRun


def test_a_run_knows_how_long_each_piece_was_and_when_it_came() -> None:
    run = SoundRun()
    run.sizes.append(1920)
    run.instants.append(10.0)
    assert (run.sizes, run.instants, run.is_quiet) == ([1920], [10.0], True)
    assert not SoundRun().sizes
