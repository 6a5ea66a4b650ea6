"""What one connection works with: things of its own, and things all connections share."""

from __future__ import annotations

import attrs

from trio_live.emulator._audio import FrameEncoder
from trio_live.emulator._faults import FaultInjector
from trio_live.emulator._log import ConnectionLog
from trio_live.emulator._options import EmulatorOptions
from trio_live.emulator._persona import Persona
from trio_live.emulator._service import Dialect, IdSource, Route
from trio_live.emulator._session._ending import Ending
from trio_live.emulator._session._handles import ResumptionHandles
from trio_live.emulator._session._outbox import Outbox
from trio_live.emulator._speech import RecognitionService, SpeechSynthesis
from trio_live.wire import ServerMessage


@attrs.define(kw_only=True)
class SessionContext:
    """Where one conversation is played."""

    number: int
    """Counts the connections of an emulator, from 1."""
    route: Route
    log: ConnectionLog
    outbox: Outbox
    ending: Ending
    injector: FaultInjector
    persona: Persona
    options: EmulatorOptions
    encoder: FrameEncoder
    handles: ResumptionHandles
    ids: IdSource
    recognition: RecognitionService | None
    """What makes out what is said; ``None`` where the persona's list says it."""
    synthesis: SpeechSynthesis | None
    """Who speaks lines without a recording; ``None`` where they are babbled."""
    dialect: Dialect
    """The platform's, and from the setup on the model's, too."""
    heard_at: float
    """The instant at which the client sent something last."""

    def put(self, message: ServerMessage, summary: str) -> None:
        """Send a message."""
        self.outbox.put(self.encoder.frame(message, summary))
