"""Waiting for a phase of the link."""

from __future__ import annotations

import trio
from trio.testing import wait_all_tasks_blocked

from trio_live import SessionPhase
from trio_live.lanes._delivery._phase_watch import PhaseWatch


async def test_whoever_waits_is_woken_by_the_phase_it_waits_for(nursery: trio.Nursery) -> None:
    phase, seen = SessionPhase.CONNECTING, list[SessionPhase]()
    watch = PhaseWatch(lambda: phase)

    async def wait() -> None:
        seen.append(await watch.wait(SessionPhase.ACTIVE, SessionPhase.MODEL_SPEAKING))

    nursery.start_soon(wait)
    await wait_all_tasks_blocked()
    for phase in (SessionPhase.SETUP_SENT, SessionPhase.ACTIVE):  # noqa: B007  # what the watch reads
        assert seen == []
        watch.changed()
        await wait_all_tasks_blocked()
    assert seen == [SessionPhase.ACTIVE]
    assert watch.now is SessionPhase.ACTIVE


async def test_the_end_of_the_session_wakes_everybody() -> None:
    watch = PhaseWatch(lambda: SessionPhase.DISCONNECTED)
    watch.close()
    with trio.testing.assert_checkpoints():
        assert await watch.wait(SessionPhase.ACTIVE) is SessionPhase.DISCONNECTED


async def test_a_cancelled_wait_leaves_nothing_behind() -> None:
    phase = SessionPhase.CONNECTING
    watch = PhaseWatch(lambda: phase)
    with trio.CancelScope() as scope:
        scope.cancel()
        await watch.wait(SessionPhase.ACTIVE)
    assert scope.cancelled_caught
    phase = SessionPhase.ACTIVE
    assert await watch.wait(SessionPhase.ACTIVE) is SessionPhase.ACTIVE
