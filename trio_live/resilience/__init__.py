"""How a call outlives its connections: policies, promises, and what can be seen of the link. Pure."""

from trio_live.resilience._guarantees import GUARANTEES, Guarantee, Kind, Promise
from trio_live.resilience._policy import HANDLE_LIFETIME, NO_RECONNECT, RECONNECT, ReconnectPolicy
from trio_live.resilience._status import LinkClose, LinkStatus

__all__ = [
    "GUARANTEES",
    "HANDLE_LIFETIME",
    "NO_RECONNECT",
    "RECONNECT",
    "Guarantee",
    "Kind",
    "LinkClose",
    "LinkStatus",
    "Promise",
    "ReconnectPolicy",
]
