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
        """Sound of the user.

        Args:
            data: PCM16 LE mono 16 kHz, of any length. Half a sample at the end waits for the next call.

        Cancellation: nothing was queued.
        """
        ...

    async def send_text(self, text: str) -> None:
        """A typed user turn that wants an answer.

        Args:
            text: what the user typed; it becomes part of the transcript.

        Cancellation: nothing was queued.
        """
        ...

    async def send_video(self, jpeg: bytes) -> None:
        """One still picture.

        Args:
            jpeg: the file's bytes; the model looks at one a second at most (documented).

        Cancellation: nothing was queued.
        """
        ...

    async def send_client_content(self, turns: Sequence[Content], *, turn_complete: bool) -> SteeringOutcome:
        """Turns for the history.

        Args:
            turns: of the roles ``user`` and ``model``; a turn of role ``system`` raises LocalProtocolError where the server
                would close the session for it (Google AI: 1007, measured).
            turn_complete: the model answers.

        Cancellation: nothing was queued.
        """
        ...

    async def send_tool_response(self, responses: Sequence[FunctionResponse]) -> None:
        """Answers to function calls.

        Args:
            responses: they go out as one message; nothing is sent for none.

        Cancellation: nothing was queued.
        """
        ...

    async def update_instruction(self, text: str) -> SteeringOutcome:
        """New instructions in mid-session, in the place of all earlier ones.

        Args:
            text: the whole new instruction.

        Returns:
            What becomes of them with this model: when they hold, by which road, and why.

        Cancellation: nothing was queued.
        """
        ...

    async def signal_activity_start(self) -> None:
        """The user began to speak.

        Cancellation: nothing was queued.
        """
        ...

    async def signal_activity_end(self) -> None:
        """The user stopped speaking.

        Cancellation: nothing was queued.
        """
        ...

    async def end_audio_stream(self) -> None:
        """The microphone is off.

        Cancellation: nothing was queued.
        """
        ...

    async def disconnect(self) -> None:
        """End the session; see `LiveHandle.disconnect`.

        Cancellation: the session ends all the same.
        """
        ...
