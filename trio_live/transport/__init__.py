"""Frames over Trio: the `Transport` seam, WebSockets, a pair in memory, and the addresses of both platforms."""

from trio_live.transport._abc import Dialer, Frames, SendsNow, Transport
from trio_live.transport._dial import TransportKind, dial_websocket
from trio_live.transport._endpoint import Address, Endpoint, GoogleAI, Token, Vertex, check_endpoint, websocket_url
from trio_live.transport._limits import CONNECT_WITHIN, MAX_MESSAGE_BYTES, READ_BYTES
from trio_live.transport._memory import MemoryTransport, dial_transport, memory_transport_pair
from trio_live.transport._websocket import QUEUE_MESSAGES, WatchedStream, WebSocketTransport

__all__ = [
    "CONNECT_WITHIN",
    "MAX_MESSAGE_BYTES",
    "QUEUE_MESSAGES",
    "READ_BYTES",
    "Address",
    "Dialer",
    "Endpoint",
    "Frames",
    "GoogleAI",
    "MemoryTransport",
    "SendsNow",
    "Token",
    "Transport",
    "TransportKind",
    "Vertex",
    "WatchedStream",
    "WebSocketTransport",
    "check_endpoint",
    "dial_transport",
    "dial_websocket",
    "memory_transport_pair",
    "websocket_url",
]
