"""Which turn answers which question. Servers number nothing, so it is decided from the order of things.

Whatever was sent and wants an answer (a question, typed text, a prompt of ours, the result of a function that came after
its turn) stands in a line until a turn has answered it:

1. *The line is answered from its front*, one turn each. What cuts the model off (text, prompts) stands before what waits
   until it is silent (results of functions).
2. *A turn is about nothing that was sent after the model had begun it.*
3. *An interruption is somebody's.* If something stands behind the front of the line, that has cut off the answer to the
   front. If the user was heard, or sound of the user was sent, since the question, the user has cut off its answer. Else
   the question itself has cut off something older, such as a turn that the server began by itself: it still waits. So it
   does after an interruption of a model that had said nothing.
4. *One turn may answer several at once*, where a server takes them together. Whatever stood in line when the model began,
   behind the front, was answered by that turn too, if no other turn follows soon.
5. *The results of a function belong to the question that it was called for*: a turn that is brought about by them is part
   of the answer. While such a function runs, the answer is not over.
6. *Remarks that want no answer*, and may get one from a model that takes them for the user's words, give way: an
   uninterrupted turn is that of the question behind them.

A turn whose connection was lost is the answer, as far as it came, to the front of the line. Everything else in it is
forgotten with the connection; what is sent again stands in line again.

Nothing here waits. What is only likely (`Certainty.LIKELY`) becomes certain when nothing happens for a while, which
whoever asks measures.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.events._internal import Command, SendText, SendToolResponse
from trio_live.wire import FunctionCall, FunctionResponse

PATIENCE: Final[Seconds] = 3.0
"""So long something that may still come is waited for: models begin to speak within about a second and a half."""

MOST_IN_LINE: Final = 64
"""Of a server that answers nothing, the oldest are forgotten."""


class Certainty(enum.Enum):
    """Whether an answer is complete."""

    OPEN = "it is not"
    LIKELY = "it is, unless something more comes soon"
    OVER = "it is"


@value
class Standing:
    """What is known of the answer to one question."""

    certainty: Certainty = Certainty.OPEN
    turns: tuple[int, ...] = ()
    """The numbers of its turns so far."""
    interrupted: bool = False
    cut: bool = False
    """Its connection was lost in the middle of it."""


@value
class Ended:
    """One turn that is over."""

    number: int
    acted: bool
    """The model said or did something."""
    is_sure: bool
    """It is more than an end without anything before it: the server has generated something, or gives a reason."""
    cut: bool = False


@attrs.define(eq=False)
class _Waiting:
    """What stands in line."""

    question: int
    """0: nobody waits for the answer."""
    is_certain: bool = True
    """The model will answer it. If not: it may."""
    gives_way: bool = False
    """It is answered when nothing else is said."""
    is_result: bool = False


class _Calls:
    """Function calls, found by what an answer says: a turn may have hundreds of them."""

    __slots__ = ("_ids", "_names", "all")

    def __init__(self) -> None:
        self.all: list[FunctionCall] = []
        self._ids: set[str | None] = set()
        self._names: set[str] = set()

    def __contains__(self, response: FunctionResponse) -> bool:
        """Whether it answers one of them."""
        return response.id in self._ids if response.id else response.name in self._names

    def add(self, calls: Sequence[FunctionCall]) -> None:
        self.all += calls
        for call in calls:
            self._ids.add(call.id)
            self._names.add(call.name)


@attrs.define(eq=False)
class _Question:
    """A question that somebody waits for."""

    turns: list[int] = attrs.field(factory=list)
    calls: _Calls = attrs.field(factory=_Calls)
    """What was called in those turns."""
    instead: int | None = None
    """The turn that has answered it, if no other one follows."""
    interrupted: bool = False
    cut: bool = False
    is_short: bool = False
    """Its connection was lost while functions ran for it, and what came of them has not been said since."""


class Questions:
    """The questions of one session.

    Args:
        is_open: whether the last answer to a function call is still to be written.
    """

    def __init__(self, is_open: Callable[[FunctionCall], bool]) -> None:
        self._is_open = is_open
        self._line: list[_Waiting] = []
        self._questions: dict[int, _Question] = {}
        self._asked = 0
        self._was_heard = False
        """The user was heard since the newest question."""
        self.changed: Callable[[], None] = lambda: None
        """Called when what is known of an answer may be more than before."""
        self._begin_turn()

    def _begin_turn(self) -> None:
        self._candidates: int | None = None
        """So many at the front of the line the running turn may be about; ``None``: the model has not begun it."""
        self._behind: int | None = None
        """So many stood in line when the running turn was interrupted."""
        self._calls = _Calls()
        self._is_silent_since_call = False
        self._owes_words = False
        """Functions of this turn were answered, and the model has said nothing since."""

    # -- asking -------------------------------------------------------------------------------------------------

    def open(self) -> int:
        """Somebody is about to ask, and waits; returns the number of the question."""
        self._asked += 1
        self._questions[self._asked] = _Question()
        return self._asked

    def close(self, question: int) -> None:
        """Nobody waits for it any more. It stays in line: an answer may still come."""
        self._questions.pop(question, None)

    def nothing_followed(self, question: int) -> None:
        """What was likely is taken for certain: what still stands in line for this question will not be answered."""
        self._line = [each for each in self._line if each.question != question]

    def is_unanswered(self, question: int) -> bool:
        """Whether somebody waits, and nothing of an answer has come; it may be asked again in another connection."""
        known = self._questions.get(question)
        return known is not None and not known.turns and known.instead is None

    def standing(self, question: int, *, with_results: bool) -> Standing:
        """What is known of the answer now.

        Args:
            question: its number; of one that is open.
            with_results: functions that run on belong to it.
        """
        known = self._questions[question]
        turns = tuple(known.turns)
        if known.interrupted or known.cut:
            return Standing(Certainty.OVER, turns, known.interrupted, known.cut)
        if not turns:
            return Standing() if known.instead is None else Standing(self._unless_speaking, (known.instead,))
        if with_results and any(map(self._is_open, known.calls.all)):
            return Standing(Certainty.OPEN, turns)
        waits = any(each.question == question and (with_results or not each.is_result) for each in self._line)
        is_short = with_results and known.is_short
        return Standing(self._unless_speaking if waits else Certainty.OVER, turns, cut=is_short)

    @property
    def _unless_speaking(self) -> Certainty:
        """What may still come cannot come while the model says something."""
        return Certainty.LIKELY if self._candidates is None else Certainty.OPEN

    # -- what is sent -------------------------------------------------------------------------------------------

    def sent(self, command: Command, *, is_certain: bool = True, behind_speech: bool = False) -> None:
        """Something was sent that the model answers, or may answer.

        Args:
            command: what.
            is_certain: it wants an answer; if not, it may get one.
            behind_speech: the user was heard before it, and has not been answered.
        """
        if isinstance(command, SendToolResponse):
            for response in command.responses:
                self._answered(response)
        else:
            if question := command.question if isinstance(command, SendText) else 0:
                self._was_heard = False
                if behind_speech:
                    self._put(_Waiting(0, is_certain=False))
            self._put(_Waiting(question, is_certain))
        self.changed()

    def _put(self, new: _Waiting) -> None:
        """Into the line: what cuts the model off comes before what waits until it is silent."""
        taken = 1 if self._candidates is None else self._candidates  # a server that is silent begins with the first
        at = len(self._line)
        if not new.gives_way:
            at = next((n for n, each in enumerate(self._line) if n >= taken and each.gives_way), at)
        self._line.insert(at, new)
        if len(self._line) > MOST_IN_LINE:
            self._drop_first()

    def _drop_first(self) -> None:
        self._line.pop(0)
        self._candidates = self._candidates and self._candidates - 1

    def _answered(self, response: FunctionResponse) -> None:
        if response.will_continue or response.scheduling == "SILENT":
            return
        if self._is_silent_since_call and response in self._calls:
            self._owes_words = True
            return
        owner = next((n for n, each in self._questions.items() if response in each.calls), 0)
        if not owner and response in self._calls:
            owner = self._line[0].question if self._line and self._candidates else 0
        self._put(_Waiting(owner, gives_way=response.scheduling != "INTERRUPT", is_result=True))

    def lost(self) -> None:
        """The connection is gone, and what was on its way with it."""
        waiting = {each.question for each in self._line}
        for question, known in self._questions.items():
            if known.turns and (question in waiting or any(map(self._is_open, known.calls.all))):
                known.is_short = True
        self._line.clear()
        self._begin_turn()
        self.changed()

    # -- what the server says -----------------------------------------------------------------------------------

    def heard(self) -> None:
        """The user was heard, or their sound was sent."""
        self._was_heard = True

    def acts(self, calls: tuple[FunctionCall, ...] = ()) -> None:
        """The model says or does something in the running turn."""
        self._is_silent_since_call, self._owes_words = bool(calls), False
        if calls:
            self._calls.add(calls)
        if self._candidates is None:
            self._candidates = len(self._line)
            for each in self._line:
                if (known := self._questions.get(each.question)) is not None:
                    known.instead = None
            self.changed()

    def interrupted(self) -> None:
        """The running turn was cut off, or one that was believed to be running."""
        self._behind = len(self._line)

    def over(self, turn: Ended) -> None:
        """A turn has ended."""
        candidates = self._line[: len(self._line) if self._candidates is None else self._candidates]
        answered = self._front(candidates, turn)
        if answered is not None:
            self._settle(answered, turn)
            for each in candidates if turn.acted and not turn.cut else ():
                self._note_instead(each, turn)
        elif candidates and not turn.acted and self._behind is None:
            self._note_instead(candidates[0], turn)
        owes = self._owes_words and self._behind is None and not turn.cut
        self._begin_turn()
        if owes:
            self._line.insert(0, _Waiting(answered.question if answered is not None else 0, is_certain=False))
        self.changed()

    def _front(self, candidates: list[_Waiting], turn: Ended) -> _Waiting | None:
        """What a turn was the answer to, if anything."""
        if not candidates:
            return None
        if self._behind is not None and not turn.cut:
            is_cut_off = self._behind > 1 or (self._was_heard and turn.acted)
            return candidates[0] if is_cut_off else None
        if not (turn.acted or turn.is_sure):
            return None
        while not candidates[0].is_certain and any(each.is_certain for each in candidates):
            self._line.remove(candidates.pop(0))
        return candidates[0]

    def _settle(self, answered: _Waiting, turn: Ended) -> None:
        self._line.remove(answered)
        known = self._questions.get(answered.question)
        if known is not None:
            known.turns.append(turn.number)
            known.calls.add(self._calls.all)
            known.instead, known.is_short = None, False
            known.cut = turn.cut
            known.interrupted = self._behind is not None and not turn.cut

    def _note_instead(self, each: _Waiting, turn: Ended) -> None:
        known = self._questions.get(each.question)
        if known is not None and not known.turns and each in self._line:
            known.instead = turn.number
