"""The seam between a session and whatever carries its frames.

Batches are the point of it: one read of a socket often yields several frames, and a session that handles them in
one go pays for one wake-up instead of many. So ``receive`` returns *everything that is there* and ``send`` takes
*everything that waits*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias, runtime_checkable

Frames: TypeAlias = Sequence[bytes | str]
"""A non-empty sequence of whole messages, in order. ``str`` is a text frame, ``bytes`` a binary one."""


@runtime_checkable
class Transport(Protocol):
    """A connected, ordered, two-way stream of frames.

    One task sends and one task receives; neither method needs to allow two callers at once.
    """

    async def send(self, frames: Frames) -> None:
        """Write all of ``frames``, in order.

        Raises:
            LinkLost: the connection is over, or broke while writing.

        Cancellation: some of the frames may have been written, one of them perhaps in part. A connection whose
        send was cancelled is to be closed.
        """
        ...

    async def receive(self) -> Frames:
        """Wait for frames and return all that are there.

        Raises:
            LinkLost: the connection is over. Frames that arrived before the end are returned first.

        Cancellation: nothing is lost; the next call returns what this one would have.
        """
        ...

    async def aclose(self) -> None:
        """Say goodbye (close code 1000) and free everything. Closing again does nothing.

        Cancellation: the connection is closed all the same, without waiting for the peer.
        """
        ...


@runtime_checkable
class SendsNow(Protocol):
    """What a transport may offer besides: sending without a wait, and so without a task that waits."""

    def send_now(self, frame: bytes | str) -> bool:
        """Send one frame if that takes no waiting, whole or not at all.

        Not while another task is in ``send``: the frame would go first.

        Returns:
            Whether it was sent. If not, ``send`` is the way, and waits for its turn.

        Raises:
            LinkLost: the connection is over, or broke while writing.
        """
        ...


@runtime_checkable
class Discreet(Protocol):
    """What a transport may offer besides: to keep the credential it was opened with out of the peer's words."""

    def redacted(self, text: str) -> str:
        """``text``, which the peer wrote, without the credential."""
        ...


Dialer: TypeAlias = Callable[[], AbstractAsyncContextManager[Transport]]
"""Opens one connection; called again for every reconnect.

Entering raises `ConnectError` when there is no connection to be had.
"""
