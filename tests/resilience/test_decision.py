"""What is done about a lost connection: rules one by one, and what holds for every close and every gap."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.resilience import NO_RECONNECT, RECONNECT
from trio_live.resilience._decision import Dial, Gap, GiveUp, Means, Stage, decide, next_dial
from trio_live.resilience._policy import HANDLE_LIFETIME
from trio_live.session import CLOSES, CloseKind, CloseRow
from trio_live.session._internal import Handle, classify_close
from trio_live.wire import Platform
from trio_live.wire_events import Continuation

NEWEST, OLDER = Handle("newest", 90.0), Handle("older", 50.0)
MEANS = Means(policy=RECONNECT, platform=Platform.GOOGLE_AI, has_history=True)
GAP = Gap(since=100.0, handles=(NEWEST, OLDER))
CUT = classify_close(1006, "")
DEAD = classify_close(1007, "Invalid session handle")
BROKEN = classify_close(1011, "Internal error encountered.")
FAILED_MODEL = classify_close(1008, "Operation is not implemented, or supported, or enabled.")

rows = st.sampled_from(CLOSES)
gaps = st.builds(
    Gap,
    since=st.floats(0, 1000),
    handles=st.sampled_from([(), (NEWEST,), (NEWEST, OLDER)]),
    dials=st.integers(0, 10),
    refusals=st.integers(0, 1),
    once_used=st.booleans(),
)
dials = st.one_of(
    st.none(),
    st.builds(Dial, continuation=st.sampled_from(Continuation), handle=st.sampled_from([None, "newest", "older"])),
)
means = st.builds(
    Means,
    policy=st.sampled_from([RECONNECT, NO_RECONNECT]),
    platform=st.sampled_from(Platform),
    has_history=st.booleans(),
)


def decided(gap: Gap, row: CloseRow, tried: Dial | None = None, means: Means = MEANS) -> tuple[Gap, Dial | GiveUp]:
    stage = Stage.SERVING if tried is None else Stage.DIALLING
    return decide(gap, row, stage, means, now=gap.since + 1, chance=0.0, tried=tried)


@given(
    gap=gaps,
    row=rows,
    stage=st.sampled_from(Stage),
    means=means,
    waited=st.floats(0, 100),
    chance=st.floats(0, 1),
    tried=dials,
)
def test_whatever_happens_a_session_dials_again_only_where_that_may_help(
    *, gap: Gap, row: CloseRow, stage: Stage, means: Means, waited: float, chance: float, tried: Dial | None
) -> None:
    after, verdict = decide(gap, row, stage, means, now=gap.since + waited, chance=chance, tried=tried)
    assert after.dials == gap.dials + (tried is not None)
    assert {each.text for each in after.handles} <= {each.text for each in gap.handles}
    if isinstance(verdict, GiveUp):
        return
    assert row.kind.is_passing
    assert stage is not Stage.OPENING
    assert after.dials < means.policy.attempts
    assert waited + verdict.delay <= means.policy.within + 1e-6
    assert verdict.attempt == after.dials + 1
    assert (verdict.handle is not None) == (verdict.continuation is Continuation.RESUMED)
    assert verdict.handle is None or verdict.handle in {each.text for each in after.handles}
    if row.kind is not CloseKind.RETRY and tried is not None:
        assert verdict.handle != tried.handle or verdict.handle is None, "what was refused is not tried again"


@given(rows, means)
def test_every_gap_ends(row: CloseRow, means: Means) -> None:
    gap, dial = attrs.evolve(GAP), None
    for _ in range(means.policy.attempts + 1):
        gap, verdict = decide(gap, row, Stage.DIALLING, means, now=gap.since, chance=1.0, tried=dial)
        if isinstance(verdict, GiveUp):
            return
        dial = verdict
    pytest.fail("there is no end to it")


def test_the_newest_handle_is_used_first() -> None:
    assert decided(GAP, CUT)[1] == Dial(continuation=Continuation.RESUMED, handle="newest", delay=0.5)


def test_a_handle_that_the_server_does_not_know_is_dropped_for_the_older_one_and_then_for_the_transcript() -> None:
    gap, first = decided(GAP, CUT)
    assert isinstance(first, Dial)
    gap, second = decided(gap, DEAD, first)
    assert isinstance(second, Dial)
    assert second.handle == "older"
    gap, third = decided(gap, DEAD, second)
    assert isinstance(third, Dial)
    assert (third.handle, third.continuation) == (None, Continuation.RESEEDED)
    bare = attrs.evolve(MEANS, has_history=False)
    _, fourth = decided(gap, CUT, third, bare)
    assert isinstance(fourth, Dial)
    assert fourth.continuation is Continuation.LOST, "and it is told that the context is lost"


def test_two_refusals_in_a_row_are_enough_for_a_handle() -> None:
    gap, verdict = decided(GAP, CUT)
    handles = []
    for _ in range(3):
        assert isinstance(verdict, Dial)
        handles.append(verdict.handle)
        gap, verdict = decided(gap, BROKEN, verdict)
    assert handles == ["newest", "newest", "older"]


def test_a_dial_that_met_nobody_says_nothing_about_the_handle() -> None:
    gap, verdict = decided(GAP, CUT)
    for _ in range(4):
        assert isinstance(verdict, Dial)
        assert verdict.handle == "newest"
        gap, verdict = decided(gap, CUT, verdict)


def test_a_model_that_failed_gets_one_fresh_session() -> None:
    gap, verdict = decided(GAP, FAILED_MODEL)
    assert isinstance(verdict, Dial)
    assert verdict.handle is None
    assert isinstance(decided(gap, FAILED_MODEL)[1], GiveUp)


def test_a_handle_is_not_used_past_its_time() -> None:
    old = attrs.evolve(GAP, handles=(Handle("old", 0.0),))
    dial = next_dial(old, MEANS, now=HANDLE_LIFETIME[Platform.GOOGLE_AI] + 1)
    assert dial.continuation is Continuation.RESEEDED


@pytest.mark.parametrize("stage", Stage)
def test_without_reconnecting_a_lost_connection_is_the_end(stage: Stage) -> None:
    means = attrs.evolve(MEANS, policy=NO_RECONNECT)
    for row in CLOSES:
        assert decide(GAP, row, stage, means, now=100, chance=0)[1] == GiveUp(None)
