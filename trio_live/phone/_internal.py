"""What phone/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.phone._connections import Connection, TcpConnection, WebSocketConnection, ask_for_websocket
from trio_live.phone._dialects import FRAME_SECONDS, Frame, Hearing, Speaking

__all__ = [
    "FRAME_SECONDS",
    "Connection",
    "Frame",
    "Hearing",
    "Speaking",
    "TcpConnection",
    "WebSocketConnection",
    "ask_for_websocket",
]
