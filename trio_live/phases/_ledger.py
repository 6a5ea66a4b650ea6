"""Which instruction the model has."""

from __future__ import annotations

from trio_live.events._internal import Command, Steer


class InstructionLedger:
    """Remembers the instruction the server was last given, so that none is sent twice in a row.

    It belongs to the writer, where every instruction passes, the user's own updates too. An update waits in a queue
    before it is written. While it waits nobody says it again; but only what was written counts as sent, so an update
    that failed is tried again.
    """

    def __init__(self, setup_instruction: str | None = None) -> None:
        self._setup = self._last = setup_instruction
        self._waiting: list[str] = []

    @property
    def setup_instruction(self) -> str | None:
        """What the setup carried; the base of amendments where there are no phases."""
        return self._setup

    @property
    def last_sent(self) -> str | None:
        """What the server has now, as far as we know."""
        return self._last

    @property
    def newest(self) -> str | None:
        """What the server has once everything that waits is written."""
        return self._waiting[-1] if self._waiting else self._last

    def queue(self, command: Command) -> None:
        """A command waits to be written."""
        if isinstance(command, Steer) and command.instruction is not None:
            self._waiting.append(command.instruction)

    def settle(self, command: Command, *, written: bool) -> None:
        """A command was written, or will never be."""
        if not isinstance(command, Steer) or command.instruction is None:
            return
        if command.instruction in self._waiting:
            self._waiting.remove(command.instruction)
        if written:
            self._last = command.instruction

    def begin_again(self, instruction: str | None) -> None:
        """A setup with this instruction was sent, in another connection. What waits, still waits."""
        self._last = instruction
