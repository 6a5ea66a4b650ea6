"""When a connection is left whose end was announced."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.resilience._rotation import Notice, Scene, may_leave

scenes = st.builds(
    Scene, is_idle=st.booleans(), unsent=st.integers(0, 3), is_covered=st.booleans(), idle_since=st.floats(0, 100)
)
notices = st.builds(Notice, given_at=st.floats(0, 100), time_left=st.none() | st.floats(-5, 100))
QUIET = Scene(is_idle=True, unsent=0, is_covered=True, idle_since=0.0)


@given(notices, scenes, st.floats(0, 300))
def test_it_is_left_in_time_and_not_in_the_middle_of_something(notice: Notice, scene: Scene, now: float) -> None:
    assert notice.given_at <= notice.leave_by <= notice.ends_at
    if now >= notice.leave_by:
        assert may_leave(notice, scene, now)
    elif may_leave(notice, scene, now):
        assert scene.is_idle
        assert not scene.unsent


def test_a_quiet_connection_waits_a_moment_for_the_handle_of_the_turn_that_is_over() -> None:
    notice, waiting = Notice(0.0, 50.0), Scene(is_idle=True, unsent=0, is_covered=False, idle_since=10.0)
    assert may_leave(notice, QUIET, 10.0)
    assert not may_leave(notice, waiting, 10.5)
    assert may_leave(notice, waiting, 11.0)


def test_the_margin_is_a_fifth_but_at_most_five_seconds() -> None:
    assert Notice(100.0, 50.0).leave_by == 145.0
    assert Notice(100.0, 10.0).leave_by == 108.0
    assert Notice(100.0, None).ends_at == 130.0, "a warning without a time is taken for the shortest"
