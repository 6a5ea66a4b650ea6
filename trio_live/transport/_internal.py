"""What transport/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.transport._abc import Discreet, SendsNow
from trio_live.transport._endpoint import EPHEMERAL, check_endpoint, is_loopback, websocket_url
from trio_live.transport._memory import dial_transport
from trio_live.transport._socket import AHEAD_BYTES, CONNECT_WITHIN, DEADLINES, MAX_MESSAGE_BYTES, READ_BYTES
from trio_live.transport._websocket import QUEUE_MESSAGES

__all__ = [
    "AHEAD_BYTES",
    "CONNECT_WITHIN",
    "DEADLINES",
    "EPHEMERAL",
    "MAX_MESSAGE_BYTES",
    "QUEUE_MESSAGES",
    "READ_BYTES",
    "Discreet",
    "SendsNow",
    "check_endpoint",
    "dial_transport",
    "is_loopback",
    "websocket_url",
]
