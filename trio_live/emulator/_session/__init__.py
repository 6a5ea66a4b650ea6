"""One client's session: its messages, the turns of the model, and what ends it."""

from trio_live.emulator._session._connection import Connection
from trio_live.emulator._session._context import SessionContext
from trio_live.emulator._session._ending import Ending
from trio_live.emulator._session._handles import ResumptionHandles
from trio_live.emulator._session._outbox import Outbox

__all__ = ["Connection", "Ending", "Outbox", "ResumptionHandles", "SessionContext"]
