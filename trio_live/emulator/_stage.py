"""What one connection works with: things of its own, and things all connections share."""

from __future__ import annotations

import attrs

from trio_live.emulator._dialect import Dialect
from trio_live.emulator._ending import Ending
from trio_live.emulator._log import Journal
from trio_live.emulator._names import Names
from trio_live.emulator._options import EmulatorOptions
from trio_live.emulator._outbox import Outbox
from trio_live.emulator._persona import Persona
from trio_live.emulator._resumption import Handles
from trio_live.emulator._saboteur import Saboteur
from trio_live.emulator._setup_rules import Place
from trio_live.emulator._speech import Studio
from trio_live.wire import ServerMessage


@attrs.define(kw_only=True)
class Stage:
    """Where one conversation is played."""

    number: int
    """Counts the connections of an emulator, from 1."""
    place: Place
    journal: Journal
    outbox: Outbox
    ending: Ending
    saboteur: Saboteur
    persona: Persona
    options: EmulatorOptions
    studio: Studio
    handles: Handles
    names: Names
    dialect: Dialect
    """The platform's, and from the setup on the model's, too."""
    heard_at: float
    """The instant at which the client sent something last."""

    def put(self, message: ServerMessage, summary: str) -> None:
        """Send a message."""
        self.outbox.put(self.studio.frame(message, summary))
