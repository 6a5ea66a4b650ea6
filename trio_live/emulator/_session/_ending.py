"""How one connection comes to its end, whoever decides it: the client, a rule, a clock, or a fault."""

from __future__ import annotations

import trio

from trio_live._tasks import cancel
from trio_live.emulator._service import Refused


class Ending:
    """The first reason counts; what comes after it changes nothing."""

    def __init__(self) -> None:
        self.listening = trio.CancelScope()
        """Around everything that listens to the client."""
        self.refusal: Refused | None = None
        """Why the emulator closes, when it does."""
        self.is_cut = False
        """Whether it ends without a close frame."""

    @property
    def has_come(self) -> bool:
        """Whether the connection is to end."""
        return self.is_cut or self.refusal is not None

    def refuse(self, refusal: Refused) -> None:
        """Close, with these words."""
        if not self.has_come:
            self.refusal = refusal
        cancel(self.listening, "the emulator closes the connection")

    def cut(self) -> None:
        """End without a word."""
        self.is_cut = not self.has_come
        cancel(self.listening, "the connection is cut")
