"""`LiveHandle`: one running session, in the hands of its user. Thin: it forwards."""

from __future__ import annotations

from collections.abc import Sequence

from trio_live import events, wire_events
from trio_live.control import BackgroundToolTracker
from trio_live.control._internal import ControlPlane, KeyPressed, RequestedTransitions
from trio_live.events import SessionWriter, SteeringOutcome
from trio_live.events._internal import DTMF_KEYS
from trio_live.lanes import LiveEventStream
from trio_live.lanes._internal import SessionParts
from trio_live.live._halves import ConversationHandle, VoiceHandle
from trio_live.live._session_handle import SessionHandle
from trio_live.resilience import LinkStatus
from trio_live.session import SessionEnd, SessionPhase
from trio_live.state import State
from trio_live.telemetry import SessionTelemetry
from trio_live.wire import FunctionResponse, IgnoredSetting, LiveModelProfile


class LiveHandle(ConversationHandle, VoiceHandle):
    """One running session.

    Sends return when their frame is accepted by the outbound queue, wait while that is full, and raise
    `SessionClosed` once the session is over. Frames of one caller keep their order. Properties never wait.
    """

    def __init__(
        self,
        parts: SessionParts,
        plane: ControlPlane,
    ) -> None:
        conversation, raw = plane.conversation, plane.writer
        self._plan = parts.plan
        self._protocol = parts.protocol
        self._outbound = parts.outbound
        self._links = parts.links
        self._events = parts.events
        self._wire_events = parts.wire_events
        self._lifetime = parts.lifetime
        self._telemetry = parts.telemetry
        self._raw: SessionWriter = raw
        self._user: SessionWriter = plane.user_writer
        self._voice = plane.voice
        self._conversation = conversation
        self._asking = plane.asking
        self._requested = RequestedTransitions(
            conversation, parts.lifetime, parts.calls, check_open=parts.outbound.check_open, note=parts.note
        )
        self._session = SessionHandle(parts, raw)
        self._note = parts.note
        self._background_tools = plane.background_tools

    def __repr__(self) -> str:
        return f"<LiveHandle {self.phase} with {self._plan.setup.model}>"

    # -- saying things ------------------------------------------------------------------------------------------

    async def send_audio(self, data: bytes) -> None:
        """Sound of the user.

        Args:
            data: PCM16 LE mono 16 kHz, of any length; 20 to 40 ms at a time are best. Half a sample at the end waits for
                the next call. Nothing is sent for no sound.

        Raises:
            TypeError: ``data`` is not bytes.
            SessionClosed: the session is over.

        Cancellation: nothing was sent. Every call can be cancelled; other tasks have a turn when it has to wait, and after
        every two seconds of sound.
        """
        await self._user.send_audio(data)

    async def send_text(self, text: str) -> None:
        """A typed user turn that wants an answer; it becomes part of the transcript.

        Args:
            text: what the user typed.

        Raises:
            TypeError: ``text`` is not a string.
            SessionClosed: the session is over.

        Cancellation: nothing was sent.
        """
        await self._user.send_text(text)

    async def send_video(self, jpeg: bytes) -> None:
        """One still picture.

        Args:
            jpeg: the file's bytes. The model looks at one a second at most (documented).

        Raises:
            TypeError: ``jpeg`` is not bytes.
            ValueError: ``jpeg`` is empty.
            SessionClosed: the session is over.

        Cancellation: nothing was sent.
        """
        await self._user.send_video(jpeg)

    async def update_instruction(self, text: str) -> SteeringOutcome:
        """New instructions in mid-session, in the place of all earlier ones.

        Args:
            text: the whole new instruction.

        Returns:
            What becomes of them with this model: when they hold, by which road, and why. See the page on models.

        Raises:
            TypeError: ``text`` is not a string.
            SessionClosed: the session is over.

        Cancellation: nothing was sent.
        """
        return await self._raw.update_instruction(text)

    async def send_tool_response(self, responses: Sequence[FunctionResponse]) -> None:
        """Answers to function calls that no callback answered: those that `Live.manual_tools` leaves open.

        Args:
            responses: the answers, which go out as one message; nothing is sent for none.

        Raises:
            TypeError: a response is not a `FunctionResponse`, or what it answers is no JSON object.
            CallNotOpen: a call was never asked, or was answered or cancelled before; nothing was sent.
            SessionClosed: the session is over.

        Cancellation: nothing was sent, and the calls are still open.
        """
        await self._raw.send_tool_response(responses)

    def dtmf_received(self, digit: str) -> None:
        """The caller pressed a key of the telephone: ``on_dtmf`` and `events.Dtmf` tell it. Waits for nothing.

        The model is told nothing of it: what a key means is for the program to say, with `send_text`, or in State.

        Args:
            digit: ``0`` to ``9``, ``*``, ``#``, ``A`` to ``D``.

        Raises:
            ValueError: no such key.
            SessionClosed: the session is over.
        """
        if digit not in DTMF_KEYS:
            raise ValueError(f"a telephone has the keys {' '.join(DTMF_KEYS)}, and not {digit!r}")
        self._outbound.check_open()
        self._note(KeyPressed(digit))

    async def flush(self) -> None:
        """Wait until everything accepted so far has been handed to the network.

        Raises:
            SessionClosed: the session ended before.

        Cancellation: harmless.
        """
        await self._outbound.flush()

    @property
    def writer(self) -> SessionWriter:
        """All verbs of the session, for code that only speaks. It takes deferred context along, as the handle does."""
        return self._user

    # -- listening ----------------------------------------------------------------------------------------------

    def events(self) -> LiveEventStream[events.LiveEvent]:
        """Live events from now on: ``async with session.events() as stream: async for event in stream: …``.

        Each stream is independent. A reader that waits sees an event at once. The stream ends after the
        session's last event. A reader that falls 4096 events behind loses the oldest; ``stream.lagged`` counts them.
        """
        return self._events.subscribe()

    def subscribe(self) -> LiveEventStream[wire_events.SessionEvent]:
        """Raw wire events from now on, as `events`; 512 may wait."""
        return self._wire_events.subscribe()

    # -- the end ------------------------------------------------------------------------------------------------

    async def done(self) -> None:
        """Wait until the session is over and every task has finished. Any number may wait, also afterwards.

        It returns however the session ended in order: by `disconnect`, by the server, by a lost connection; `ended`
        says which. Called from one of the session's own callbacks it would wait for itself, so there it raises.

        Raises:
            RuntimeError: called from a callback of this session.
            SessionFailed: the session crashed: a callback under ``callback_errors="raise"``, or a fault of ours; the
                cause is attached. What comes out of the block is the cause alone.

        Cancellation: harmless; the session goes on.
        """
        await self._lifetime.wait_ended()

    @property
    def ended(self) -> SessionEnd | None:
        """How the session ended: the reason, the code and the words of the close; ``None`` while it is connected.

        A block whose connection is lost is left without an exception, so look here when that matters.
        """
        return self._lifetime.end

    async def disconnect(self) -> None:
        """End the session: what was accepted is still sent, lanes handle what they have, callbacks finish.

        Each step has a deadline. Called from one of the session's own callbacks it begins the end and returns.
        Calling it again does no harm.

        Cancellation: the session ends all the same.
        """
        await self._lifetime.disconnect()

    # -- looking ------------------------------------------------------------------------------------------------

    @property
    def phase(self) -> SessionPhase:
        """Where the link stands. The phase of the conversation is another thing."""
        return self._protocol.phase

    @property
    def link(self) -> LinkStatus:
        """How the connection stands, and how the ones before it ended: one look, which does not change."""
        return self._links.status

    @property
    def session(self) -> SessionHandle:
        """The link itself."""
        return self._session

    @property
    def background_tools(self) -> BackgroundToolTracker:
        """The tools that run in the background now; may give them up."""
        return self._background_tools

    @property
    def state(self) -> State:
        """The session's State: the very object that callbacks and tools see."""
        return self._conversation.state

    @property
    def telemetry(self) -> SessionTelemetry:
        """The session's counters; ``telemetry.snapshot()`` is JSON."""
        return self._telemetry

    @property
    def resume_handle(self) -> str | None:
        """The newest handle with which this session can be resumed."""
        return self._protocol.resumption.newest

    @property
    def abilities(self) -> LiveModelProfile:
        """What the model can do, as this session has it: its row, with what the builder and the server knew better.

        A server that refuses something corrects it for the rest of the session. To keep it for other sessions, say so
        to their builders: ``abilities(context_update=False)``.
        """
        return self._protocol.abilities

    @property
    def ignored_settings(self) -> tuple[IgnoredSetting, ...]:
        """Settings that model or platform refuse, so that they were not sent."""
        return self._plan.ignored
