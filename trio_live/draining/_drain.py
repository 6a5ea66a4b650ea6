"""`open_drain`: from the signal that ends a process to its last call.

::

            SIGTERM                                          grace is over, or a second signal
    ──────────┬──────────────────────────────────────────────────┬────────────▶ time
     admits   │ refuses new calls, gives up those that connect   │ cancels what is left, with a reason
              ├─ a call with a hand-over: at its first quiet moment it is handed over, then ended in order
              └─ any other call: goes on until its block ends by itself

Opt-in: nothing here happens unless a program opens a drain and takes its calls through `Drain.admit`. A drain starts no
call and owns none: each lives in whatever nursery its task is in, and the drain has a scope around it. After the second
signal, and when the block is left, the signals are handled again as they were before: by default, a third one kills.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Final, TypeAlias

import attrs
import trio

from trio_live._tasks import cancel, open_service_nursery
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.errors import Draining
from trio_live.live import LiveHandle

logger = logging.getLogger("trio_live.draining")

ENDING: Final[tuple[signal.Signals, ...]] = (signal.SIGTERM,)
"""What process managers send first."""
GRACE: Final[Seconds] = 30.0
"""So long most of them wait until they kill."""

HandOver: TypeAlias = Callable[[LiveHandle], Awaitable[None]]
"""Moves one call elsewhere: tells the gateway, the browser or another process. Called in a quiet moment; when it has
returned, the session is ended in order, and its last snapshot is saved where sessions are kept."""


@value(kw_only=True)
class DrainStatistics:
    """What has become of the calls of a process."""

    active: int = 0
    """Are there now."""
    admitted: int = 0
    """Have connected."""
    refused: int = 0
    """Came too late, or were still connecting when it began."""
    handed_over: int = 0
    hand_overs_failed: int = 0
    """Their function raised; those calls were waited for."""
    cut: int = 0
    """Were cancelled at the end of the grace, or by a second signal."""


@attrs.define(eq=False)
class _Call:
    hand_over: HandOver | None
    scope: trio.CancelScope = attrs.field(factory=trio.CancelScope)
    """Around the call: its block, and its connecting."""
    moving: trio.CancelScope = attrs.field(factory=trio.CancelScope)
    """Around its hand-over."""
    session: LiveHandle | None = None


class Drain:
    """The calls of one process, and how they end; made by `open_drain`.

    Args:
        nursery: for what is done while the process leaves.
        grace: seconds from the first signal to the end of the last call.
    """

    def __init__(self, nursery: trio.Nursery, grace: Seconds) -> None:
        self._nursery = nursery
        self._grace = grace
        self._calls: set[_Call] = set()
        self._started = trio.Event()
        self._accepting: set[trio.CancelScope] = set()
        self._patience = trio.CancelScope()
        self._why = f"its grace of {grace:g} s is over"
        self.statistics = DrainStatistics()
        """So far."""

    @property
    def is_draining(self) -> bool:
        """Whether the process is leaving."""
        return self._started.is_set()

    @property
    def deadline(self) -> Seconds | None:
        """When the calls that are left are cancelled, by Trio's clock; ``None`` while nobody leaves."""
        return self._patience.deadline if self.is_draining else None

    async def wait_started(self) -> None:
        """Wait until the process is leaving: time for a call to say goodbye.

        Cancellation: harmless.
        """
        await self._started.wait()

    # -- calls --------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def admit(
        self, connect: AbstractAsyncContextManager[LiveHandle], *, hand_over: HandOver | None = None
    ) -> AsyncGenerator[LiveHandle, None]:
        """A call of this process: ``async with drain.admit(live.connect_google_ai(key)) as session``.

        Args:
            connect: what any ``connect…`` of a builder returns.
            hand_over: moves this call elsewhere when the process leaves; ``None``: it is waited for.

        Raises:
            Draining: the process is leaving, or began to while this call was connecting.
            ConnectError: there is no session to be had.

        Cancellation: as that of the session. When the grace is over the block is cancelled, with the reason, and the
        program goes on behind it.
        """
        if self.is_draining:
            self._count(refused=1)
            raise Draining
        call = _Call(hand_over)
        self._calls.add(call)
        self._count(active=1)
        try:
            with call.scope:
                async with connect as session:
                    call.session = session
                    self._count(admitted=1)
                    yield session
        finally:
            self._calls.discard(call)
            self._count(active=-1)
            cancel(call.moving, "the call is over")
        if call.session is None:
            self._count(refused=1)
            raise Draining
        self._count(cut=int(call.scope.cancelled_caught))

    @contextmanager
    def accepting(self) -> Generator[None, None, None]:
        """Around what takes new calls, such as ``await trio.serve_tcp(…)``: it is cancelled when the process leaves.

        The calls themselves must live in another nursery than the one inside: give it as ``handler_nursery``.
        """
        with trio.CancelScope() as scope:
            self._accepting.add(scope)
            if self.is_draining:
                cancel(scope, "the process is leaving and takes no more calls")
            try:
                yield
            finally:
                self._accepting.discard(scope)

    # -- leaving ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to leave, as the first signal does. Calling it again does no harm."""
        if self.is_draining:
            return
        self._patience.deadline = trio.current_time() + self._grace
        self._started.set()
        logger.info("leaving: %d calls, and %g s for them", len(self._calls), self._grace)
        for scope in self._accepting:
            cancel(scope, "the process is leaving and takes no more calls")
        for call in self._calls:
            if call.session is None:
                cancel(call.scope, "the process is leaving, and this call was still connecting")
            elif call.hand_over is not None:
                self._nursery.start_soon(self._move, call, call.session, call.hand_over, name="hand-over of a call")
        self._nursery.start_soon(self._see_off, name="end of the grace")

    def hurry(self) -> None:
        """Cancel what is left now, as a second signal does; begins to leave, too."""
        self.start()
        self._why = "it was told to hurry"
        cancel(self._patience, self._why)

    async def _move(self, call: _Call, session: LiveHandle, hand_over: HandOver) -> None:
        with call.moving:
            await session.session.wait_quiet(max(0.0, self._patience.deadline - trio.current_time()))
            try:
                await hand_over(session)
            except Exception:
                logger.exception("a call could not be handed over; it is waited for")
                self._count(hand_overs_failed=1)
                return
            self._count(handed_over=1)
            await session.disconnect()

    async def _see_off(self) -> None:
        with self._patience:
            await trio.sleep_forever()
        for call in self._calls:
            cancel(call.scope, f"the process is leaving, and {self._why}")

    def _count(self, **change: int) -> None:
        counts = {name: getattr(self.statistics, name) + by for name, by in change.items()}
        self.statistics = attrs.evolve(self.statistics, **counts)


@asynccontextmanager
async def open_drain(
    grace: Seconds = GRACE, *, signals: Collection[signal.Signals] = ENDING
) -> AsyncGenerator[Drain, None]:
    """Have this process leave well: the first signal drains it, a second one hurries.

    ::

        async with open_drain(grace=30) as drain, trio.open_nursery() as calls:
            with drain.accepting():
                await trio.serve_tcp(answer, 8080, handler_nursery=calls)

    Open it in the main thread, around the nursery in which the calls run; each goes through `Drain.admit`.

    Args:
        grace: seconds from the first signal until calls that are still there are cancelled. A session that is cancelled
            ends in order, which takes a while of its own: see the table of closing.
        signals: which ones; none at all for a program that calls `Drain.start` itself.

    Raises:
        ValueError: the grace is no time.

    Cancellation: whatever is inside is cancelled; nobody is waited for.
    """
    if not grace >= 0:
        raise ValueError(f"the grace is a number of seconds, not {grace!r}")
    async with open_service_nursery("nobody is left") as nursery:
        drain = Drain(nursery, grace)
        if signals:
            await nursery.start(_listen, drain, tuple(signals))
        yield drain


async def _listen(
    drain: Drain, signals: tuple[signal.Signals, ...], *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
) -> None:
    with trio.open_signal_receiver(*signals) as received:
        task_status.started()
        for act in (drain.start, drain.hurry):
            logger.info("%s was received", signal.Signals(await anext(received)).name)
            act()
