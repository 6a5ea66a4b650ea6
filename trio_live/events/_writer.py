"""The verbs of a session, as a protocol: lower rooms receive a writer without knowing what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from trio_live.events._steering import SteeringOutcome
from trio_live.wire import Content, FunctionResponse


class SessionWriter(Protocol):
    """Says things to the model.

    Every method waits for room in the outbound queue and returns when its frame is accepted, not when it is written.

    Raises:
        SessionClosed: from every method, once the session is over.

    Cancellation: a cancelled call has queued nothing.
    """

    async def send_audio(self, data: bytes) -> None:
        """Sound of the user: PCM16 LE mono 16 kHz."""
        ...

    async def send_text(self, text: str) -> None:
        """A typed user turn that wants an answer."""
        ...

    async def send_video(self, jpeg: bytes) -> None:
        """One still picture."""
        ...

    async def send_client_content(self, turns: Sequence[Content], *, turn_complete: bool) -> SteeringOutcome:
        """Turns for the history; with ``turn_complete`` the model answers. Says what becomes of them."""
        ...

    async def send_tool_response(self, responses: Sequence[FunctionResponse]) -> None:
        """Answers to function calls."""
        ...

    async def update_instruction(self, text: str) -> SteeringOutcome:
        """New instructions in mid-session, in the place of all earlier ones. Says what becomes of them."""
        ...

    async def signal_activity_start(self) -> None:
        """The user began to speak."""
        ...

    async def signal_activity_end(self) -> None:
        """The user stopped speaking."""
        ...

    async def end_audio_stream(self) -> None:
        """The microphone is off."""
        ...

    async def disconnect(self) -> None:
        """End the session."""
        ...
