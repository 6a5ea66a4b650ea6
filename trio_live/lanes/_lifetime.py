"""Whether one session is connecting, up, ending or over, and why; and how to wait for it, and to end it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager

import trio

from trio_live._tasks import cancel, runs_inside
from trio_live._wording import describe
from trio_live.errors import LinkLost, SessionFailed
from trio_live.lanes._latch import Latch
from trio_live.session import Outcome, SessionEnd
from trio_live.session._internal import classify_close

logger = logging.getLogger("trio_live.session")


class Lifetime:
    """One session's life.

    Args:
        outcome: says what came of the talk, given whether the session was ``ready`` at all.
    """

    def __init__(self, outcome: Callable[[bool], Outcome]) -> None:
        self._outcome = outcome
        self.failure: BaseException | None = None
        """What ended the session, when it was not its user or its peer."""
        self.connected = False
        self.settled = trio.Event()
        """Connected, or certain never to be."""
        self.begun = trio.Event()
        """The beginning (initial phase, greeting) is over, or never will be."""
        self.handed_out = trio.Event()
        """The user's block has its handle and runs, or never will."""
        self.ending = Latch()
        """Somebody wants the session to end, or it has lost its link for good."""
        self.ended = trio.Event()
        """Every task has finished."""
        self.reason: str | None = None
        """Why the session ended; ``None`` when this side ended it, or while it runs."""
        self.lost: LinkLost | None = None
        """How the link was lost; ``None`` when this side ended it, or while it runs."""
        self.cause: Exception | None = None
        """Why this side ended it in order, where that is more than that somebody wished it."""
        self.is_over = False
        """The connection is gone; the last callbacks may still run."""
        self._dialling: trio.CancelScope | None = None
        """Around what leads to a connection; ``None`` while there is one."""
        self.body = trio.CancelScope()
        """Around the user's block."""
        self.shell = trio.CancelScope(shield=True)
        """Around everything of the session's own."""
        self._host: trio.lowlevel.Task | None = None

    def begin(self) -> None:
        """The task that asks is the session's host from now on."""
        self._host = trio.lowlevel.current_task()

    @contextmanager
    def dial(self) -> Generator[None, None, None]:
        """Around a connection: what leads to it is cancelled when the session is to end; once it is up, it is not."""
        with trio.CancelScope() as scope:
            self._dialling = scope
            if self.ending.is_set():
                cancel(scope, "the session is ended while it has no connection")
            try:
                yield
            finally:
                self._dialling = None

    def connect(self) -> None:
        """The session is up, for the first time or again."""
        self.connected, self._dialling = True, None
        self.settled.set()

    def finish(self) -> None:
        """Every task has finished: nobody waits any longer."""
        self.is_over = True
        for event in (self.ended, self.settled, self.begun):
            event.set()
        self._host = None

    def request_end(self) -> None:
        """Begin to end the session; `ended` tells when it has."""
        self.ending.set()
        self.handed_out.set()
        if self._dialling is not None:
            cancel(self._dialling, "the session is ended while it has no connection")

    def end_because(self, cause: Exception) -> None:
        """Begin to end the session in order, for a reason that whoever uses it afterwards is told."""
        if not self.ending.is_set():
            self.cause, self.reason = cause, str(cause)
            self.request_end()

    async def disconnect(self) -> None:
        """End the session in order and wait until every task has finished.

        Called from one of the session's own callbacks it only begins the end: waiting there would be waiting for
        oneself. Calling it again does no harm.

        Cancellation: the session ends all the same.
        """
        self.request_end()
        if self.is_inside():
            await trio.lowlevel.checkpoint()
        else:
            await self.ended.wait()

    async def wait_ended(self) -> None:
        """Wait until every task has finished.

        Raises:
            RuntimeError: called from one of the session's own tasks, which would wait for itself.
            SessionFailed: the session did not end, it failed; the cause is attached.

        Cancellation: harmless.
        """
        if self.is_inside():
            raise RuntimeError("a callback cannot wait for the end of its own session; call disconnect() instead")
        await self.ended.wait()
        if self.failure is not None:
            # One of its own for each who waits: an exception that is raised in two tasks mixes their tracebacks.
            cause = self.failure.__cause__ if isinstance(self.failure, SessionFailed) else None
            raise SessionFailed(self.reason or "the session failed") from (self.failure if cause is None else cause)

    @property
    def end(self) -> SessionEnd | None:
        """How the session ended; ``None`` while its connection is up."""
        if not self.is_over:
            return None
        code, words, kind = None, None, None
        if self.lost is not None:
            code, words = self.lost.code, self.lost.reason
            kind = classify_close(code, words).kind
        error = self.failure if self.failure is not None else self.cause
        return SessionEnd(self.reason, code, words, kind, error, self._outcome(self.connected))

    def is_inside(self) -> bool:
        """Whether a task of this session is asking: a callback must not wait for its own lane to end.

        A task that a callback has started in somebody else's nursery is not one: nobody here waits for it.
        """
        return self._host is not None and runs_inside(self._host)

    def fail(self, error: BaseException) -> None:
        """End the session with ``error``; the first one counts, later ones are logged."""
        if self.failure is None:
            self.failure = error
            self.reason = self.reason or f"the session failed: {describe(error)}"
        elif error is not self.failure and not isinstance(error, KeyboardInterrupt):
            logger.error("something else failed while the session was failing", exc_info=error)
        cancel(self.body, "the session failed")
        self.request_end()
