"""Which instruction the model has."""

from __future__ import annotations


class InstructionLedger:
    """Remembers the instruction the server was last given, so that none is sent twice in a row.

    It belongs to the writer, where every instruction passes, the user's own updates too. Record only what was sent:
    an update that failed is then tried again.
    """

    def __init__(self, setup_instruction: str | None = None) -> None:
        self._setup = self._last = setup_instruction

    @property
    def setup_instruction(self) -> str | None:
        """What the setup carried; the base of amendments where there are no phases."""
        return self._setup

    @property
    def last_sent(self) -> str | None:
        """What the server has now, as far as we know."""
        return self._last

    def record(self, text: str) -> None:
        """An update was sent successfully."""
        self._last = text

    def reset(self, setup_instruction: str | None) -> None:
        """A setup was sent, at connect or by a reconnect: what was sent before it is gone."""
        self._setup = self._last = setup_instruction
