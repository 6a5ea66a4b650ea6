"""What became of every function call of one connection. Pure, and the one place that knows.

::

    opened ──▶ open ──accept──▶ accepted ──written──▶ answered
                 │                  │
                 └── cancel, give_up┴──▶ cancelled ──take_cancelled──▶ told

Strategy: every call ends either answered, by exactly one last answer on the wire, or cancelled, and then nothing about
it is written any more. That cannot be kept by those who answer: a callback, a hand-written answer and the server's
cancellation meet in several tasks. So all of them ask here, and every step is one call without a checkpoint:

- the pump opens and cancels, in wire order;
- whoever answers has the answer accepted first, which makes any other answer to the same call a mistake;
- the writer asks again just before the frame is made: what was cancelled in between is dropped.

An id is one call, however often the server sends it: a repeated frame runs nothing twice. Ids that are done with are
remembered for that, `REMEMBERED` of them; so are cancelled ids that never were called. Calls without an id (Vertex may
leave them off) are told apart by being different objects.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Final

import attrs

from trio_live._values import value
from trio_live.errors import CallNotOpen
from trio_live.session._answering import Answered, pair_answers
from trio_live.session._arguments import joined_call
from trio_live.wire import FunctionCall, FunctionResponse

REMEMBERED: Final = 1024
"""Ids that are remembered after their call is done. A server repeats itself within seconds, if at all."""


class Fate(enum.Enum):
    """What became of a call that is not open."""

    ANSWERED = "was answered already"
    CANCELLED = "was cancelled, and nobody waits for its answer any more"
    UNKNOWN = "was never asked for"


@value
class Refused:
    """An answer that is not to be sent, and why."""

    answer: FunctionResponse
    fate: Fate

    def __str__(self) -> str:
        return f"the function call {self.answer.id or '(no id)'} ({self.answer.name}) {self.fate.value}"


@value
class Verdict:
    """What the ledger says to some answers."""

    answered: Sequence[Answered]
    """Those that may be sent, in the order given."""
    refused: Sequence[Refused]


@attrs.define(eq=False)
class _Open:
    call: FunctionCall
    gives_way: bool
    """Whether an interruption cancels it."""
    in_round: bool = True
    """Whether the link's tool round waits for it; a call that outlived an interruption runs beside the talk."""
    accepted: bool = False
    """Its last answer waits to be written."""


class CallLedger:
    """The function calls of one connection.

    Args:
        gives_way: whether an interruption gives up calls of the named function: the behaviour that was sent with its
            declaration decides, because that is what the server goes by.
    """

    def __init__(self, gives_way: Callable[[str], bool]) -> None:
        self._gives_way = gives_way
        self._open: list[_Open] = []
        self._fates: dict[str, Fate] = {}
        self._pieces: dict[str, list[FunctionCall]] = {}
        self._accepted: dict[int, tuple[FunctionResponse, _Open]] = {}
        """Answers that wait to be written, by their identity."""
        self._untold: list[str] = []

    @property
    def waits(self) -> bool:
        """Whether the link's tool round goes on: somebody still owes it an answer."""
        return bool(self._open) and any(entry.in_round for entry in self._open)

    def is_open(self, call: FunctionCall) -> bool:
        """Whether an answer to ``call`` is wanted, and nobody has given the last one."""
        entry = self._entry(call)
        return entry is not None and not entry.accepted

    def is_wanted(self, call: FunctionCall) -> bool:
        """Whether ``call`` was neither cancelled nor answered on the wire."""
        return self._entry(call) is not None

    # -- the server's side --------------------------------------------------------------------------------------

    def opened(self, calls: Iterable[FunctionCall]) -> tuple[FunctionCall, ...]:
        """The model asks. Returns the calls that are new and complete: those that are to be run."""
        fresh = []
        for piece in calls:
            call = self._completed(piece)
            if call is None or self._fate(call.id) is not Fate.UNKNOWN:
                continue
            self._open.append(_Open(call, self._gives_way(call.name)))
            fresh.append(call)
        return tuple(fresh)

    def cancel(self, ids: Iterable[str]) -> None:
        """The server wants no answer to ``ids``. It may name calls that were answered, and some before it asks."""
        for key in ids:
            entry = next((entry for entry in self._open if key and entry.call.id == key), None)
            if entry is not None:
                self._cancel(entry)
            elif key and key not in self._fates:
                self._remember(key, Fate.CANCELLED)
                self._untold.append(key)
            self._pieces.pop(key, None)

    def give_up(self) -> None:
        """The user interrupted: calls that the server waits for are cancelled, the others run on beside the talk."""
        for entry in [*self._open]:
            if entry.gives_way:
                self._cancel(entry)
            entry.in_round = False
        self.cancel([key for key, pieces in self._pieces.items() if self._gives_way(pieces[0].name)])

    def lost(self) -> None:
        """The connection is gone, and with it everybody who waited. Nobody is told: that it is gone says it all."""
        for entry in [*self._open]:
            self._close(entry, Fate.CANCELLED)
        self._pieces.clear()
        self._accepted.clear()
        self._untold.clear()

    def forget(self) -> None:
        """Another connection begins; it may use any id for anything."""
        self.lost()
        self._fates.clear()

    def take_cancelled(self) -> tuple[str, ...]:
        """Calls that were cancelled since this was last asked, by id or, without one, by name; each is told once."""
        news, self._untold = tuple(self._untold), []
        return news

    # -- our side -----------------------------------------------------------------------------------------------

    def judge(self, answers: Iterable[FunctionResponse], batch: Sequence[FunctionCall] = ()) -> Verdict:
        """Which calls these answers answer; nothing is decided by asking.

        Args:
            answers: as somebody gave them.
            batch: the calls that they are meant for in the first place; others may be answered as well.
        """
        open_ = [entry.call for entry in self._open if not entry.accepted]
        if len(open_) > 1 and batch:
            open_.sort(key=lambda call: all(call is not each for each in batch))
        answered: list[Answered] = []
        refused: list[Refused] = []
        for answer, call, is_repeated in pair_answers(open_, answers):
            if call is not None and not is_repeated:
                answered.append(Answered(call, answer))
            else:
                refused.append(Refused(answer, Fate.ANSWERED if is_repeated else self._fate_of(answer, batch)))
        return Verdict(answered, refused)

    def accept(self, answered: Iterable[Answered]) -> list[Answered]:
        """Take answers that are about to be queued: from now on nobody else can answer their calls.

        Returns those whose call is still open.
        """
        taken = []
        for each in answered:
            entry = self._entry(each.call)
            if entry is not None and not entry.accepted:
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
            entry = self._taken(answer)
            if entry is not None:
                entry.accepted = False

    def due(self, answers: Iterable[FunctionResponse]) -> tuple[FunctionResponse, ...]:
        """Which of these answers may still be written. Those that nobody had accepted are accepted now.

        Raises:
            CallNotOpen: an answer that nobody had accepted cannot be.
        """
        known, fresh = list[FunctionResponse](), list[FunctionResponse]()
        for answer in answers:
            accepted = self._accepted.get(id(answer))
            if accepted is None:
                fresh.append(answer)
            elif accepted[1] in self._open:
                known.append(answer)
            else:
                self._taken(answer)  # its call was cancelled while it waited
        if not fresh:
            return tuple(known)
        with self.accepting(fresh) as taken:
            return (*known, *taken)

    def written(self, answer: FunctionResponse, *, more_follows: bool) -> None:
        """An answer that was due is on its way; without ``more_follows`` it was its call's last."""
        entry = self._taken(answer)
        if entry is not None and not more_follows:
            self._close(entry, Fate.ANSWERED)

    # -- inside -------------------------------------------------------------------------------------------------

    def _entry(self, call: FunctionCall) -> _Open | None:
        for entry in self._open:
            if entry.call is call or (call.id and entry.call.id == call.id):
                return entry
        return None

    def _fate(self, key: str | None) -> Fate | None:
        """What became of an id; ``None`` while it is open."""
        if key:
            for entry in self._open:
                if entry.call.id == key:
                    return None
        return self._fates.get(key or "", Fate.UNKNOWN)

    def _fate_of(self, answer: FunctionResponse, batch: Sequence[FunctionCall]) -> Fate:
        """Why an answer that fits no open call is not to be sent."""
        for call in batch:  # without an id, only the call itself tells that it was cancelled
            if not call.id and call.name == answer.name and self._entry(call) is None:
                return Fate.CANCELLED
        # `None` is a call whose last answer waits to be written.
        return self._fate(answer.id) or Fate.ANSWERED

    def _completed(self, piece: FunctionCall) -> FunctionCall | None:
        """The call, once its last piece is there."""
        key = piece.id or (next(reversed(self._pieces), "") if not piece.name else "")
        if not piece.will_continue and key not in self._pieces:
            return piece
        if self._fate(key) is not Fate.UNKNOWN:
            return None
        pieces = self._pieces.setdefault(key, [])
        pieces.append(piece)
        return None if piece.will_continue else joined_call(self._pieces.pop(key))

    def _taken(self, answer: FunctionResponse) -> _Open | None:
        accepted = self._accepted.pop(id(answer), None)
        return None if accepted is None else accepted[1]

    def _cancel(self, entry: _Open) -> None:
        self._close(entry, Fate.CANCELLED)
        self._untold.append(entry.call.id or entry.call.name)

    def _close(self, entry: _Open, fate: Fate) -> None:
        if entry in self._open:
            self._open.remove(entry)
            if entry.call.id:
                self._remember(entry.call.id, fate)

    def _remember(self, key: str, fate: Fate) -> None:
        self._fates[key] = fate
        if len(self._fates) > REMEMBERED:
            del self._fates[next(iter(self._fates))]
