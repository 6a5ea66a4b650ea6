"""The session without its socket: frames in → events out, commands in → frames out.

Two rules for this file: nothing in it waits, and nothing in it reads a clock (the pump says what time it is). The pump
feeds it what a transport received and the writer asks it what to send; everything that must be remembered between two
frames is remembered here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable

from trio_live import wire_events
from trio_live.errors import LinkLost, LocalProtocolError, RemoteProtocolError
from trio_live.events._internal import (
    ActivityEnd,
    ActivityStart,
    Command,
    SendAudio,
    SendClientContent,
    SendToolResponse,
    Steer,
)
from trio_live.session._activity import marks_activity, patience_of
from trio_live.session._answers import answer_frame, lost_calls
from trio_live.session._barge_in import BargeIn
from trio_live.session._calls import CallLedger
from trio_live.session._close_reasons import as_close
from trio_live.session._complaints import Complaints
from trio_live.session._correcting import learn
from trio_live.session._hidden_words import Events, all_of_them
from trio_live.session._lowering import answers_remarks
from trio_live.session._outbound import frames_of
from trio_live.session._phase import CONNECTED, IN_TOOL_CALL, SessionPhase, next_phase
from trio_live.session._refusing import refuse
from trio_live.session._resumption import Resumption, Start
from trio_live.session._setups import steered
from trio_live.session._translate import is_audio, translate
from trio_live.session._turns import EndOfTurn, Turns, Utterance
from trio_live.session._whole_samples import WholeSamples
from trio_live.session._written_speech import as_text
from trio_live.wire import (
    ClientMessage,
    FunctionCall,
    LiveModelProfile,
    ServerMessage,
    Setup,
    decode_server_message,
    encode_client_message,
)
from trio_live.wire._internal import LoneBlobs, encode_audio_input, sent_behavior


class SessionProtocol:
    """One session's side of the protocol.

    Args:
        setup: the first message, already fitted to model and platform.
        abilities: what the model that is spoken to can do.
        on_lost: counts what was received and cannot be handed on, by the name of what it is.
        writes_speech: answers are wanted in text from a model that only speaks.
    """

    def __init__(
        self, setup: Setup, abilities: LiveModelProfile, *, on_lost: Callable[[str], None], writes_speech: bool = False
    ) -> None:
        self._writes_speech = writes_speech
        self.told: Callable[[Events], Events] = all_of_them
        """Makes of some events what may be told of them."""
        self.setup = setup
        self.abilities = abilities
        self.phase = SessionPhase.DISCONNECTED
        self.session_id: str | None = None
        """What Vertex calls this session."""
        self.resumption = Resumption()
        """What the session can go on with in another connection."""
        self.refusal: LinkLost | None = None
        """An error frame of the server, told as the close it stands for."""
        self.calls = CallLedger(lambda function: sent_behavior(self.setup, function, self.abilities) == "BLOCKING")
        """What became of each function call. An interruption cancels those that the server waits for."""
        self.turns = Turns(abilities.turn_ends_on, lambda call: self.calls.is_open(call) or self.calls.knows(call))
        """Which turn runs. The pump tells it the time."""
        self._samples = WholeSamples(on_lost)
        self._barge_in = BargeIn(on_lost)
        self._sound = LoneBlobs(is_audio)
        """Frames that hold sound and nothing else: nearly every frame. Whatever rides beside it takes the long way."""
        self._complaints = Complaints()
        self.activity_open = False

    # -- opening and closing ------------------------------------------------------------------------------------

    def begin(self, start: Start | None = None) -> tuple[str, Events]:
        """The setup frame, which must be the first one, and the phases on the way.

        It says everything as it stands now: the instruction and the tools that were said last among it.

        Args:
            start: how a connection after the first one goes on with the talk.

        Raises:
            InvalidTransition: a connection is open already.
        """
        events = self._enter(SessionPhase.CONNECTING) + self._enter(SessionPhase.SETUP_SENT)
        handle, self.refusal = start and start.handle, None
        self.calls.begin(resumes=handle is not None, is_newest=handle == self.resumption.newest)
        setup = self.resumption.begin(start, self.setup, self.abilities)
        return encode_client_message(ClientMessage(setup=setup)).decode(), [*events, *lost_calls(self.calls)]

    def begin_close(self) -> Events:
        """This side is about to close."""
        return self._enter(SessionPhase.DISCONNECTING) if self.phase in CONNECTED else []

    def learn(self, lost: LinkLost) -> str | None:
        """Correct what the model is taken for, where this close says better; returns what was learnt, in words."""
        self.abilities, lesson = learn(self.abilities, lost)
        return None if lesson is None else str(lesson)

    def cut(self) -> Events:
        """The connection is gone, and another one is to follow. What the model was saying is finished as it is.

        Calls stay open, and the handles stay; what the user has said waits for the next connection.
        """
        events = self._complete_turn(wire_events.TurnComplete(cut=True)) if self.turns.is_answering else []
        self.turns.pause()
        return self.told([*events, *self._close()])

    def end(self) -> Events:
        """The connection is gone, and there will be no other. The resumption handle stays."""
        self.turns.forget()
        self.calls.lost()
        return self._close()

    def _close(self) -> Events:
        self._samples.end()
        self._barge_in.forget()
        self.activity_open = False
        return [] if self.phase is SessionPhase.DISCONNECTED else self._enter(SessionPhase.DISCONNECTED)

    # -- the server's frames ------------------------------------------------------------------------------------

    def receive(self, frame: bytes | str) -> Events:
        """The events of one frame, in order. A frame that cannot be read is told of once for each reason."""
        if self.turns.sounds_on and self.phase is SessionPhase.MODEL_SPEAKING and (sound := self._sound.of(frame)):
            sound = self._samples.of(sound)
            return [wire_events.AudioData(sound)] if sound else []
        try:
            message = decode_server_message(frame)
        except RemoteProtocolError as problem:
            return [self._complaints.skipped(problem)]
        events = self._opened(message)
        if self.phase is not SessionPhase.SETUP_SENT:
            for event in as_text(translate(message)) if self._writes_speech else translate(message):
                self._apply(event, events)
        if message.problems or self.calls.intake.exceeded:
            events += self._complaints.left_out(message.problems or (), self.calls.intake.take_exceeded())
        self.refusal = self.refusal if message.error is None else as_close(message.error)
        return self.told(events)

    def _opened(self, message: ServerMessage) -> Events:
        """Before ``setupComplete`` nothing else counts."""
        if self.phase is not SessionPhase.SETUP_SENT or message.setup_complete is None:
            return []
        self.session_id = message.setup_complete.session_id
        return [*self._enter(SessionPhase.ACTIVE), wire_events.Connected(self.session_id, self.resumption.continuation)]

    def _apply(self, event: wire_events.SessionEvent, events: Events) -> None:
        """Append ``event`` with the phases and the other events it brings along."""
        if self._barge_in.swallows(event):
            return
        match event:
            case wire_events.InputTranscription() | wire_events.OutputTranscription():
                events += self.turns.fragment(event)
            case wire_events.ToolCall(asked):
                self._ask(asked, events)
            case wire_events.AudioData() | wire_events.TextDelta() | wire_events.Media() | wire_events.Thought():
                self._speak(event, events)
            case wire_events.InterimInputTranscription():
                events.append(self.turns.guess(event))
            case wire_events.Interrupted():
                events += self._interrupt()
            case wire_events.ToolCallCancelled(ids):
                self.calls.cancel(ids)
                events += [event, *self._settle()]
            case wire_events.GenerationComplete() | wire_events.TurnComplete() | wire_events.InteractionStatus():
                events += self._end(event)
            case wire_events.VoiceActivityStart() | wire_events.VoiceActivityEnd():
                events += [*self._user_speaks(starts=isinstance(event, wire_events.VoiceActivityStart)), event]
            case _:
                if self.resumption.hear(event, self.turns.now, self.turns.number):
                    self.calls.covered()
                events.append(event)
        events += self._end_overlong() if self.turns.is_full else []

    def _speak(self, event: Utterance, events: Events) -> None:
        """The model says something; sound that is no whole sample yet is nothing said."""
        self.turns.model_acts(event)
        if isinstance(event, wire_events.AudioData):
            if not (data := self._samples.of(event.data)):
                return
            event = wire_events.AudioData(data)
        events += [] if isinstance(event, wire_events.Thought) else self._enter_once(SessionPhase.MODEL_SPEAKING)
        events.append(event)

    def _ask(self, asked: tuple[FunctionCall, ...], events: Events) -> None:
        """Tell of the calls that are new; of those that were asked before, and of pieces of a call, nothing is told."""
        calls = self.calls.opened(asked)
        if not calls:
            return
        event = wire_events.ToolCall(calls)
        self.turns.model_acts(event)
        events += [*self._enter_once(SessionPhase.TOOL_CALL_PENDING), event]

    def barge_in(self) -> Events:
        """This side cuts the model off, before the server does. What still comes of that generation is not handed on."""
        self._barge_in.begin()
        return self._interrupt()

    def _user_speaks(self, *, starts: bool) -> Events:
        self.turns.user_acts(begins=starts)
        came_from, goes_to = (SessionPhase.ACTIVE, SessionPhase.USER_SPEAKING)[:: 1 if starts else -1]
        return self._enter(goes_to) if self.phase is came_from else []

    def _interrupt(self) -> Events:
        """The generation was cut off, and with it the calls that it waited for; the others no longer hold the link."""
        if not self.turns.interrupted(waits_for_calls=self.calls.waits):
            return [wire_events.Interrupted(phantom=True)]
        speaking = self.phase is SessionPhase.MODEL_SPEAKING
        entered = self._enter(SessionPhase.INTERRUPTED) if speaking else []
        self._samples.end()
        self.calls.give_up()
        left = self._enter(SessionPhase.ACTIVE) if speaking else self._settle()
        return [*entered, wire_events.Interrupted(), *left]

    # -- the ends of turns --------------------------------------------------------------------------------------

    def _end(self, event: EndOfTurn) -> Events:
        """Something that ends a turn, in some model or other."""
        verdict = self.turns.judge(event)
        ended = [] if verdict.end is None else self._complete_turn(verdict.end)
        silent = self._falls_silent() if isinstance(event, wire_events.InteractionStatus) else []
        return [*verdict.before, *ended, *verdict.after, *silent]

    def end_quiet_turn(self) -> Events:
        """Nothing has come for a while, and this model says no more than that of the end of a turn."""
        return self.told(self._complete_turn(wire_events.TurnComplete()) if self.turns.is_open else [])

    def _end_overlong(self) -> Events:
        """The server goes on and on. It is told once; every such turn is counted."""
        told = map(wire_events.Error, self.turns.first_overlong())
        return [*told, *self._complete_turn(wire_events.TurnComplete(overlong=True))]

    def _complete_turn(self, event: wire_events.TurnComplete) -> Events:
        self._samples.end()
        self._barge_in.turn_over()
        if not event.cut:
            self.resumption.turn_over()
        return [*self.turns.close(event), *self._falls_silent()]

    def _falls_silent(self) -> Events:
        return self._enter(SessionPhase.ACTIVE) if self.phase is SessionPhase.MODEL_SPEAKING else []

    # -- our commands -------------------------------------------------------------------------------------------

    def check(self, command: Command) -> None:
        """Refuse what the server would close the session for, while the caller can still be told.

        Raises:
            LocalProtocolError: the command cannot be sent in this session.
        """
        refuse(command, self.abilities, marks_activity=self.manual_activity, seeding=self.resumption.is_seeding)

    @property
    def manual_activity(self) -> bool:
        """Whether this side says when the user speaks."""
        return marks_activity(self.setup)

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
            self.turns.has_sent_sound = True
            return [encode_audio_input(command.data)], []
        if isinstance(command, SendToolResponse):
            return self._answer(command)
        if isinstance(command, (ActivityStart, ActivityEnd)):
            if (starts := isinstance(command, ActivityStart)) is self.activity_open:
                return [], []
            self.activity_open = starts
        seeding = self.resumption.is_seeding
        frames = frames_of(command, self.abilities, seeding=seeding, patience=patience_of(self.setup))
        if not (seeding and isinstance(command, SendClientContent)):  # history asks for nothing
            self.turns.asks(command, is_answered=answers_remarks(self.abilities))
        self.setup = steered(self.setup, command, self.abilities) if isinstance(command, Steer) else self.setup
        return frames, []

    def _answer(self, command: SendToolResponse) -> tuple[list[str], Events]:
        """The frame with those answers that are still wanted, if any are; and what is told of the others."""
        frame, news = answer_frame(command.responses, self.calls, self.abilities), lost_calls(self.calls)
        if frame is None:
            return [], news
        self.turns.asks(command)
        return [frame], [*news, *self._settle()]

    def tools_started(self) -> Events:
        """The calls that are pending are being run now."""
        is_pending = self.phase is SessionPhase.TOOL_CALL_PENDING
        return self._enter(SessionPhase.TOOL_CALL_EXECUTING) if is_pending else []

    def _settle(self) -> Events:
        """When no call waits any longer, the tool round is over."""
        is_over = not self.calls.waits and self.phase in IN_TOOL_CALL
        return self._enter(SessionPhase.ACTIVE) if is_over else []

    def _enter_once(self, phase: SessionPhase) -> Events:
        """Enter a phase, unless the session is in it or has no connection."""
        return self._enter(phase) if self.phase is not phase and self.phase in CONNECTED else []

    def _enter(self, phase: SessionPhase) -> Events:
        if phase is SessionPhase.MODEL_SPEAKING:
            self.resumption.is_seeding = False
        self.phase = next_phase(self.phase, phase)
        return [wire_events.PhaseChanged(self.phase)]
