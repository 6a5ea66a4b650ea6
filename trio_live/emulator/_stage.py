"""What one connection works with: things of its own, and things all connections share."""

from __future__ import annotations

import attrs

from trio_live.emulator._log import Journal
from trio_live.emulator._names import Names
from trio_live.emulator._options import EmulatorOptions
from trio_live.emulator._outbox import Outbox
from trio_live.emulator._persona import Persona
from trio_live.emulator._resumption import Handles
from trio_live.emulator._setup_rules import Place
from trio_live.emulator._speech import Studio


@attrs.frozen(kw_only=True)
class Stage:
    """Where one conversation is played."""

    number: int
    """Counts the connections of an emulator, from 1."""
    place: Place
    journal: Journal
    outbox: Outbox
    persona: Persona
    options: EmulatorOptions
    studio: Studio
    handles: Handles
    names: Names
