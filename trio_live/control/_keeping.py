"""What keeps a conversation beyond its process, as the control lane sees it."""

from __future__ import annotations

from typing import Protocol

from trio_live.wire_events import SessionResumeUpdate


class Keeper(Protocol):
    """Has one conversation saved. Nobody on the lane waits for it."""

    def save_soon(self) -> None:
        """Something has happened that is worth keeping."""
        ...

    def note_handle(self, update: SessionResumeUpdate) -> None:
        """The server says whether the session can be resumed, and how."""
        ...

    async def run(self) -> None:
        """Save beside the conversation.

        Cancellation: nothing more is saved, but for what `finish` saves.
        """
        ...

    async def finish(self) -> None:
        """Save how the conversation ended; `run` must have ended.

        Cancellation: waits all the same, until a deadline.
        """
        ...
