"""The verbs of a session, checked and turned into commands. The raw writer: it delays and adds nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import trio

from trio_live import wire_events
from trio_live._values import value
from trio_live.events import SteeringChannel, SteeringOutcome
from trio_live.events._internal import (
    ActivityEnd,
    ActivityStart,
    AudioStreamEnd,
    Command,
    SendAudio,
    SendClientContent,
    SendText,
    SendToolResponse,
    SendVideo,
    Steer,
)
from trio_live.lanes._delivery import TypedTurn
from trio_live.lanes._flow import Fanout
from trio_live.lanes._hearing import HearsUser, Hush
from trio_live.lanes._sending import Outbound
from trio_live.phases._internal import InstructionLedger
from trio_live.session._internal import SessionProtocol, lower
from trio_live.telemetry import SessionTelemetry
from trio_live.tools import UserAudio, UserInput, UserText, UserVideo
from trio_live.wire import Content, FunctionResponse

BYTES_PER_SAMPLE = 2
_BYTES: Final = (bytes, bytearray, memoryview)  # not joined anew for each of fifty frames a second


@value
class WriterParts:
    """What a writer of a session sends by, and whom it tells."""

    outbound: Outbound
    protocol: SessionProtocol
    telemetry: SessionTelemetry
    note: Callable[[wire_events.SessionEvent], None]
    """Puts an event of our own on the control lane."""
    saw_video: Callable[[], None]
    """Told that a picture was sent."""
    disconnect: Callable[[], Awaitable[None]]
    """Ends the session."""
    user_input: Fanout[UserInput]
    """Hears what the user says and shows."""


class RawWriter:
    """A `SessionWriter` that goes straight to the outbound queue, but for sound of the user while it is kept out.

    Args:
        parts: what it sends by, and whom it tells.
        ledger: remembers which instruction the model has; every update passes here, the user's own too.
        hushes: says whether the model must not hear the user now; silence is sent then, and no mark of an activity.
    """

    microphone: HearsUser | None = None
    """Hears the user's sound on its way out; only the user's own writer has one."""

    process: Callable[[bytes], bytes] | None = None
    """Changes the user's sound before anybody hears it; likewise."""

    def __init__(self, parts: WriterParts, ledger: InstructionLedger, hushes: Hush | None = None) -> None:
        self._hushes = hushes
        self._outbound = parts.outbound
        self._protocol = parts.protocol
        self._telemetry = parts.telemetry
        self._note = parts.note
        self._saw_video = parts.saw_video
        self._disconnect = parts.disconnect
        self._user_input = parts.user_input
        self._ledger = ledger
        self._submit, self.take_back = parts.outbound.submit, parts.outbound.take_back
        self._half_sample = b""

    async def send_audio(self, data: bytes) -> None:
        """Sound of the user: PCM16 LE mono 16 kHz, of any length; 20 to 40 ms at a time are best.

        Half a sample at the end waits for the next call. Nothing is sent for no sound. While a greeting is protected,
        silence of the same length is sent instead, and counted as dropped: ``sound while the model greets``.

        Raises:
            TypeError: ``data`` is not bytes.
            SessionClosed: the session is over.

        Cancellation: nothing was queued. Every call can be cancelled; other tasks have a turn when it has to wait, and after
        every two seconds of sound.
        """
        if not isinstance(data, _BYTES):
            raise TypeError(f"audio must be bytes of PCM16, not {type(data).__name__}")
        sound = self._half_sample + bytes(data) if self._half_sample else bytes(data)
        whole = len(sound) - len(sound) % BYTES_PER_SAMPLE
        hushed = self._hushes() if self._hushes is not None and whole else None
        if hushed:
            self._telemetry.drop(hushed)
        heard = sound[:whole]
        if self.process is not None and whole:
            heard = self.process(heard)
        if heard:
            heard = heard if hushed is None else bytes(len(heard))
            await (
                self.submit_sound(heard) if self.microphone is None else self.microphone.hear(heard, self.submit_sound)
            )
        else:
            self._outbound.check_open()
            await trio.lowlevel.checkpoint()
        self._half_sample = sound[whole:]

    async def submit_sound(self, sound: bytes, *, again: bool = False) -> None:
        """Send sound of the user as it is, with the context that waits for it.

        Args:
            sound: whole samples.
            again: it was sent before, when the server did not listen; readers of the user's input do not hear it twice.

        Raises:
            SessionClosed: the session is over.

        Cancellation: nothing was queued.
        """
        await self._submit_user(SendAudio(sound))
        if self._user_input.readers and not again:
            self._user_input.publish(UserAudio(sound))

    async def send_text(self, text: str) -> None:
        """A typed user turn that wants an answer; it becomes part of the transcript.

        Raises:
            TypeError: ``text`` is not a string.
            SessionClosed: the session is over.

        Cancellation: nothing was queued.
        """
        await self.ask(text, 0)

    async def ask(self, text: str, question: int) -> None:
        """As `send_text`, for somebody who waits for the answer to ``question``; 0 for nobody."""
        self._check_text("text", text)
        self._telemetry.text_sent()
        try:
            await self._submit_user(SendText(text, question=question))
        except BaseException:
            self._telemetry.send_failed()
            raise
        self._user_input.publish(UserText(text))
        self._note(TypedTurn(text))

    async def send_video(self, jpeg: bytes) -> None:
        """One still picture; at most one a second is looked at.

        Raises:
            TypeError: ``jpeg`` is not bytes.
            ValueError: ``jpeg`` is empty.
            SessionClosed: the session is over.

        Cancellation: nothing was queued.
        """
        if not isinstance(jpeg, _BYTES):
            raise TypeError(f"a picture must be bytes of JPEG, not {type(jpeg).__name__}")
        if not jpeg:
            raise ValueError("the picture is empty")
        await self._submit_user(SendVideo(bytes(jpeg)))
        self._user_input.publish(UserVideo(bytes(jpeg)))
        self._saw_video()

    async def send_client_content(self, turns: Sequence[Content], *, turn_complete: bool) -> SteeringOutcome:
        """Turns for the history; with ``turn_complete`` the model answers.

        Returns:
            What becomes of them with this model.

        Raises:
            TypeError: a turn is not a `Content`.
            LocalProtocolError: a turn has the role ``system``, for which Google AI closes the session (1007, measured).
            SessionClosed: the session is over.

        Cancellation: nothing was queued.
        """
        for turn in turns:
            if not isinstance(turn, Content):
                raise TypeError(f"turns must be Content values, not {type(turn).__name__}")
        await self._submit(SendClientContent(tuple(turns), turn_complete))
        return self._outcome(SteeringChannel.PROMPT if turn_complete and not turns else SteeringChannel.FACTS)

    async def send_tool_response(self, responses: Sequence[FunctionResponse]) -> None:
        """Answers to function calls, as one message. Sends nothing for an empty list.

        Raises:
            TypeError: a response is not a `FunctionResponse`, or what it answers is no JSON object.
            CallNotOpen: a call was never asked, or was answered or cancelled before; nothing was queued.
            SessionClosed: the session is over.

        Cancellation: nothing was queued, and the calls are still open.
        """
        for response in responses:
            if not isinstance(response, FunctionResponse):
                raise TypeError(f"responses must be FunctionResponse values, not {type(response).__name__}")
            if not isinstance(response.response, dict):
                raise TypeError(
                    f"the response to {response.name!r} must be a JSON object; FunctionResponse.of wraps other values"
                )
        self._outbound.check_open()
        if not responses:
            await trio.lowlevel.checkpoint()
            return
        with self._protocol.calls.accepting(responses) as accepted:
            await self._submit(SendToolResponse(accepted))

    async def update_instruction(self, text: str) -> SteeringOutcome:
        """New instructions in mid-session, in the place of all earlier ones.

        Returns:
            What becomes of them with this model: when they hold, by which road, and why.

        Raises:
            TypeError: ``text`` is not a string.
            SessionClosed: the session is over.

        Cancellation: nothing was queued.
        """
        self._check_text("the instruction", text)
        await self.submit_all([Steer(instruction=text)])
        return self._outcome(SteeringChannel.INSTRUCTION)

    def _outcome(self, channel: SteeringChannel) -> SteeringOutcome:
        return lower(channel, self._protocol.abilities)

    async def signal_activity_start(self) -> None:
        """The user began to speak. Not told while a greeting is protected.

        Raises:
            LocalProtocolError: the server detects activity itself.
            SessionClosed: the session is over.

        Cancellation: nothing was queued.
        """
        self._protocol.check(ActivityStart())
        await self.mark_activity(ActivityStart())

    async def signal_activity_end(self) -> None:
        """The user stopped speaking. Errors and cancellation as in `signal_activity_start`."""
        await self._submit(ActivityEnd())

    async def end_audio_stream(self) -> None:
        """See `LiveHandle.end_audio_stream`.

        Raises:
            SessionClosed: the session is over.

        Cancellation: nothing was queued.
        """
        await self._submit(AudioStreamEnd())

    async def mark_activity(self, edge: ActivityStart | ActivityEnd) -> None:
        """Mark an edge of the user's activity where the setup leaves that to this side; nothing is sent elsewhere.

        Raises:
            SessionClosed: the session is over.

        Cancellation: nothing was queued.
        """
        kept_out = isinstance(edge, ActivityStart) and self._hushes is not None and self._hushes() is not None
        if self._protocol.manual_activity and not kept_out:
            await self._submit(edge)
        else:
            self._outbound.check_open()
            await trio.lowlevel.checkpoint()

    async def submit_all(self, commands: Sequence[Command]) -> None:
        """Queue commands in one step that nothing comes between; instructions are remembered in that same step.

        Raises:
            SessionClosed: the session is over.

        Cancellation: nothing was queued.
        """
        if not commands:
            return

        def queued() -> tuple[Command, ...]:
            for command in commands:
                self._ledger.queue(command)
            return tuple(commands)

        await self.submit_made(queued)

    async def submit_made(self, make: Callable[[], tuple[Command, ...]]) -> None:
        """Queue commands, which ``make`` makes in the very instant in which they are written or queued; see `Outbound`.

        Raises:
            SessionClosed: the session is over.

        Cancellation: nothing was made or queued.
        """
        await self._outbound.submit_made(make)

    def check_open(self) -> None:
        """Raise `SessionClosed` when the session is over."""
        self._outbound.check_open()

    def _submit_user(self, command: Command) -> Awaitable[None]:
        """Queue what the user says; a writer that holds context back lets it go here."""
        return self._submit(command)

    async def flush_context(self) -> None:
        """Send what a writer holds back, at the end of a session; this one holds nothing back.

        Cancellation: what was not sent waits again.
        """
        await trio.lowlevel.checkpoint()

    async def disconnect(self) -> None:
        """End the session; see `LiveHandle.disconnect`."""
        await self._disconnect()

    def _check_text(self, what: str, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"{what} must be a string, not {type(text).__name__}")
