"""Going on from an earlier session: what was kept of it is put back before anybody dials."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Final, TypeVar

import attrs
import trio

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.control._internal import Restored
from trio_live.conversation import SIGNALS
from trio_live.errors import ConnectRejected
from trio_live.lanes._internal import SessionPlan
from trio_live.live._agents import begun_by
from trio_live.live._clock import session_clock
from trio_live.live._pages import LiveSpec
from trio_live.persistence import SessionPersistence, SessionSnapshot
from trio_live.persistence._internal import instant
from trio_live.phases._internal import AGENT_KEY, TURN_COUNT_KEY
from trio_live.session import CloseKind
from trio_live.session._internal import classify_close
from trio_live.state._internal import as_owner

logger = logging.getLogger("trio_live.persistence")

H = TypeVar("H")

HANDLE_VALID: Final[Seconds] = 2 * 60 * 60.0
"""From the giving of a resumption handle (documented: two hours after the end of the connection)."""

_OF_ONE_RUN: Final = frozenset(f"session:{signal.name}" for signal in SIGNALS)
"""Keys that tell of a connection that is gone."""


@value(kw_only=True)
class Past:
    """What an earlier session left."""

    restored: Restored
    handle: str | None = None
    """To resume it with; ``None`` begins a new conversation with the model."""
    handle_at: Seconds | None = None
    """When the server gave it, in seconds since the epoch."""
    handle_age: Seconds = 0.0
    """How long ago that was when it was taken up; no less than nothing, whatever became of the clock."""
    problems: tuple[str, ...] = ()
    """What could not be taken over, in words."""

    def afresh(self, why: str) -> Past:
        """The same without the handle."""
        return attrs.evolve(
            self,
            restored=attrs.evolve(self.restored, goes_on=False),
            handle=None,
            problems=(*self.problems, _forgotten(why)),
        )


async def restore(backend: SessionPersistence, spec: LiveSpec, plan: SessionPlan) -> Past | None:
    """Load what was kept, and put it into the State; ``None`` when there is nothing.

    Raises:
        PersistenceError: nobody knows whether there is anything; or it cannot be read.

    Cancellation: nothing was put back.
    """
    snapshot = await backend.load(spec.session_id)
    if snapshot is None:
        return None
    as_owner(plan.state).from_dict({key: each for key, each in snapshot.state.items() if key not in _OF_ONE_RUN})
    as_owner(plan.state).set(TURN_COUNT_KEY, snapshot.turn_count)
    now = session_clock(plan.state)()
    begins = begun_by(spec, str(plan.state.get(AGENT_KEY, "")), plan.abilities)
    past = _transcript_and_phase(begins, snapshot, trio.current_time() - now)
    logger.info("session %r goes on from %s", spec.session_id, snapshot.saved_at)
    return _with_handle(past, snapshot, plan, now)


def _transcript_and_phase(spec: LiveSpec, snapshot: SessionSnapshot, from_epoch: Seconds) -> Past:
    turns = tuple(attrs.evolve(turn, timestamp=turn.timestamp + from_epoch) for turn in snapshot.transcript)
    names = {phase.name for phase in spec.control.phases}
    if not snapshot.phase or snapshot.phase in names:
        return Past(restored=Restored(phase=snapshot.phase, turns=turns))
    begins = f"it begins in {spec.control.initial_phase!r}" if names else "it has no phases"
    return Past(
        restored=Restored(turns=turns),
        problems=(f"the talk was in phase {snapshot.phase!r}, which is no longer declared; {begins}",),
    )


def _with_handle(past: Past, snapshot: SessionSnapshot, plan: SessionPlan, now: Seconds) -> Past:
    asked = plan.setup.session_resumption
    if asked is None:
        logger.info("resumption is not asked for, so the model does not remember the earlier session")
        return past
    if asked.handle is not None:  # the program has one of its own
        return attrs.evolve(past, restored=attrs.evolve(past.restored, goes_on=True))
    given = None if snapshot.resume_handle_at is None else instant(snapshot.resume_handle_at)
    if snapshot.resume_handle is None or given is None:
        return past.afresh("the server had given no handle to resume it with")
    if now - given > HANDLE_VALID:
        return past.afresh(f"its handle is {(now - given) / 3600:.1f} hours old, and is valid for two")
    if snapshot.model != plan.setup.model:
        return past.afresh(f"its handle is for {snapshot.model}")
    return attrs.evolve(
        past,
        restored=attrs.evolve(past.restored, goes_on=True),
        handle=snapshot.resume_handle,
        handle_at=given,
        handle_age=max(0.0, now - given),
    )


def _forgotten(why: str) -> str:
    return f"the model does not remember the earlier session: {why}; it begins a new one with the State of that"


@asynccontextmanager
async def connect_from(
    past: Past | None, connect: Callable[[Past | None], AbstractAsyncContextManager[H]]
) -> AsyncGenerator[H, None]:
    """A session that goes on from what an earlier one left; afresh, when the server refuses the handle.

    Args:
        past: what was left.
        connect: opens a session.

    Raises:
        ConnectError: there is no session to be had.

    Cancellation: as that of the session.
    """
    async with AsyncExitStack() as stack:
        try:
            session = await stack.enter_async_context(connect(past))
        except ConnectRejected as refused:
            row = classify_close(refused.code or 0, refused.reason)
            if past is None or past.handle is None or row.kind is not CloseKind.RETRY_WITHOUT_HANDLE:
                raise
            past = past.afresh(row.meaning)
        else:
            yield session
            return
        yield await stack.enter_async_context(connect(past))
