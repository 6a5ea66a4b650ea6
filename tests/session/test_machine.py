"""The session against a small model of it: random messages, commands and ends, in any order."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.session.link import new_protocol
from tests.session.strategies import IDS, NAMES, frames_of_a_server
from trio_live import wire_events
from trio_live.errors import InvalidTransition, LocalProtocolError
from trio_live.events._internal import ActivityEnd, ActivityStart, SendText, SendToolResponse
from trio_live.session import TRANSITIONS, SessionPhase
from trio_live.session._internal import CONNECTED
from trio_live.session._translate import is_audio
from trio_live.wire import FunctionResponse, ServerMessage, decode_server_message, encode_server_message

UP = {str(phase) for phase in CONNECTED}


@attrs.define
class Model:
    """What a session should remember, and what it should say, in the words of the specification."""

    at: str = "Disconnected"
    text: str = ""
    half: bool = False
    waiting: list[tuple[str | None, str]] = attrs.Factory(list)
    done: set[str] = attrs.Factory(set)
    """Ids that are not open any more, of which some were never asked."""
    says: list[str] = attrs.Factory(list)

    def to(self, phase: str) -> None:
        if self.at != phase:
            self.at = phase
            self.says.append(phase)

    def settle(self) -> None:
        if not self.waiting and self.at.startswith("ToolCall"):
            self.to("Active")

    def hears(self, message: ServerMessage) -> None:
        if self.at == "SetupSent":
            if message.setup_complete is None:
                return
            self.to("Active")
        if message.tool_call_cancellation and message.tool_call_cancellation.ids:
            self.says.append("ToolCallCancelled")
            gone = message.tool_call_cancellation.ids
            self.waiting = [call for call in self.waiting if call[0] not in gone]
            self.done |= {key for key in gone if key}
            self.settle()
        if message.tool_call and message.tool_call.function_calls:
            before = len(self.waiting)
            for call in message.tool_call.function_calls:
                if call.will_continue:
                    continue  # a piece of a call is none yet
                if not call.id or (call.id not in self.done and call.id not in {key for key, _ in self.waiting}):
                    self.waiting.append((call.id or None, call.name))
            if len(self.waiting) > before:
                if self.at in UP:
                    self.to("ToolCallPending")
                self.says.append("ToolCall")
        content = message.server_content
        if content and content.interrupted:
            if self.at == "ModelSpeaking":
                self.to("Interrupted")
            self.says.append("Interrupted!")
            self.half = False
            self.gives_up()
            if self.at == "Interrupted":
                self.to("Active")
            self.settle()
        for part in (content and content.model_turn and content.model_turn.parts) or ():
            blob = part.inline_data
            if not part.text and blob and blob.data and is_audio(blob.mime_type):
                bytes_now = self.half + len(blob.data)
                self.half = bytes_now % 2 == 1
                if bytes_now < 2:
                    continue
            if (part.text and not part.thought) or (not part.text and blob and blob.data):
                if self.at in UP:
                    self.to("ModelSpeaking")
                self.text += part.text or ""
        if content and content.turn_complete:
            self.says += [f"TextComplete {self.text}"] if self.text else []
            self.says.append("TurnComplete")
            self.text, self.half = "", False
            if self.at == "ModelSpeaking":
                self.to("Active")
        activity, signal = message.voice_activity, message.voice_activity_detection_signal
        edge = {"ACTIVITY_START": "start", "ACTIVITY_END": "end"}.get((activity and activity.kind) or "")
        if edge is None and signal:
            edge = {"VAD_SIGNAL_TYPE_SOS": "start", "VAD_SIGNAL_TYPE_EOS": "end"}.get(signal.vad_signal_type or "")
        if (edge, self.at) in {("start", "Active"), ("end", "UserSpeaking")}:
            self.to("UserSpeaking" if edge == "start" else "Active")

    def gives_up(self) -> None:
        """Nobody waits for any of the calls that are open."""
        self.done |= {key for key, _ in self.waiting if key}
        self.waiting = []

    def call_of(self, key: str | None, name: str) -> tuple[str | None, str] | None:
        """Which call an answer is for."""
        by_id = [call for call in self.waiting if key and call[0] == key]
        by_name = [call for call in self.waiting if call[1] == name and not (key and call[0])]
        return next(iter(by_id or by_name), None)

    def answers(self, call: tuple[str | None, str]) -> None:
        self.waiting.remove(call)
        self.done |= {call[0]} if call[0] else set()
        self.settle()


def told(events: list[wire_events.SessionEvent]) -> list[str]:
    """The events that the model predicts, in its words."""
    words = []
    for event in events:
        match event:
            case wire_events.PhaseChanged(phase):
                words.append(str(phase))
            case wire_events.TextComplete(text):
                words.append(f"TextComplete {text}")
            case wire_events.Interrupted():
                words.append("Interrupted!")
            case wire_events.Oddity(wire_events.OddityKind.EMPTY_TURN):
                words.append("TurnComplete")  # when a turn is one is a matter of its own, and has its own tests
            case wire_events.TurnComplete() | wire_events.ToolCall() | wire_events.ToolCallCancelled():
                words.append(type(event).__name__)
    return words


def says_no_status(message: ServerMessage) -> bool:
    return not (message.server_content and message.server_content.interaction_status)


class Session(RuleBasedStateMachine):
    """Every step is done to both, and must be told alike."""

    def __init__(self) -> None:
        super().__init__()
        self.protocol = new_protocol()
        self.model = Model()
        self.seen: list[wire_events.SessionEvent] = []
        self.before = SessionPhase.DISCONNECTED

    def same(self, events: list[wire_events.SessionEvent]) -> None:
        assert told(events) == self.model.says
        self.model.says = []
        at = self.before
        for event in events:
            if isinstance(event, wire_events.PhaseChanged):
                assert event.phase is SessionPhase.DISCONNECTED or event.phase in TRANSITIONS[at]
                at = event.phase
        assert at is self.protocol.phase
        self.before = at

    @rule()
    def begins(self) -> None:
        if self.model.at == "Disconnected":
            self.model.to("Connecting")
            self.model.to("SetupSent")
            # Another connection: what was asked before is nobody's, and that is told.
            self.model.says += ["ToolCallCancelled"] if self.model.waiting else []
            self.model.done, self.model.waiting = set(), []
            self.same(self.protocol.begin()[1])
        else:
            with pytest.raises(InvalidTransition):
                self.protocol.begin()

    @rule()
    def is_accepted(self) -> None:
        self.hears(ServerMessage(setup_complete=decode_server_message('{"setupComplete":{}}').setup_complete))

    @rule(message=frames_of_a_server.filter(says_no_status))  # what ends a turn has its own tests
    def hears(self, message: ServerMessage) -> None:
        frame = encode_server_message(message)
        self.model.hears(decode_server_message(frame))
        self.same(self.protocol.receive(frame))

    @rule(frame=st.binary(max_size=9) | st.text(max_size=9))
    def hears_noise(self, frame: bytes | str) -> None:
        self.same(self.protocol.receive(frame))

    @rule()
    def starts_its_tools(self) -> None:
        if self.model.at == "ToolCallPending":
            self.model.to("ToolCallExecuting")
        self.same(self.protocol.tools_started())

    @rule(key=st.none() | IDS, name=NAMES, more=st.booleans())
    def answers(self, key: str | None, name: str, *, more: bool) -> None:
        command = SendToolResponse((FunctionResponse(key, name, {}, will_continue=more or None),))
        call = self.model.call_of(key, name)
        if self.model.at not in UP or call is None:
            with pytest.raises(LocalProtocolError):
                self.protocol.send(command)
            return
        if not more:
            self.model.answers(call)
        self.same(self.protocol.send(command)[1])

    @rule(command=st.sampled_from([SendText("Hi"), ActivityStart(), ActivityEnd()]))
    def says(self, command: Any) -> None:
        if self.model.at in UP:
            self.same(self.protocol.send(command)[1])

    @rule()
    def says_goodbye(self) -> None:
        if self.model.at in UP:
            self.model.to("Disconnecting")
        self.same(self.protocol.begin_close())

    @rule()
    def loses_its_connection(self) -> None:
        self.model.to("Disconnected")
        self.model.text, self.model.half = "", False
        self.model.gives_up()
        self.same(self.protocol.end())

    @invariant()
    def stands_where_the_model_stands(self) -> None:
        assert str(self.protocol.phase) == self.model.at

    @invariant()
    def is_never_left_between_two_phases(self) -> None:
        assert self.protocol.phase not in {SessionPhase.CONNECTING, SessionPhase.INTERRUPTED}


TestSession = Session.TestCase
TestSession.settings = settings(deadline=None)
