"""A writer that tells a recording what its program says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from trio_live.events import SessionWriter, SteeringOutcome
from trio_live.wire import Content, FunctionResponse


class RecordedWriter(SessionWriter):
    """A writer whose recording holds what is asked of it.

    Args:
        writer: does it.
        asks: keeps it.
        passes: says of sound that is about to be sent that it need not be kept, if it is sent as it is.
        was_sent: says of that sound whether it was.
    """

    def __init__(
        self,
        writer: SessionWriter,
        asks: Callable[..., AbstractContextManager[None]],
        passes: Callable[[bytes], bool],
        was_sent: Callable[[bytes], bool],
    ) -> None:
        self._writer = writer
        self._asks = asks
        self._passes = passes
        self._was_sent = was_sent

    async def send_audio(self, data: bytes) -> None:
        """See `SessionWriter.send_audio`."""
        if not self._passes(data):
            with self._asks("send_audio", data=data):
                await self._writer.send_audio(data)
            return
        try:
            await self._writer.send_audio(data)
        except BaseException:  # what is cancelled or refused here has sent nothing, and is not asked again
            self._was_sent(data)
            raise
        if not self._was_sent(data):
            with self._asks("send_audio", data=data):
                pass

    async def send_text(self, text: str) -> None:
        """See `SessionWriter.send_text`."""
        with self._asks("send_text", text=text):
            await self._writer.send_text(text)

    async def send_video(self, jpeg: bytes) -> None:
        """See `SessionWriter.send_video`."""
        with self._asks("send_video", jpeg=jpeg):
            await self._writer.send_video(jpeg)

    async def send_client_content(self, turns: Sequence[Content], *, turn_complete: bool) -> SteeringOutcome:
        """See `SessionWriter.send_client_content`."""
        with self._asks("send_client_content", turns=turns, turn_complete=turn_complete):
            return await self._writer.send_client_content(turns, turn_complete=turn_complete)

    async def send_tool_response(self, responses: Sequence[FunctionResponse]) -> None:
        """See `SessionWriter.send_tool_response`."""
        with self._asks("send_tool_response", responses=responses):
            await self._writer.send_tool_response(responses)

    async def update_instruction(self, text: str) -> SteeringOutcome:
        """See `SessionWriter.update_instruction`."""
        with self._asks("update_instruction", text=text):
            return await self._writer.update_instruction(text)

    async def signal_activity_start(self) -> None:
        """See `SessionWriter.signal_activity_start`."""
        with self._asks("signal_activity_start"):
            await self._writer.signal_activity_start()

    async def signal_activity_end(self) -> None:
        """See `SessionWriter.signal_activity_end`."""
        with self._asks("signal_activity_end"):
            await self._writer.signal_activity_end()

    async def end_audio_stream(self) -> None:
        """See `SessionWriter.end_audio_stream`."""
        with self._asks("end_audio_stream"):
            await self._writer.end_audio_stream()

    async def disconnect(self) -> None:
        """See `SessionWriter.disconnect`. The end of the connection tells of it."""
        await self._writer.disconnect()
