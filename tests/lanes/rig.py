"""What tests of the lanes build their sessions from: callbacks that fail or never end, and a handler without ideas."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NoReturn

import trio

from tests.peer import parts_of
from trio_live import State
from trio_live.events import LiveEvent
from trio_live.lanes import Overflow, Queue
from trio_live.lanes._internal import EventHandler, Fanout, Router, SessionParts, SessionPlan, TelemetryLane
from trio_live.live import LiveHandle
from trio_live.transport import Dialer, Transport, memory_transport_pair
from trio_live.wire import Content, Platform, Setup, profile_for
from trio_live.wire_events import SessionEvent


def ring(capacity: int, most_bytes: int = 1024) -> Queue:
    """How much may wait for a reader."""
    return Queue(capacity, Overflow.DROP_OLDEST, "a reader in a test", most_bytes)


class BoomError(Exception):
    """What callbacks and blocks raise here."""

    def __bool__(self) -> bool:
        return False  # an exception is one whatever it says of its truth


def live_events(session: LiveHandle) -> Fanout[LiveEvent]:
    """Where a session publishes its live events."""
    return parts_of(session).events


def router_of(session: LiveHandle) -> Router:
    """What puts the events of a session on their lanes."""
    return parts_of(session).router


def telemetry_lane(session: LiveHandle) -> TelemetryLane:
    """What counts in a session."""
    return parts_of(session).telemetry_lane


class Silent(EventHandler):
    """A handler that does nothing."""

    def observe(self, routed: object) -> None:
        return

    async def keep_time(self) -> None:
        return

    def settle(self, event: SessionEvent) -> bool:
        return False

    async def handle(self, event: SessionEvent, epoch: int) -> None:
        return

    def begin_again(self, setup: Setup) -> None:
        return

    def history(self) -> Sequence[Content]:
        return ()

    async def farewell(self) -> None:
        return

    async def finish(self, reason: str | None) -> None:
        return


def silent(parts: SessionParts) -> EventHandler:
    return Silent()


def plan_for(dial: Dialer) -> SessionPlan:
    return SessionPlan(
        setup=Setup(model="models/m"), abilities=profile_for("m", Platform.GOOGLE_AI), dial=dial, state=State()
    )


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def callback(*args: object) -> NoReturn:
        raise error

    return callback


def araising(error: BaseException) -> Callable[..., Awaitable[NoReturn]]:
    async def callback(*args: object) -> NoReturn:
        raise error

    return callback


async def forever(*args: object) -> None:
    await trio.sleep_forever()


def dial_raising(error: Exception | None) -> Dialer:
    """A dialer that fails."""

    @asynccontextmanager
    async def dial() -> AsyncGenerator[Transport, None]:
        await trio.lowlevel.checkpoint()
        if error is not None:
            raise error
        yield memory_transport_pair()[0]

    return dial
