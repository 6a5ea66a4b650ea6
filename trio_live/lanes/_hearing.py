"""What stands between the user's sound and the queue, as a writer sees it."""

from __future__ import annotations

from typing import Protocol


class Hush(Protocol):
    """Says whether the model must not hear the user now."""

    def __call__(self) -> str | None:
        """Under which name what it does not hear is counted; empty: it is not; ``None``: it may hear everything."""
        ...


class SendsSound(Protocol):
    """Sends sound of the user, with the context that waits for it."""

    async def __call__(self, sound: bytes, *, again: bool = False) -> None:
        """Send it; ``again``: it was sent before, when the server did not listen."""
        ...


class HearsUser(Protocol):
    """Listens to the user before the server does."""

    async def hear(self, sound: bytes, send: SendsSound) -> None:
        """Listen to sound, and send it."""
        ...
