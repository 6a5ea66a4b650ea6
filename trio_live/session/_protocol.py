"""The session without its socket: frames in → events out, commands in → frames out.

Two rules for this file: nothing in it waits, and nothing in it reads a clock. The pump feeds it what a transport
received and the writer asks it what to send; everything that must be remembered between two frames is remembered
here and nowhere else.

What is remembered: the phase, the text of the running turn, half a sample of its sound, what became of each function
call, whether an activity is open, and the newest resumption handle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trio_live import wire_events
from trio_live.errors import LinkLost, LocalProtocolError, RemoteProtocolError
from trio_live.events._internal import (
    ActivityEnd,
    ActivityStart,
    Command,
    SendAudio,
    SendClientContent,
    SendText,
    SendToolResponse,
    Steer,
)
from trio_live.session._activity import marks_activity
from trio_live.session._call_ledger import CallLedger
from trio_live.session._closing import as_close
from trio_live.session._correcting import learn
from trio_live.session._outbound import to_messages
from trio_live.session._phase import CONNECTED, IN_TOOL_CALL, SessionPhase, next_phase
from trio_live.session._translate import audio_of, translate
from trio_live.session._whole_samples import WholeSamples
from trio_live.session._written_speech import as_text
from trio_live.wire import (
    ClientMessage,
    Content,
    FunctionCall,
    LiveModelProfile,
    ServerMessage,
    Setup,
    decode_server_message,
    encode_client_message,
)
from trio_live.wire._internal import encode_audio_input, evolve, fit_setup, sent_behavior

Events = list[wire_events.SessionEvent]


class SessionProtocol:
    """One session's side of the protocol.

    Args:
        setup: the first message, already fitted to model and platform.
        abilities: what the model that is spoken to can do.
        on_lost: counts what was received and cannot be handed on, by the name of what it is.
        writes_speech: answers are wanted in text from a model that only speaks.
    """

    def __init__(
        self,
        setup: Setup,
        abilities: LiveModelProfile,
        *,
        on_lost: Callable[[str], None],
        writes_speech: bool = False,
    ) -> None:
        self._writes_speech = writes_speech
        self.setup = setup
        self.abilities = abilities
        self.phase = SessionPhase.DISCONNECTED
        self.session_id: str | None = None
        """What Vertex calls this session."""
        self.resume_handle: str | None = None
        """The newest handle with which the session could be resumed."""
        self.refusal: LinkLost | None = None
        """An error frame of the server, told as the close it stands for."""
        self.calls = CallLedger(self._gives_way)
        """What became of each function call."""
        self._text: list[str] = []
        self._samples = WholeSamples(on_lost)
        self._activity_open = False
        self._has_answered = False

    def change_setup(self, **changes: Any) -> None:
        """Give fields of the setup other values, fitted to model and platform as all are, before it is sent."""
        self.setup = fit_setup(evolve(self.setup, **changes), self.abilities)[0]

    # -- opening and closing ------------------------------------------------------------------------------------

    def begin(self, *, resume: bool = True) -> tuple[str, Events]:
        """The setup frame, which must be the first one, and the phases on the way.

        After an earlier connection the setup presents the newest handle, if resumption was asked for at all: the
        original setup would silently begin another conversation.

        Args:
            resume: False presents no handle and forgets the newest one, which is what the server refused.

        Raises:
            InvalidTransition: a connection is open already.
        """
        events = self._enter(SessionPhase.CONNECTING) + self._enter(SessionPhase.SETUP_SENT)
        self.refusal = None
        self.calls.forget()
        if not resume:
            self.resume_handle = None
        setup, asked = self.setup, self.setup.session_resumption
        if asked is not None and (self.resume_handle is not None or not resume):
            setup = evolve(setup, session_resumption=evolve(asked, handle=self.resume_handle))
        return encode_client_message(ClientMessage(setup=setup)).decode(), events

    def begin_close(self) -> Events:
        """This side is about to close."""
        return self._enter(SessionPhase.DISCONNECTING) if self.phase in CONNECTED else []

    def learn(self, lost: LinkLost) -> str | None:
        """Correct what the model is taken for, where this close says better; returns what was learnt, in words."""
        self.abilities, lesson = learn(self.abilities, lost)
        if lesson is None:
            return None
        shown = getattr(lesson.becomes, "value", lesson.becomes)
        return f"the server refused it, so for the rest of this session {lesson.ability} is taken to be {shown!r}"

    def end(self) -> Events:
        """The connection is gone. Forgets what belonged to it; the resumption handle stays."""
        self._text.clear()
        self._samples.end()
        self.calls.lost()
        self._activity_open = False
        return [] if self.phase is SessionPhase.DISCONNECTED else self._enter(SessionPhase.DISCONNECTED)

    # -- the server's frames ------------------------------------------------------------------------------------

    def receive(self, frame: bytes | str) -> Events:
        """The events of one frame, in order. A frame that cannot be read becomes an `Error` event and no more."""
        if self.phase is SessionPhase.MODEL_SPEAKING and not self._writes_speech and (audio := audio_of(frame)):
            audio = self._samples.of(audio)
            return [wire_events.AudioData(audio)] if audio else []
        try:
            message = decode_server_message(frame)
        except RemoteProtocolError as problem:
            words = f"a frame of the server could not be read and was skipped: {problem}"
            return [wire_events.Error(words, skipped_frame=True)]
        events = self._opened(message) if self.phase is SessionPhase.SETUP_SENT else []
        if self.phase is not SessionPhase.SETUP_SENT:
            for event in as_text(translate(message)) if self._writes_speech else translate(message):
                self._apply(event, events)
        if message.error is not None:
            self.refusal = as_close(message.error)
        return events

    def _opened(self, message: ServerMessage) -> Events:
        """Before ``setupComplete`` nothing else counts."""
        if message.setup_complete is None:
            return []
        self.session_id = message.setup_complete.session_id
        return [*self._enter(SessionPhase.ACTIVE), wire_events.Connected(self.session_id)]

    def _apply(self, event: wire_events.SessionEvent, events: Events) -> None:
        """Append ``event`` with the phases and the other events it brings along."""
        match event:
            case wire_events.AudioData() | wire_events.TextDelta() | wire_events.Media():
                self._speak(event, events)
            case wire_events.Interrupted():
                self._interrupt(event, events)
            case wire_events.ToolCall(asked):
                self._ask(asked, events)
            case wire_events.ToolCallCancelled(ids):
                self.calls.cancel(ids)
                events += [event, *self._settle()]
            case wire_events.TurnComplete():
                self._complete_turn(event, events)
            case wire_events.VoiceActivityStart() if self.phase is SessionPhase.ACTIVE:
                events += [*self._enter(SessionPhase.USER_SPEAKING), event]
            case wire_events.VoiceActivityEnd() if self.phase is SessionPhase.USER_SPEAKING:
                events += [*self._enter(SessionPhase.ACTIVE), event]
            case wire_events.SessionResumeUpdate(handle, resumable):
                self.resume_handle = handle if resumable else self.resume_handle
                events.append(event)
            case _:
                events.append(event)

    def _speak(self, event: wire_events.AudioData | wire_events.TextDelta | wire_events.Media, events: Events) -> None:
        """The model says something; sound that is no whole sample yet is nothing said."""
        if isinstance(event, wire_events.TextDelta):
            self._text.append(event.text)
        elif isinstance(event, wire_events.AudioData):
            event = wire_events.AudioData(self._samples.of(event.data))
            if not event.data:
                return
        if self.phase is not SessionPhase.MODEL_SPEAKING and self.phase in CONNECTED:
            events += self._enter(SessionPhase.MODEL_SPEAKING)
        events.append(event)

    def _ask(self, asked: tuple[FunctionCall, ...], events: Events) -> None:
        """Tell of the calls that are new; of those that were asked before, and of pieces of a call, nothing is told."""
        calls = self.calls.opened(asked)
        if not calls:
            return
        if self.phase is not SessionPhase.TOOL_CALL_PENDING and self.phase in CONNECTED:
            events += self._enter(SessionPhase.TOOL_CALL_PENDING)
        events.append(wire_events.ToolCall(calls))

    def _interrupt(self, event: wire_events.Interrupted, events: Events) -> None:
        """The generation was cut off, and with it the calls that it waited for; the others no longer hold the link."""
        speaking = self.phase is SessionPhase.MODEL_SPEAKING
        events += self._enter(SessionPhase.INTERRUPTED) if speaking else []
        events.append(event)
        self._samples.end()
        self.calls.give_up()
        events += self._enter(SessionPhase.ACTIVE) if speaking else self._settle()

    def _gives_way(self, function: str) -> bool:
        """Whether an interruption cancels calls of a function on the server: those that it waits for."""
        return sent_behavior(self.setup, function, self.abilities) == "BLOCKING"

    def _complete_turn(self, event: wire_events.TurnComplete, events: Events) -> None:
        self._samples.end()
        if self._text:
            events.append(wire_events.TextComplete("".join(self._text)))
            self._text.clear()
        events.append(event)
        if self.phase is SessionPhase.MODEL_SPEAKING:
            events += self._enter(SessionPhase.ACTIVE)

    # -- our commands -------------------------------------------------------------------------------------------

    def check(self, command: Command) -> None:
        """Refuse what the server would close the session for, while the caller can still be told.

        Raises:
            LocalProtocolError: the command cannot be sent in this session.
        """
        match command:
            case ActivityStart() | ActivityEnd() if not self.manual_activity:
                raise LocalProtocolError(
                    "activity marks need automatic activity detection to be off: set it with vad(disabled=True)"
                )
            case SendClientContent(turns) if not self.abilities.system_turns and any(t.role == "system" for t in turns):
                raise LocalProtocolError(
                    "this server closes the session on a turn of role 'system': give the turn the role 'user', "
                    "or change the instruction with update_instruction()"
                )
            case SendText() | SendClientContent():
                to_messages(command, self.abilities, seeding=self._is_seeding)

    @property
    def manual_activity(self) -> bool:
        """Whether this side says when the user speaks."""
        return marks_activity(self.setup)

    @property
    def _is_seeding(self) -> bool:
        """Whether the server still reads ``clientContent`` as history."""
        history = self.setup.history_config
        return bool(history and history.initial_history_in_client_content) and not self._has_answered

    def send(self, command: Command) -> tuple[list[str], Events]:
        """The frames for a command, and what follows from sending them.

        A mark that would repeat the one before it yields no frame: marks alternate. Neither does what a model learns
        with the next connection only, nor answers of which nothing is wanted any more.

        Raises:
            LocalProtocolError: there is no open session, or the command holds a value that is not JSON.
            CallNotOpen: it answers a call that is not open.
        """
        if self.phase not in CONNECTED:
            raise LocalProtocolError(f"nothing can be sent while the session is {self.phase}")
        if isinstance(command, SendAudio):
            return [encode_audio_input(command.data)], []
        if isinstance(command, ActivityStart | ActivityEnd):
            starts = isinstance(command, ActivityStart)
            if starts is self._activity_open:
                return [], []
            self._activity_open = starts
        if isinstance(command, SendToolResponse):
            return self._answer(command)
        messages = to_messages(command, self.abilities, seeding=self._is_seeding)
        frames = [encode_client_message(message).decode() for message in messages]
        if isinstance(command, Steer):
            self._keep(command)
        return frames, []

    def _answer(self, command: SendToolResponse) -> tuple[list[str], Events]:
        """The frame with those answers that are still wanted; none if none is."""
        due = self.calls.due(command.responses)
        if not due:
            return [], []
        (message,) = to_messages(SendToolResponse(due), self.abilities)
        try:
            frame = encode_client_message(message).decode()
        except LocalProtocolError:
            self.calls.take_back(due)
            raise
        fitted = (message.tool_response and message.tool_response.function_responses) or ()
        for answer, sent in zip(due, fitted, strict=True):
            self.calls.written(answer, more_follows=bool(sent.will_continue))
        return [frame], self._settle()

    def _keep(self, steer: Steer) -> None:
        """What stands, stands in the next connection too: a setup says all of it again."""
        if steer.instruction is not None and self.abilities.instructions:
            self.setup = evolve(self.setup, system_instruction=Content.of(steer.instruction))
        if steer.tools is not None:
            self.setup = evolve(self.setup, tools=list(steer.tools))

    def tools_started(self) -> Events:
        """The calls that are pending are being run now."""
        if self.phase is SessionPhase.TOOL_CALL_PENDING:
            return self._enter(SessionPhase.TOOL_CALL_EXECUTING)
        return []

    def _settle(self) -> Events:
        """When no call waits any longer, the tool round is over."""
        if not self.calls.waits and self.phase in IN_TOOL_CALL:
            return self._enter(SessionPhase.ACTIVE)
        return []

    def _enter(self, phase: SessionPhase) -> Events:
        self._has_answered = self._has_answered or phase is SessionPhase.MODEL_SPEAKING
        self.phase = next_phase(self.phase, phase)
        return [wire_events.PhaseChanged(self.phase)]
