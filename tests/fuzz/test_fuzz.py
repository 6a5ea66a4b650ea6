"""A moment of each fuzzer; ``nox -s fuzz`` runs them for as long as it is told."""

from __future__ import annotations

from tests.fuzz.clients import fuzz_clients
from tests.fuzz.corpus import frames
from tests.fuzz.decoding import fuzz_frames
from tests.fuzz.mutation import Mutator
from tests.fuzz.sessions import LEAVING_WITHIN, fuzz_sessions
from tests.fuzz.talks import LEAVINGS, fuzz_talks
from trio_live.wire import LIMITS


def test_the_same_seed_makes_the_same_frames() -> None:
    first, second = Mutator(7, frames()), Mutator(7, frames())
    assert [first.frame() for _ in range(50)] == [second.frame() for _ in range(50)]


def test_mutated_frames_are_read_or_refused_by_one_error() -> None:
    report = fuzz_frames(seed=1, count=3000)
    assert report.failures == [], report.failures[0]
    assert 0 < report.refused < report.frames
    assert set(report.limits) <= {"(none)", *LIMITS}


def test_whole_sessions_bear_mutated_frames_and_are_left_in_time() -> None:
    report = fuzz_talks(first_seed=1, count=60)
    assert report.failures == [], report.failures[0]
    assert report.in_both == []
    assert report.answered
    assert report.cancelled
    assert set(report.ends) == set(LEAVINGS)
    assert report.longest_leaving <= LEAVING_WITHIN


def test_the_emulator_bears_clients_that_say_anything() -> None:
    report = fuzz_clients(first_seed=1, count=60)
    assert report.failures == [], report.failures[0]
    assert {0, 1007} <= set(report.ends)


async def test_a_hostile_server_leaves_nothing_behind_and_no_call_both_answered_and_cancelled() -> None:
    report = await fuzz_sessions(first_seed=1, count=12, at_once=12)
    assert report.failures == [], report.failures[0]
    assert report.redials, "half of the sessions dial again"
    assert report.left_behind == {}
    assert report.in_both == []
    assert all(seconds < LEAVING_WITHIN for seconds, _, _ in report.leaving)
