"""`open_phone_server`: takes calls of one dialect on one port, each in a task of its own.

::

    listener ──▶ admitted? ──▶ starts within 10 s? ──▶ answer(call) ──▶ hung up, closed
                    │ 401, 403        │ closed, with a reason     ┊ beside it: listen and speak
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import parse_qsl

import attrs
import trio

from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.errors import ConfigError, LinkLost
from trio_live.phone._call import PhoneCall
from trio_live.phone._connections import Connection, TcpConnection, accept_websocket
from trio_live.phone._dialects import (
    Admission,
    AudioFormat,
    Carrier,
    Dialect,
    NotADialect,
    PhoneEvent,
    PhoneProtocol,
    PhoneRequest,
    Started,
    Stopped,
    warm_up,
)
from trio_live.phone._line import HungUp, PhoneLine
from trio_live.transport._internal import is_loopback

if TYPE_CHECKING:
    from trio_live.draining import Drain

logger = logging.getLogger("trio_live.phone")

STARTS_WITHIN: Final[Seconds] = 10.0
"""From the connection to the start of a call."""
BUSY: Final = 30
"""From so many calls on, what a call costs counts for more than 20 ms of delay."""
GOODBYE_WITHIN: Final[Seconds] = 2.0
"""For the last words of this side, and the closing of the connection."""
POLICY, WRONG_DATA, NORMAL = 1008, 1007, 1000
"""Codes with which a WebSocket is closed."""

Answer: TypeAlias = Callable[[PhoneCall], Awaitable[None]]
"""Holds one call. When it returns, the line is closed."""


@value(kw_only=True)
class PhoneServerStatistics:
    """What has become of those who connected."""

    active: int = 0
    """Calls that are there now."""
    answered: int = 0
    """Calls that have begun."""
    refused: int = 0
    """Were not admitted, or asked for something else than a call."""
    never_started: int = 0
    """Connected, and did not begin a call in time, or said what no phone says."""
    failed: int = 0
    """Calls whose ``answer`` raised."""


class PhoneServer:
    """A server of calls, made by `open_phone_server`; or by you, for connections that you accept yourself.

    Args:
        answer: holds one call: makes a session for it and lets them talk. When it returns, the line is closed.
        dialect: `TWILIO`, `TELNYX`, `PLIVO`, `AUDIOSOCKET`, `ASTERISK_WEBSOCKET`.
        admission: who may call; ``None``: anybody who reaches it.
        most_calls: so many at once; ``None``: as many as come.
        address: where phones connect to.
    """

    def __init__(
        self,
        answer: Answer,
        dialect: Dialect,
        *,
        admission: Admission | None = None,
        most_calls: int | None = None,
        address: str = "",
    ) -> None:
        self.address = address
        """Where phones connect to: ``ws://127.0.0.1:8080``, or ``127.0.0.1:9092`` for AudioSocket."""
        self.statistics = PhoneServerStatistics()
        """So far."""
        self._answer = answer
        self._dialect = dialect
        self._admission = admission
        self._most_calls = most_calls
        self._is_accepting = True
        self._changed = trio.lowlevel.ParkingLot()
        for each in (dialect.sends, AudioFormat("ulaw")):
            if each is not None:
                warm_up(each)

    @property
    def port(self) -> int:
        """The TCP port."""
        return int(self.address.rpartition(":")[2])

    async def wait_closed(self) -> None:
        """Wait until a drain has closed the door and the last call is over.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while self._is_accepting or self.statistics.active:
            await self._changed.park()

    def _count(self, **change: int) -> None:
        counts = {name: getattr(self.statistics, name) + by for name, by in change.items()}
        self.statistics = attrs.evolve(self.statistics, **counts)
        self._changed.unpark_all()

    def _close_the_door(self) -> None:
        self._is_accepting = False
        self._changed.unpark_all()

    # -- one connection -----------------------------------------------------------------------------------------

    async def serve_stream(self, stream: trio.abc.Stream) -> None:
        """Serve one connection, from its first byte to its last; it is closed then.

        What goes wrong with one call is logged and counted, and ends that call only.

        Args:
            stream: as a listener gives it.

        Cancellation: the call is ended, and the connection closed within two seconds.
        """
        try:
            with trio.move_on_after(STARTS_WITHIN) as patience:
                opened = await self._open(stream)
            if patience.cancelled_caught or opened is None:
                self._count(**{"never_started" if patience.cancelled_caught else "refused": 1})
                if patience.cancelled_caught:
                    logger.info("a phone connected and did not begin a call within %g s", STARTS_WITHIN)
                return
            connection, request = opened
            await self._begin(connection, request, patience.deadline)
        except Exception:
            logger.exception("a call over %s failed", self._dialect.name)
            self._count(failed=1)
        finally:
            with trio.CancelScope(shield=True):
                await trio.aclose_forcefully(stream)

    async def _open(self, stream: trio.abc.Stream) -> tuple[Connection, PhoneRequest | None] | None:
        if self._dialect.carrier is Carrier.TCP:
            busy = self._busy()
            if busy is not None:
                logger.info("a phone was not admitted: %s", busy)
            return (TcpConnection(stream), None) if busy is None else None
        accepted = await accept_websocket(stream, self._refusal)
        if isinstance(accepted, str):
            logger.info("a phone was not admitted: %s", accepted)
            return None
        return accepted

    def _refusal(self, request: PhoneRequest) -> tuple[int, str] | None:
        why = None if self._admission is None else self._admission.refusal(request)
        if why is not None:
            is_missing = why.startswith("no ")
            return (HTTPStatus.UNAUTHORIZED if is_missing else HTTPStatus.FORBIDDEN), why
        busy = self._busy()
        return None if busy is None else (HTTPStatus.SERVICE_UNAVAILABLE, busy)

    def _is_busy(self) -> bool:
        return self.statistics.active > BUSY

    def _busy(self) -> str | None:
        if self._most_calls is None or self.statistics.active < self._most_calls:
            return None
        return f"all {self._most_calls} lines are busy"

    async def _begin(self, connection: Connection, request: PhoneRequest | None, deadline: Seconds) -> None:
        protocol = self._dialect.protocol(self._dialect.sends)
        with trio.move_on_at(deadline) as patience:
            try:
                begun = await _started(connection, protocol)
            except (NotADialect, LinkLost) as problem:
                logger.info("a phone did not begin a call: %s", problem)
                self._count(never_started=1)
                await _close(connection, WRONG_DATA, str(problem))
                return
        if patience.cancelled_caught:
            logger.info("a phone connected and did not begin a call within %g s", STARTS_WITHIN)
            self._count(never_started=1)
            await _close(connection, POLICY, f"no call began within {STARTS_WITHIN:g} s")
            return
        started, events = begun
        query = dict(parse_qsl(request.path.partition("?")[2])) if request is not None else {}
        line = PhoneLine(self._dialect, connection, protocol, started, is_busy=self._is_busy)
        call = PhoneCall(self._dialect, started, {**query, **started.parameters}, line)
        self._count(answered=1, active=1)
        try:
            async with open_service_nursery("the call was answered to its end") as nursery:
                nursery.start_soon(line.serve, events)
                await self._answer(call)
        finally:
            self._count(active=-1)
            line.end(HungUp.US)
            code = WRONG_DATA if line.hung_up is HungUp.REFUSED else NORMAL
            await _close(connection, code, line.why or "", protocol.hang_up())


async def _started(connection: Connection, protocol: PhoneProtocol) -> tuple[Started, Sequence[PhoneEvent]]:
    """Wait for the start of a call. Returns it, and what was said along with it."""
    while True:
        events = [event for frame in await connection.receive() for event in protocol.receive(frame)]
        for number, event in enumerate(events):
            if isinstance(event, Started):
                return event, events[number + 1 :]
            if isinstance(event, Stopped):
                raise NotADialect("it ended before it began")


async def _close(connection: Connection, code: int, why: str, last_words: Sequence[str | bytes] = ()) -> None:
    with trio.CancelScope(shield=True), trio.move_on_after(GOODBYE_WITHIN):
        try:
            if last_words:
                await connection.send(last_words)
        except LinkLost:
            pass
        await connection.aclose(code, why)


@asynccontextmanager
async def open_phone_server(
    answer: Answer,
    dialect: Dialect,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    admission: Admission | None = None,
    ssl_context: ssl.SSLContext | None = None,
    most_calls: int | None = None,
    drain: Drain | None = None,
) -> AsyncGenerator[PhoneServer, None]:
    """Take calls on a port, as long as the block lasts; leaving it ends the calls that are left.

    Each call has a task of its own. What ``answer`` raises is logged and ends that call, and no other.

    Args:
        answer: holds one call: makes a session for it and lets them talk. When it returns, the line is closed.
        dialect: `TWILIO`, `TELNYX`, `PLIVO`, `AUDIOSOCKET`, `ASTERISK_WEBSOCKET`.
        host: the address to listen on.
        port: the TCP port; 0 for any free one.
        admission: who may call: `TwilioSignature`, `TelnyxToken`, `BasicAuth`, `SecretPath`. Needed where others than this
            machine can reach the port, unless the dialect has no way to say it (AudioSocket: keep it in a network of yours).
        ssl_context: a server's context, for ``wss``. Usually a proxy does that.
        most_calls: so many at once; others are told 503. ``None``: as many as come.
        drain: takes no more calls when that begins; see `PhoneServer.wait_closed`.

    Raises:
        ConfigError: something cannot work, or anybody could call.
        OSError: the port cannot be opened.
    """
    problems = tuple(_problems(dialect, host, admission, most_calls))
    if problems:
        raise ConfigError(problems)
    listeners = await trio.open_tcp_listeners(port, host=host)
    scheme = "" if dialect.carrier is Carrier.TCP else "ws://" if ssl_context is None else "wss://"
    name = f"[{host}]" if ":" in host else host
    address = f"{scheme}{name}:{listeners[0].socket.getsockname()[1]}"
    server = PhoneServer(answer, dialect, admission=admission, most_calls=most_calls, address=address)
    secured = [each if ssl_context is None else trio.SSLListener(each, ssl_context) for each in listeners]
    async with open_service_nursery("the server of calls is closed") as calls:
        await calls.start(_accept, server, secured, calls, drain)
        yield server


async def _accept(
    server: PhoneServer,
    listeners: Sequence[trio.abc.Listener[trio.abc.Stream]],
    calls: trio.Nursery,
    drain: Drain | None,
    *,
    task_status: trio.TaskStatus[object] = trio.TASK_STATUS_IGNORED,
) -> None:
    try:
        with ExitStack() as stack:
            if drain is not None:
                stack.enter_context(drain.accepting())
            await trio.serve_listeners(
                server.serve_stream, list(listeners), handler_nursery=calls, task_status=task_status
            )
    finally:
        server._close_the_door()  # noqa: SLF001  # of this module


def _problems(dialect: Dialect, host: str, admission: Admission | None, most_calls: int | None) -> Sequence[str]:
    found = []
    if admission is not None and dialect.carrier is Carrier.TCP:
        found.append(f"{dialect.name} has no request that could be admitted; keep its port in a network of your own")
    if admission is None and dialect.admission is not None and not is_loopback(host):
        found.append(f"anybody could call {host}: give admission={dialect.admission}(…)")
    if most_calls is not None and most_calls < 1:
        found.append(f"most_calls is {most_calls}; at least one call")
    return found
