"""Which turn runs, what has happened in it, when it is over, and whose a late fragment is.

The server's word for the end of a turn differs from model to model and is not always to be believed, so the rules
stand here, once, for the whole session:

- *What ends a turn is the model's affair* (`TurnEnd`): ``turnComplete``; ``generationComplete`` for a model that says
  nothing else; a silence for one that says nothing at all. Where an ``interactionStatus`` is present it decides:
  ``turnComplete`` with ``IN_PROGRESS`` is a pause in a turn, ``IDLE`` ends one even alone.
- *A turn is counted once.* Whatever else says that it is over comes too late: nothing has happened in the new turn yet.
- *An empty ``turnComplete``*, about nothing that was said, asked or heard, ends nothing. One that gives a reason is not
  empty: the server refused something.
- *A phantom interruption*, of a model that has said nothing in the turn, cuts nothing off. It is told, because sound of
  an earlier turn may still be playing; calls and transcripts are left alone, and the ``turnComplete`` that some servers
  send after it ends nothing.
- *No turn grows without end.* Past `TURN_CHARACTERS` or `TURN_PIECES` it is ended here, like any other.
- *A fragment after the end of its turn* still belongs to it when the model spoke in that turn and was not
  interrupted, when nothing new has happened since (nobody spoke, nothing was sent, no new transcript was begun), and
  when it comes within `LATE_SECONDS`; within `MISSING_SECONDS` if the turn lacks the very words it answers.

Nothing here waits or reads a clock: ``now`` is told from outside, with each batch of frames.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import attrs

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.events._internal import (
    ActivityEnd,
    ActivityStart,
    Command,
    SendClientContent,
    SendText,
    SendToolResponse,
    Steer,
)
from trio_live.session._turns._outcome import Outcome, outcome_of
from trio_live.session._turns._questions import Ended, Questions
from trio_live.session._turns._turn import TURN_CHARACTERS, TURN_PIECES, Turn
from trio_live.wire import FunctionCall, TurnEnd
from trio_live.wire_events import OddityKind, TurnTally

LATE_SECONDS: Final[Seconds] = 0.5
"""So long after its end a turn takes fragments. People begin to answer later than that, and are transcribed later yet."""

MISSING_SECONDS: Final[Seconds] = 2.0
"""The same for the words of a user who was answered, was not heard to say anything, and had not typed anything."""

QUIET_SECONDS: Final[Seconds] = 2.0
"""A model whose turns only silence ends: this much of it."""

OVERLONG: Final = (
    f"a turn of the server has passed {TURN_CHARACTERS} characters or {TURN_PIECES} pieces without an end; it is ended"
    " here, and so is every other one that grows as long"
)

IN_PROGRESS: Final = "IN_PROGRESS"
_IDLE: Final = frozenset({"IDLE", "REQUIRES_ACTION"})
"""Statuses of a model that is done; the second is an old name. One that nobody knows yet ends nothing by itself."""

Utterance: TypeAlias = wire_events.AudioData | wire_events.TextDelta | wire_events.Media | wire_events.Thought
"""What the model utters, aloud or not."""

EndOfTurn: TypeAlias = wire_events.GenerationComplete | wire_events.TurnComplete | wire_events.InteractionStatus
"""What ends a turn, in some model or other."""


@value
class Verdict:
    """What such an event comes to, in the order in which it is told."""

    before: tuple[wire_events.SessionEvent, ...] = ()
    end: wire_events.TurnComplete | None = None
    """The end of the running turn."""
    after: tuple[wire_events.SessionEvent, ...] = ()


class Turns:
    """The turns of one session, across its connections.

    Args:
        ends_on: what ends a turn of the model.
        is_open: whether the last answer to a function call is still to be written.
    """

    def __init__(
        self,
        ends_on: frozenset[TurnEnd] = frozenset(),
        is_open: Callable[[FunctionCall], bool] = lambda _: False,
    ) -> None:
        self.ends_on = ends_on
        self.questions = Questions(is_open)
        """Which turn answers which question."""
        self.now: Seconds = 0.0
        """The instant of the frames that are being read."""
        self.sounds_on = False
        """Whether more sound of the running turn tells nothing new about it. Asked for every frame."""
        self.has_sent_sound = False
        """Whether any sound of the user was sent since the newest question. Set for every frame."""
        self._sounded = False
        self._was_asked = self._was_heard = False
        self._acted_at: Seconds = 0.0
        self._overlong_words = [OVERLONG]
        self._turn = Turn(0)
        self._closed: Turn | None = None
        """The turn before, while late fragments may belong to it."""

    @property
    def number(self) -> int:
        """Of the running turn: how many were completed before it."""
        return self._turn.number

    @property
    def is_open(self) -> bool:
        """Whether anything has happened in the running turn."""
        return self._turn.has_begun or self._turn.generated

    @property
    def is_answering(self) -> bool:
        """Whether the model has said or done anything in the running turn."""
        return self._turn.model_acted or self._turn.generated

    @property
    def is_full(self) -> bool:
        """Whether the running turn must be ended, whatever the server thinks of it."""
        return self._turn.is_full

    @property
    def quiet_at(self) -> Seconds | None:
        """When the running turn ends if nothing more comes; ``None`` when silence ends nothing."""
        is_waiting = TurnEnd.QUIET in self.ends_on and self.is_open
        return self._acted_at + QUIET_SECONDS if is_waiting else None

    def tally(self) -> TurnTally:
        """What the running turn holds so far."""
        turn = self._turn
        return TurnTally(
            turn.number, heard=turn.heard.count, said=turn.said.count, sounded=turn.sounded, wrote=turn.wrote
        )

    def outcome(self, *, ready: bool) -> Outcome:
        """What has come of the session so far; ``ready``: the server accepted a setup."""
        sounded, asked, heard = self._sounded or self.has_sent_sound, self._was_asked, self._was_heard
        return outcome_of(ready=ready, turns=self.number, sounded=sounded, asked=asked, heard=heard)

    # -- what happens in a turn ---------------------------------------------------------------------------------

    def asks(self, command: Command, *, is_answered: bool = False) -> None:
        """A command was sent. Text, prompts, answers and activity marks open a turn; sound alone does not.

        Args:
            command: what.
            is_answered: the model may answer what it is only told.
        """
        match command:
            case SendToolResponse() | SendText() | ActivityStart() | ActivityEnd():
                opens = True
            case SendClientContent(turn_complete=opens) | Steer(prompt=opens):
                if is_answered and not opens:
                    self.questions.sent(command, is_certain=False)
            case _:
                opens = False
        if opens:
            self._note_question(command)
            self._turn.asked = self._was_asked = True
            self._closed = None

    def _note_question(self, command: Command) -> None:
        if isinstance(command, ActivityStart):
            self.questions.heard()
            return
        if isinstance(command, SendText) and command.question:
            self._sounded, self.has_sent_sound = self._sounded or self.has_sent_sound, False
        is_certain = not isinstance(command, ActivityEnd)  # somebody may have coughed
        speech_waits = self._turn.heard_user and not self._turn.model_acted
        self.questions.sent(command, is_certain=is_certain, behind_speech=speech_waits)

    def user_acts(self, *, begins: bool) -> None:
        """The server heard the user; ``begins``: to say something new."""
        self._turn.user_acted = self._turn.heard_user = self._was_heard = True
        self.questions.heard()
        self._acted_at = self.now
        if begins:
            self._closed = None

    def model_acts(self, event: Utterance | wire_events.ToolCall) -> None:
        """The model said, wrote, thought or wants something."""
        turn, self._closed = self._turn, None
        turn.model_acted, self._acted_at = True, self.now
        self.questions.acts(event.calls if isinstance(event, wire_events.ToolCall) else ())
        match event:
            case wire_events.AudioData():
                turn.sounded = True
                self.sounds_on = TurnEnd.QUIET not in self.ends_on
            case wire_events.Media(mime_type):
                turn.sounded = turn.sounded or mime_type.lower().startswith("video/")  # the voice is in it
            case wire_events.TextDelta(text):
                turn.wrote = True
                turn.text.append(text)
                turn.grows(text)
            case wire_events.ToolCall(calls):
                turn.pieces += len(calls)

    def interrupted(self, *, waits_for_calls: bool) -> bool:
        """The server says that the model was cut off; returns whether there was anything to cut."""
        turn, self._closed = self._turn, None
        if self.has_sent_sound:
            self.questions.heard()
        self.questions.interrupted()
        if turn.model_acted or waits_for_calls:
            turn.interrupted = True
            return True
        turn.phantom = True
        return False

    def fragment(
        self, event: wire_events.InputTranscription | wire_events.OutputTranscription
    ) -> list[wire_events.SessionEvent]:
        """A piece of a transcript, as it is to be told: in its turn, under its number, and only what is news."""
        is_input = isinstance(event, wire_events.InputTranscription)
        turn, is_late = self._turn_of(event, is_input=is_input)
        side = turn.heard if is_input else turn.said
        if not event.text:
            side.mark(finished=event.finished)
            return []
        sequence = side.count
        news = side.take(event.text, finished=event.finished)
        if not news:
            return [wire_events.Oddity(OddityKind.REPEATED_FRAGMENT, event.text)]
        turn.grows(news)
        self._acted_at = self.now
        self._was_heard = self._was_heard or is_input
        if not is_late:
            self._closed = None
            turn.user_acted = turn.user_acted or is_input
            turn.heard_user = turn.heard_user or is_input
            turn.model_acted = turn.model_acted or not is_input
            if not is_input:
                self.questions.acts()
        return [type(event)(news, event.finished, is_late, turn.number, sequence)]

    def guess(self, event: wire_events.InterimInputTranscription) -> wire_events.InterimInputTranscription:
        """What the user may be saying. Nobody guesses at what is over: something new has begun."""
        self.user_acts(begins=True)
        return attrs.evolve(event, turn=self._turn.number)

    def _turn_of(
        self, event: wire_events.InputTranscription | wire_events.OutputTranscription, *, is_input: bool
    ) -> tuple[Turn, bool]:
        closed = self._closed
        if closed is None:
            return self._turn, False
        side = closed.heard if is_input else closed.said
        begins_anew = side.finished if event.text else side.begun and not event.finished
        patience = MISSING_SECONDS if is_input and closed.lacks_its_question else LATE_SECONDS
        if begins_anew or closed.is_full or self.now - closed.ended_at > patience:
            self._closed = None if begins_anew else closed
            return self._turn, False
        return closed, True

    # -- the end of a turn --------------------------------------------------------------------------------------

    def judge(self, event: EndOfTurn) -> Verdict:
        """Whether the running turn is over."""
        match event:
            case wire_events.GenerationComplete() if TurnEnd.GENERATION_COMPLETE in self.ends_on:
                return Verdict((event,), wire_events.TurnComplete() if self.is_open else None)
            case wire_events.GenerationComplete():
                self._turn.generated = True
                return Verdict((event,))
            case wire_events.TurnComplete():
                is_empty = self._is_empty(event)
                return Verdict((wire_events.Oddity(OddityKind.EMPTY_TURN),)) if is_empty else Verdict(end=event)
            case wire_events.InteractionStatus(status):
                ends = status in _IDLE and (self._turn.model_acted or self._turn.generated)
                return Verdict(end=wire_events.TurnComplete() if ends else None, after=(event,))

    def _is_empty(self, said: wire_events.TurnComplete) -> bool:
        """Whether a ``turnComplete`` is about nothing. It uses up a phantom interruption."""
        turn = self._turn
        phantom, turn.phantom = turn.phantom, False
        if said.reason or said.waiting_for_input or turn.generated or turn.asked or turn.model_acted:
            return False
        return phantom or not turn.user_acted

    def close(self, end: wire_events.TurnComplete) -> list[wire_events.SessionEvent]:
        """The running turn is over; returns its written text, if it has any, and its end with what was in it."""
        turn, tally = self._turn, self.tally()
        is_sure = bool(turn.generated or end.reason or end.waiting_for_input)
        self.questions.over(Ended(turn.number, acted=turn.model_acted, is_sure=is_sure, cut=end.cut))
        turn.ended_at = self.now
        self._closed = turn if turn.sounded and not turn.interrupted else None
        # Whoever interrupted has begun the next one.
        self._turn = Turn(turn.number + 1, user_acted=turn.interrupted, heard_user=turn.interrupted and turn.heard_user)
        self.sounds_on = False
        text, turn.text = "".join(turn.text), []
        return [*([wire_events.TextComplete(text)] if text else []), attrs.evolve(end, tally=tally)]

    def first_overlong(self) -> list[str]:
        """What to say of a turn without an end; nothing the second time."""
        words, self._overlong_words = self._overlong_words, []
        return words

    def pause(self) -> None:
        """The connection is gone, and another one is to follow: what the user has said so far stays in its turn."""
        self._turn, self._closed = Turn(self._turn.number, heard=self._turn.heard), None
        self.sounds_on = False
        self.questions.lost()

    def forget(self) -> None:
        """The connection is gone for good: what the running turn was about will not be finished."""
        self._turn, self._closed = Turn(self._turn.number), None
        self.sounds_on = False
        self.questions.lost()
