"""A handle that tells a recording what its program asks for.

At the border and nowhere below: what a verb does further inside, by itself or by another verb, is made anew by a replay.
So are the wishes of the session's own callbacks, which are not told.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import trio

from trio_live.live._handle import LiveHandle
from trio_live.live._recorded import RecordedWriter

if TYPE_CHECKING:
    from trio_live.control._internal import ControlPlane
    from trio_live.conversation import Answer
    from trio_live.lanes._internal import SessionParts
    from trio_live.recording._internal import ActLog


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
        self._raw = RecordedWriter(plane.writer, partial(self._asks, of="session.writer"), self._passes, log.given)
        self._user = RecordedWriter(plane.user_writer, partial(self._asks, of="writer"), self._passes, log.given)
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

    def _passes(self, data: bytes) -> bool:
        return not self._is_inside() and self._log.give(data)

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
