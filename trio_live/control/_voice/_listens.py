"""Where this side hears its user, as the room of voices knows it: a session that does not listen loads nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from trio_live.lanes._internal import SendsSound

if TYPE_CHECKING:
    from trio_live.voice import BackendVadSnapshot


class Listens(Protocol):
    """Where this side hears its user."""

    async def hear(self, sound: bytes, send: SendsSound) -> None:
        """Listen to sound, and send it."""
        ...

    async def report(self, *, starts: bool) -> None:
        """The program hears the user begin or stop."""
        ...

    async def stop(self) -> None:
        """The microphone is off."""
        ...

    def silenced(self) -> None:
        """The model was interrupted."""
        ...

    def snapshot(self) -> BackendVadSnapshot:
        """The detector at this moment."""
        ...
