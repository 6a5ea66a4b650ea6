"""Frames over Trio: the `Transport` seam, WebSockets, a pair in memory, and the addresses of both platforms."""

from trio_live.transport._abc import Dialer, Frames, Transport
from trio_live.transport._dial import TransportKind, dial_websocket
from trio_live.transport._endpoint import Address, Endpoint, GoogleAI, Token, Vertex
from trio_live.transport._memory import MemoryTransport, memory_transport_pair
from trio_live.transport._websocket import WebSocketTransport

__all__ = [
    "Address",
    "Dialer",
    "Endpoint",
    "Frames",
    "GoogleAI",
    "MemoryTransport",
    "Token",
    "Transport",
    "TransportKind",
    "Vertex",
    "WebSocketTransport",
    "dial_websocket",
    "memory_transport_pair",
]
