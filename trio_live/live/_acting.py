"""A handle that tells a recording what its program asks for.

At the border and nowhere below: what a verb does further inside, by itself or by another verb, is made anew by a replay.
So are the wishes of the session's own callbacks, which are not told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import trio

from trio_live.events import SessionWriter, SteeringOutcome
from trio_live.live._handle import LiveHandle
from trio_live.wire import Content, FunctionResponse

if TYPE_CHECKING:
    from trio_live.control._internal import ControlPlane
    from trio_live.conversation import Answer
    from trio_live.lanes._internal import SessionParts
    from trio_live.recording._internal import ActLog, Given


class RecordedHandle(LiveHandle):
    """A session whose recording holds what is asked of it.

    Args:
        parts: of the session.
        plane: its control plane.
        log: keeps what is asked.
    """

    def __init__(self, parts: SessionParts, plane: ControlPlane, log: ActLog) -> None:
        super().__init__(parts, plane)
        self._log = log
        self._outside: trio.lowlevel.Task | None = None
        """The last task that was seen to be none of the session's own; it stays where it was started."""
        self._raw = RecordedWriter(plane.writer, partial(self._asks, of="session.writer"), self._passing)
        self._user = RecordedWriter(plane.user_writer, partial(self._asks, of="writer"), self._passing)
        self._session.writer = self._raw
        plain = plane.user_writer.microphone is None and plane.user_writer.process is None
        log.begin(passes_sound=plain)

    def _asks(self, verb: str, of: str = "", **given: Any) -> AbstractContextManager[None]:
        """Keeps what is asked from outside of the session, while there is one."""
        if self._lifetime.is_over or self._is_inside():
            return nullcontext()
        return self._log.act(verb, of, given)

    def _is_inside(self) -> bool:
        task = trio.lowlevel.current_task()
        if task is self._outside:
            return False
        is_inside = self._lifetime.is_inside()
        self._outside = self._outside if is_inside else task
        return is_inside

    def _passing(self, data: bytes) -> Given | None:
        """Sound on its way, where a frame of the wire is all that need be kept of it."""
        return self._log.give(data) if self._log.passes(data) and not self._is_inside() else None

    async def ask(self, text: str, *, wait_for_tools: bool = True) -> Answer:
        """See `LiveHandle.ask`."""
        with self._asks("ask", text=text, wait_for_tools=wait_for_tools):
            return await super().ask(text, wait_for_tools=wait_for_tools)

    async def end_audio_stream(self) -> None:
        """See `LiveHandle.end_audio_stream`."""
        with self._asks("end_audio_stream"):
            await super().end_audio_stream()

    async def user_speech_started(self) -> None:
        """See `LiveHandle.user_speech_started`."""
        with self._asks("user_speech_started"):
            await super().user_speech_started()

    async def user_speech_ended(self) -> None:
        """See `LiveHandle.user_speech_ended`."""
        with self._asks("user_speech_ended"):
            await super().user_speech_ended()

    def playback_progress(self, played_ms: float) -> None:
        """See `LiveHandle.playback_progress`."""
        with self._asks("playback_progress", played_ms=played_ms):
            super().playback_progress(played_ms)

    async def playback_drained(self) -> None:
        """See `LiveHandle.playback_drained`."""
        with self._asks("playback_drained"):
            await super().playback_drained()

    async def playback_flushed(self) -> None:
        """See `LiveHandle.playback_flushed`."""
        with self._asks("playback_flushed"):
            await super().playback_flushed()

    def dtmf_received(self, digit: str) -> None:
        """See `LiveHandle.dtmf_received`."""
        with self._asks("dtmf_received", digit=digit):
            super().dtmf_received(digit)

    async def transition_to(self, phase: str, reason: str = "asked for") -> bool:
        """See `LiveHandle.transition_to`."""
        with self._asks("transition_to", phase=phase, reason=reason):
            return await super().transition_to(phase, reason)

    async def transfer_to(self, agent: str, reason: str = "asked for") -> bool:
        """See `LiveHandle.transfer_to`."""
        with self._asks("transfer_to", agent=agent, reason=reason):
            return await super().transfer_to(agent, reason)

    @property
    def microphone_muted(self) -> bool:
        """See `LiveHandle.microphone_muted`."""
        return self._voice.hushing.is_muted

    @microphone_muted.setter
    def microphone_muted(self, muted: bool) -> None:
        with self._asks("microphone_muted", muted=muted):
            self._voice.hushing.is_muted = muted


class RecordedWriter(SessionWriter):
    """A writer whose recording holds what is asked of it.

    Args:
        writer: does it.
        asks: keeps it.
        passing: says of sound that it need not be kept, if it is sent as it is.
    """

    def __init__(
        self,
        writer: SessionWriter,
        asks: Callable[..., AbstractContextManager[None]],
        passing: Callable[[bytes], Given | None],
    ) -> None:
        self._writer = writer
        self._asks = asks
        self._passing = passing

    async def send_audio(self, data: bytes) -> None:
        """See `SessionWriter.send_audio`."""
        given = self._passing(data)
        if given is None:
            with self._asks("send_audio", data=data):
                await self._writer.send_audio(data)
            return
        await self._writer.send_audio(
            data
        )  # what is cancelled or refused here has sent nothing, and is not asked again
        if not given.is_sent:
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
