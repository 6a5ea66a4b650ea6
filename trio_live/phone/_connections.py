"""What carries a call: a WebSocket that a phone opened, or bytes over TCP. Both are `Transport`s.

The WebSocket stands on the sans-I/O protocol of `websockets`, with Trio's stream below it: what one read of the socket
brings is handed on together, in the task that asked, and what is sent is written together. `websockets.trio` has a task of
its own that reads, so each frame of each call would wake two.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

import trio
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import CONNECTING, OPEN, Event, Protocol
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from trio_live.errors import LinkLost
from trio_live.phone._dialects import PhoneRequest
from trio_live.transport import Frames

Connection: TypeAlias = "TcpConnection | WebSocketConnection"
"""What carries a call."""

READ_BYTES: Final = 16 * 1024
MOST_BYTES: Final = 64 * 1024
"""Of a message. A phone's have a few hundred; a provider that sends 4 s at once stays below it."""
ABNORMAL: Final = 1006
CLOSE_WITHIN: Final = 1.0
NORMAL: Final = 1000

_quiet = logging.getLogger("trio_live.phone.websockets")
_quiet.setLevel(logging.INFO)
"""The library writes every header of a request into its log at DEBUG, signatures and tokens among them."""


class TcpConnection:
    """Bytes over TCP, as they come."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        self._writing = trio.Lock()

    async def send(self, frames: Frames) -> None:
        """See `Transport.send`."""
        try:
            async with self._writing:
                await self._stream.send_all(b"".join(frame for frame in frames if isinstance(frame, bytes)))
        except (trio.BrokenResourceError, trio.ClosedResourceError) as problem:
            raise LinkLost(ABNORMAL, "the connection broke") from problem

    async def receive(self) -> Frames:
        """See `Transport.receive`."""
        try:
            data = await self._stream.receive_some(READ_BYTES)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as problem:
            raise LinkLost(ABNORMAL, "the connection broke") from problem
        if not data:
            raise LinkLost(NORMAL, "the phone closed the connection")
        return (bytes(data),)

    async def aclose(self, code: int = NORMAL, reason: str = "") -> None:  # noqa: ARG002  # there is no way to say them
        """See `Transport.aclose`."""
        await self._stream.aclose()


class WebSocketConnection:
    """A WebSocket; made by `accept_websocket`, or on the other side by `ask_for_websocket`."""

    def __init__(self, stream: trio.abc.Stream, protocol: Protocol) -> None:
        self._stream = stream
        self._protocol = protocol
        self._writing = trio.Lock()
        self._received: list[bytes | str] = []
        self._pieces: list[bytes] = []
        self._is_text = False
        self._eof = False
        self._reading = False
        self._readers = trio.lowlevel.ParkingLot()

    async def send(self, frames: Frames) -> None:
        """See `Transport.send`."""
        try:
            for frame in frames:
                if isinstance(frame, str):
                    self._protocol.send_text(frame.encode())
                else:
                    self._protocol.send_binary(frame)
        except InvalidState:
            await trio.lowlevel.checkpoint()
            raise self._lost() from None
        await self._flush()

    async def receive(self) -> Frames:
        """See `Transport.receive`."""
        if self._received or self._has_ended:
            await trio.lowlevel.checkpoint()
        while not self._received:
            if self._has_ended:
                raise self._lost()
            await self._read()
        received, self._received = self._received, []
        return received

    @property
    def _has_ended(self) -> bool:
        return self._eof or self._protocol.state is not OPEN

    async def _read(self) -> None:
        self._reading = True
        try:
            data = await self._stream.receive_some(READ_BYTES)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            data = b""
        finally:
            self._reading = False
            self._readers.unpark_all()
        if data:
            self._protocol.receive_data(data)
        else:
            self._eof = True
            self._protocol.receive_eof()
        self.collect()
        await self._flush()

    def collect(self, before: Iterable[Event] = ()) -> None:
        """Put together what the protocol has made of the bytes so far.

        Args:
            before: what was taken from it already.
        """
        for event in (*before, *self._protocol.events_received()):
            if not isinstance(event, Frame) or event.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                continue
            if event.opcode is not Opcode.CONT:
                self._is_text = event.opcode is Opcode.TEXT
            self._pieces.append(bytes(event.data))
            if event.fin:
                message = b"".join(self._pieces)
                self._pieces.clear()
                self._add(message)

    def _add(self, message: bytes) -> None:
        if not self._is_text:
            self._received.append(message)
            return
        try:
            self._received.append(message.decode())
        except UnicodeDecodeError as problem:
            self._protocol.fail(1007, f"{problem.reason} at position {problem.start}")

    async def _flush(self) -> None:
        data = b"".join(self._protocol.data_to_send())
        if not data:
            return
        try:
            async with self._writing:
                await self._stream.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            self._eof = True

    def _lost(self) -> LinkLost:
        said = self._protocol.close_rcvd or self._protocol.close_sent
        if said is None:
            return LinkLost(ABNORMAL, "the connection broke")
        return LinkLost(int(said.code), said.reason or "the phone closed the connection")

    async def aclose(self, code: int = NORMAL, reason: str = "") -> None:
        """See `Transport.aclose`.

        Args:
            code: of the close frame.
            reason: at most 123 bytes of it are said.
        """
        try:
            with trio.move_on_after(CLOSE_WITHIN):
                if self._protocol.state is OPEN:
                    self._protocol.send_close(code, reason.encode()[:120].decode(errors="ignore"))
                    await self._flush()
                # Closed before its answer has come, a socket forgets what it was to say: it has unread sound.
                while not self._eof and self._protocol.close_rcvd is None:
                    if self._reading:
                        await self._readers.park()
                        await trio.lowlevel.checkpoint()
                    else:
                        await self._read()
                        self._received.clear()
        finally:
            await trio.aclose_forcefully(self._stream)


async def accept_websocket(
    stream: trio.abc.Stream, refusal: Callable[[PhoneRequest], tuple[int, str] | None]
) -> tuple[WebSocketConnection, PhoneRequest] | str:
    """Shake hands with whoever has connected.

    Args:
        stream: below it.
        refusal: decides; the status and the words of a refusal, or ``None``.

    Returns:
        The connection and the request; or, where there is none, why.

    Cancellation: the stream is to be closed.
    """
    protocol = ServerProtocol(max_size=MOST_BYTES, logger=_quiet)
    request, behind = await _request(stream, protocol)
    if request is None:
        problem = protocol.handshake_exc
        await _send(stream, b"".join(protocol.data_to_send()))
        return "it hung up before it had asked for anything" if problem is None else f"no request of HTTP: {problem}"
    asked = PhoneRequest(request.path, {name.lower(): value for name, value in request.headers.raw_items()})
    refused = refusal(asked)
    response = protocol.accept(request) if refused is None else protocol.reject(refused[0], f"{refused[1]}\n")
    protocol.send_response(response)
    await _send(stream, b"".join(protocol.data_to_send()))
    if refused is not None:
        return refused[1]
    if protocol.state is not OPEN:
        return f"no request for a WebSocket: {protocol.handshake_exc}"
    connection = WebSocketConnection(stream, protocol)
    connection.collect(behind)
    return connection, asked


async def ask_for_websocket(
    stream: trio.abc.Stream, address: str, headers: Mapping[str, str]
) -> WebSocketConnection | Response:
    """Ask a server for a WebSocket, as a phone does.

    Args:
        stream: that is connected to it.
        address: what is asked for: ``ws://…``.
        headers: besides those that it takes.

    Returns:
        The connection, or what was answered instead.

    Cancellation: the stream is to be closed.
    """
    protocol = ClientProtocol(parse_uri(address), max_size=MOST_BYTES, logger=_quiet)
    request = protocol.connect()
    for name, value in headers.items():
        request.headers[name] = value
    protocol.send_request(request)
    await _send(stream, b"".join(protocol.data_to_send()))
    behind: list[Event] = []
    while protocol.state is CONNECTING:
        data = await stream.receive_some(READ_BYTES)
        if data:
            protocol.receive_data(data)
        else:
            protocol.receive_eof()
        behind = protocol.events_received()
        if behind and isinstance(behind[0], Response) and protocol.state is not OPEN:
            return behind[0]
        if not data or protocol.handshake_exc is not None:
            raise LinkLost(ABNORMAL, f"no WebSocket: {protocol.handshake_exc}")
    connection = WebSocketConnection(stream, protocol)
    connection.collect(behind)
    return connection


async def _request(stream: trio.abc.Stream, protocol: ServerProtocol) -> tuple[Request | None, list[Event]]:
    """The request, and what came right behind it; the protocol tells of both at once."""
    while protocol.handshake_exc is None:
        try:
            data = await stream.receive_some(READ_BYTES)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            break
        if not data:
            break
        protocol.receive_data(data)
        events = protocol.events_received()
        if events and isinstance(events[0], Request):
            return events[0], events[1:]
    return None, []


async def _send(stream: trio.abc.Stream, data: bytes) -> None:
    if not data:
        return
    try:
        await stream.send_all(data)
    except (trio.BrokenResourceError, trio.ClosedResourceError):
        return  # whoever reads next learns it
