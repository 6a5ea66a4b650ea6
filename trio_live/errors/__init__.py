"""Every exception trio-live raises.

Split by who is at fault and by what the caller can do about it, not by the module that raised::

    LiveError
    ├── ConfigError           you asked for something that cannot be; nothing was sent. Fix the program.
    ├── ConnectError          there is no session. Carries the reason, and what to try.
    │   ├── ConnectTimeout        nobody answered in time (dialling, or waiting for setupComplete)
    │   ├── ConnectRejected       somebody answered, and the answer was no
    │   └── Draining              this process is leaving, and takes no more calls
    ├── SessionClosed         the session is over and you used it. Who ended it stands in ``reason``.
    ├── CostCapReached        the session has cost what it may, and was ended in order.
    ├── SessionFailed         a part of trio-live itself broke. The cause is attached; please report it.
    ├── LinkLost              one connection ended; raised by a Transport, seldom seen outside.
    ├── EffectTimeout         what a rule wanted done took longer than its policy allows, and was given up.
    ├── StateError            a value that State cannot hold, or not the type that was asked for.
    ├── PersistenceError      a snapshot of a session cannot be written, or not be reached.
    │   └── SnapshotUnreadable    it is there, and cannot be read: damaged, or of another version
    ├── ToolError             a function that the model called did not do it; raise it to tell the model why.
    ├── LlmError              a text model gave no answer; it says whether asking again may help.
    ├── ExtractionFailed      an extractor could not make sense of what it got.
    ├── AgentError            a text agent has no result; its kind says why.
    └── ProtocolError         a rule of the protocol was broken
        ├── LocalProtocolError    … by this program
        │   ├── InvalidTransition     a session phase cannot follow another
        │   └── CallNotOpen           an answer to a function call that waits for none
        └── RemoteProtocolError   … by the peer: what arrived cannot be read

Errors carry their data as attributes and build their sentence in ``__str__``; no error ever carries a key,
a token or a full URL.
"""

from __future__ import annotations

from trio_live.errors._agents import (
    AgentError,
    AgentErrorKind,
)
from trio_live.errors._base import (
    ConfigError,
    LiveError,
)
from trio_live.errors._effects import (
    EffectTimeout,
)
from trio_live.errors._link import (
    ConnectError,
    ConnectRejected,
    ConnectTimeout,
    CostCapReached,
    Draining,
    LinkLost,
    SessionClosed,
    SessionFailed,
)
from trio_live.errors._models import (
    ExtractionFailed,
    LlmError,
    LlmErrorKind,
)
from trio_live.errors._persistence import (
    PersistenceError,
    SnapshotUnreadable,
)
from trio_live.errors._protocol import (
    CallNotOpen,
    InvalidTransition,
    LocalProtocolError,
    ProtocolError,
    RemoteProtocolError,
)
from trio_live.errors._state import (
    StateError,
)
from trio_live.errors._tools import (
    ToolError,
    ToolErrorKind,
)

__all__ = [
    "AgentError",
    "AgentErrorKind",
    "CallNotOpen",
    "ConfigError",
    "ConnectError",
    "ConnectRejected",
    "ConnectTimeout",
    "CostCapReached",
    "Draining",
    "EffectTimeout",
    "ExtractionFailed",
    "InvalidTransition",
    "LinkLost",
    "LiveError",
    "LlmError",
    "LlmErrorKind",
    "LocalProtocolError",
    "PersistenceError",
    "ProtocolError",
    "RemoteProtocolError",
    "SessionClosed",
    "SessionFailed",
    "SnapshotUnreadable",
    "StateError",
    "ToolError",
    "ToolErrorKind",
]
