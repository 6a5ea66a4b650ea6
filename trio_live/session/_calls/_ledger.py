"""What became of every function call of one session. Pure, and the one place that knows.

::

    opened ──▶ open ──accept──▶ accepted ──written──▶ answered
                 │                  │
                 └── cancel, give_up┴──▶ cancelled ──take_cancelled──▶ told

Strategy: every call ends either answered, by exactly one last answer on the wire, or cancelled, and then nothing about it is
written any more. A callback, a hand-written answer and the server's cancellation meet in several tasks, and none of them
could keep that. So all of them ask here, and every step is one call without a checkpoint:

- the pump opens and cancels, in wire order;
- whoever answers has the answer accepted first, which makes any other answer to the same call a mistake;
- the writer asks again just before the frame is made: what was cancelled in between is dropped.

An id is one call, however often the server sends it: a repeated frame runs nothing twice. The newest ids that are done
with are remembered for that (`CallFates`), and their answers: whoever asks again in another connection gets the same one
(`Repeats`). Calls without an id (Vertex may leave them off) are told apart by being different objects.

A connection may end while a call is open. Its function runs on, and its answer is sent in the next connection if the
server of that one knows the call: because the handle it resumed holds it, or because it asks again under the same id.
Otherwise the answer is dropped, the call counts as cancelled, and both are told.

Only so many calls are open, with so many bytes of arguments (`Intake`); `take_exceeded` tells of those beyond.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Final

from trio_live.errors import CallNotOpen
from trio_live.session._calls._answering import Answered, Verdict, judge_answers
from trio_live.session._calls._fates import CallFates, Fate
from trio_live.session._calls._intake import Intake
from trio_live.session._calls._open_call import OpenCall
from trio_live.session._calls._repeats import Repeats
from trio_live.wire import LIMITS, FunctionCall, FunctionResponse

MOST_UNTOLD: Final = 2 * LIMITS["open"].most
"""Cancelled calls that may wait until somebody tells of them."""


class CallLedger:
    """The function calls of one session.

    Args:
        gives_way: whether an interruption gives up calls of the named function, by the behaviour that was sent for it.
    """

    def __init__(self, gives_way: Callable[[str], bool]) -> None:
        self.gives_way = gives_way
        self._open: dict[str | int, OpenCall] = {}
        """By id; calls without one by what tells them apart."""
        self._fates = CallFates()
        self.intake = Intake(lambda key: self._fate(key) is Fate.UNKNOWN)
        self._accepted: dict[int, tuple[FunctionResponse, OpenCall]] = {}
        """Answers by what tells them apart."""
        self._untold: deque[str] = deque()
        self._detached: dict[int, FunctionCall] = {}
        """Calls of a talk that the server has forgotten; their functions run to their end."""
        self._lost: list[tuple[FunctionCall, bool]] = []
        self.repeats = Repeats()
        """Answers that are to be given again."""
        self._answered = deque[tuple[FunctionResponse, OpenCall]](maxlen=LIMITS["open"].most)
        """Answers that the newest handle does not hold."""

    @property
    def waits(self) -> bool:
        """Whether the link's tool round goes on: somebody still owes it an answer."""
        return bool(self._open) and any(entry.in_round for entry in self._open.values())

    def is_open(self, call: FunctionCall) -> bool:
        """Whether an answer to ``call`` is wanted, and nobody has given the last one."""
        return (entry := self._entry(call)) is not None and not entry.accepted

    def is_wanted(self, call: FunctionCall) -> bool:
        """Whether ``call`` was neither cancelled by the server or the user nor answered on the wire."""
        return self._entry(call) is not None or id(call) in self._detached

    def knows(self, call: FunctionCall) -> bool:
        """Whether the server of this connection knows ``call``, and has not been told the last of it."""
        return (entry := self._entry(call)) is not None and entry.is_known

    # -- the server's side --------------------------------------------------------------------------------------

    def opened(self, calls: Iterable[FunctionCall]) -> tuple[FunctionCall, ...]:
        """The model asks. Returns the calls that are new and complete: those that are to be run."""
        fresh = []
        for piece in calls:
            if (known := self._open.get(_key(piece))) is not None and not known.is_known:
                known.ask_again()
                continue
            call = self.intake.completed(piece)
            if call is None or self._fate(call.id) is not Fate.UNKNOWN:
                self._answer_again(call)
                continue
            entry = OpenCall(call, self.gives_way(call.name))
            if self.intake.has_room(entry.size):
                self._open[_key(call)] = entry
                self.intake.opened(entry.size)
                fresh.append(call)
        return tuple(fresh)

    def cancel(self, ids: Iterable[str]) -> None:
        """The server wants no answer to ``ids``. It may name calls that were answered, and some before it asks."""
        for key in ids:
            if key and (entry := self._open.get(key)) is not None:
                self._cancel(entry)
            elif key and self._fate(key) is Fate.UNKNOWN:
                self._fates.cancelled_early(key)
                self._tell(key)
            self.intake.streamed.drop(key)

    def give_up(self) -> None:
        """The user interrupted: calls that the server waits for are cancelled, the others run on beside the talk."""
        for entry in [*self._open.values()]:
            if entry.gives_way:
                self._cancel(entry)
            entry.in_round = False
        self.cancel([key for key, name in self.intake.streamed.names().items() if self.gives_way(name)])

    def lost(self) -> None:
        """The connection is gone, and with it everybody who waited. Nobody is told: that it is gone says it all."""
        for entry in [*self._open.values()]:
            self._close(entry, Fate.CANCELLED)
        self.intake.streamed.clear()
        self._accepted.clear()
        self._untold.clear()

    def covered(self) -> None:
        """The server gave a handle: it holds every call that is open."""
        self._answered.clear()
        for entry in self._open.values():
            entry.is_held = True

    def begin(self, *, resumes: bool, is_newest: bool) -> None:
        """Another connection begins.

        Args:
            resumes: it goes on from a handle. If not, it may use any id for anything, and every open call is cancelled;
                functions that are running run to their end.
            is_newest: that handle is the newest.
        """
        for answer, entry in self._answered if resumes and is_newest else ():
            if entry.is_held:  # the handle is from before its answer
                self._open[_key(entry.call)] = entry
                self._accepted[id(answer)] = (answer, entry)
                self.intake.opened(entry.size)
        self._answered.clear()
        self.repeats.begin(resumes=resumes)
        for entry in [*self._open.values()]:
            if resumes:
                entry.resume(is_newest=is_newest)
            else:
                self._detached[id(entry.call)] = entry.call
                self._lose(entry, answered=False)
        self.intake.streamed.clear()
        if not resumes:
            self._accepted.clear()
            self._fates.clear()

    def take_lost(self) -> list[tuple[FunctionCall, bool]]:
        """The calls that were lost with a connection since this was last asked, and whether an answer was dropped."""
        lost, self._lost = self._lost, []
        return lost

    def take_cancelled(self) -> tuple[str, ...]:
        """Calls that were cancelled since this was last asked, by id or, without one, by name; each is told once."""
        news, self._untold = tuple(self._untold), deque()
        return news

    # -- our side -----------------------------------------------------------------------------------------------

    def judge(self, answers: Iterable[FunctionResponse], batch: Sequence[FunctionCall] = ()) -> Verdict:
        """Which calls these answers answer; nothing is decided by asking.

        Args:
            answers: as somebody gave them.
            batch: the calls that they are meant for in the first place; others may be answered as well.
        """
        open_ = [entry.call for entry in self._open.values() if not entry.accepted]
        return judge_answers(open_, answers, batch, self._fate_of)

    def accept(self, answered: Iterable[Answered]) -> list[Answered]:
        """Take answers that are about to be queued: from now on nobody else can answer their calls.

        Returns those whose call is still open.
        """
        taken = []
        for each in answered:
            if (entry := self._entry(each.call)) is not None and not entry.accepted:
                self._accepted[id(each.answer)] = (each.answer, entry)
                entry.accepted = not each.answer.will_continue
                taken.append(each)
        return taken

    @contextmanager
    def accepting(self, answers: Iterable[FunctionResponse]) -> Generator[tuple[FunctionResponse, ...], None, None]:
        """As `accept`, all or none; taken back when the block fails to queue them.

        Raises:
            CallNotOpen: a call is not open. No answer was accepted.
        """
        verdict = self.judge(answers)
        if verdict.refused:
            raise CallNotOpen([str(refused) for refused in verdict.refused])
        accepted = tuple(answer for _, answer in self.accept(verdict.answered))
        try:
            yield accepted
        except BaseException:
            self.take_back(accepted)
            raise

    def take_back(self, answers: Iterable[FunctionResponse]) -> None:
        """Answers that were accepted will not be sent; their calls are open again."""
        for answer in answers:
            if (entry := self._taken(answer)) is not None:
                entry.accepted = False

    def due(self, answers: Iterable[FunctionResponse]) -> tuple[FunctionResponse, ...]:
        """Which of these answers may still be written; those that nobody had accepted are accepted now.

        Raises:
            CallNotOpen: one of those cannot be.
        """
        known, fresh = list[FunctionResponse](), list[FunctionResponse]()
        for answer in answers:
            accepted = self._accepted.get(id(answer))
            if accepted is None:
                fresh.append(answer)
            elif self._is_there(accepted[1]):
                known.append(answer)
            else:
                self._taken(answer)  # its call was cancelled while it waited
        if fresh:
            with self.accepting(fresh) as taken:
                known += taken
        return tuple(answer for answer in known if self._reaches(answer))

    def _reaches(self, answer: FunctionResponse) -> bool:
        """Whether the server knows the call of an answer that was accepted; the call is cancelled if it does not."""
        entry = self._accepted[id(answer)][1]
        if not entry.is_known:
            self._taken(answer)
            if not answer.will_continue:  # a piece is no loss: the last one tells
                self._lose(entry, answered=True)
        return entry.is_known

    def is_accepted(self, answer: FunctionResponse) -> bool:
        """Whether this very answer is about to be written, or was written and is to be written again."""
        return id(answer) in self._accepted

    def written(self, answer: FunctionResponse, *, more_follows: bool) -> None:
        """An answer that was due is on its way; without ``more_follows`` it was its call's last.

        With it, a call for which the server does not wait goes on beside the talk.
        """
        entry = self._taken(answer)
        if entry is None:
            return
        if not more_follows:
            self._close(entry, Fate.ANSWERED)
            self._answered.append((answer, entry))
            self.repeats.given(entry.call.id, answer)
        elif not entry.gives_way:
            entry.in_round = False

    # -- inside -------------------------------------------------------------------------------------------------

    def _entry(self, call: FunctionCall) -> OpenCall | None:
        return self._open.get(_key(call))

    def _is_there(self, entry: OpenCall) -> bool:
        return self._open.get(_key(entry.call)) is entry

    def _answer_again(self, call: FunctionCall | None) -> None:
        """The server may have forgotten an answer that an earlier connection gave."""
        if call is not None and (answer := self.repeats.asked(call.id)) is not None:
            entry = self._open[_key(call)] = OpenCall(call, self.gives_way(call.name), accepted=True)
            self.intake.opened(entry.size)
            self._accepted[id(answer)] = (answer, entry)

    def _fate(self, key: str | None) -> Fate | None:
        """What became of an id; ``None`` while it is open."""
        if not key:
            return Fate.UNKNOWN
        return None if key in self._open else self._fates.of(key)

    def _fate_of(self, answer: FunctionResponse, batch: Sequence[FunctionCall]) -> Fate:
        """Why an answer that fits no open call is not to be sent."""
        for call in batch:  # without an id, only the call itself tells that it was cancelled
            if not call.id and call.name == answer.name and self._entry(call) is None:
                return Fate.CANCELLED
        # `None` is a call whose last answer waits to be written.
        return self._fate(answer.id) or Fate.ANSWERED

    def _taken(self, answer: FunctionResponse) -> OpenCall | None:
        accepted = self._accepted.pop(id(answer), None)
        return None if accepted is None else accepted[1]

    def _cancel(self, entry: OpenCall) -> None:
        self._close(entry, Fate.CANCELLED)
        self._tell(entry.call.id or entry.call.name)

    def _lose(self, entry: OpenCall, *, answered: bool) -> None:
        self._lost.append((entry.call, answered))
        self._cancel(entry)

    def _tell(self, name: str) -> None:
        """Keep for `take_cancelled`. Whoever falls that far behind is not told of the oldest."""
        self._untold.append(name)
        if len(self._untold) > MOST_UNTOLD:
            self._untold.popleft()
            self.intake.exceeded.append("open")

    def _close(self, entry: OpenCall, fate: Fate) -> None:
        if self._is_there(entry):
            del self._open[_key(entry.call)]
            self.intake.opened(-entry.size, count=-1)
            if entry.call.id:
                self._fates.done(entry.call.id, fate)


def _key(call: FunctionCall) -> str | int:
    """What a call is found by. One without an id is kept as long as it is open, so nothing else can be taken for it."""
    return call.id or id(call)
