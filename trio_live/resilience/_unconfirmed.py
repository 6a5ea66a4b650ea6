"""What was handed to the network in one connection and may not have been read: kept until the server shows that it was.

A message is decided when a turn is over that began after it; context, which begins none, when a handle was given after
such a turn; and all of it, where the server says how far it has read, by that and nothing else. A question whose answer
somebody waits for is decided when something of the answer has come.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

import attrs

from trio_live._continuation import Continuation
from trio_live._values import value
from trio_live.events._internal import Command, SendText
from trio_live.resilience._guarantees import GUARANTEES, Guarantee, Kind, kind_of, without_setup, words_of
from trio_live.wire import LiveModelProfile

MOST_KEPT: Final = 256
"""Messages that are kept; of a server that never shows anything, the oldest are taken for read."""

_KEPT: Final = frozenset({Kind.WORDS, Kind.QUESTION, Kind.PROMPT, Kind.CONTEXT, Kind.ANSWER})
_TYPED: Final = frozenset({Kind.WORDS, Kind.QUESTION})


@attrs.define(eq=False)
class _Sent:
    command: Command
    kind: Kind
    index: int
    """Of its last frame among the messages of the connection, from 0."""
    turns_left: int
    """So many turns must end until one has that began after it."""


@value
class Redelivery:
    """What becomes of messages whose connection is gone."""

    again: tuple[Command, ...] = ()
    """Are sent in the next one, in this order."""
    undecided: tuple[tuple[Kind, str], ...] = ()
    """Are not; what they were, and the text in them."""


class Unconfirmed:
    """The messages of one connection after the other.

    Args:
        abilities: of the model.
        is_unanswered: whether somebody waits for the answer to a question, and nothing of it has come.
    """

    def __init__(self, abilities: LiveModelProfile, is_unanswered: Callable[[int], bool] = lambda _: False) -> None:
        self._abilities = abilities
        self._is_unanswered = is_unanswered
        self._sent: deque[_Sent] = deque(maxlen=MOST_KEPT)
        self.count = 0
        """Messages of the connection so far."""
        self._consumed: int | None = None
        self._base = 0
        """What the server counts from: 0 or 1. It shows when it has read more than was sent."""

    def __len__(self) -> int:
        return len(self._sent)

    def begin(self, *, indexed: bool) -> None:
        """A connection is up.

        Args:
            indexed: the server was asked to say how far it has read.
        """
        self._sent.clear()
        self.count = 0
        self._consumed = -1 if indexed else None

    def wrote(self, command: Command, frames: int, *, in_answer: bool) -> None:
        """A command was handed to the network.

        Args:
            command: what.
            frames: as how many messages.
            in_answer: the model was answering something else.
        """
        self.count += frames
        if frames and (kind := kind_of(command, self._abilities)) in _KEPT:
            self._sent.append(_Sent(command, kind, self.count - 1, 2 if in_answer else 1))

    def turn_over(self) -> None:
        """The server has completed a turn."""
        for sent in self._sent:
            sent.turns_left -= 1
        if self._consumed is None:
            self._keep(lambda each: each.kind is Kind.CONTEXT or each.turns_left > 0)

    def handle_given(self, index: int | None) -> None:
        """The server gave a handle, and perhaps said how far it has read."""
        if self._consumed is None or index is None:
            self._keep(lambda each: each.turns_left > 0)
            return
        self._base = 1 if index >= self.count else self._base
        self._consumed = index - self._base
        consumed = self._consumed
        self._keep(lambda each: each.index > consumed)

    def words_are_read(self) -> None:
        """The model has acted on all typed words so far."""
        self._keep(lambda each: each.kind not in _TYPED)

    def _keep(self, is_undecided: Callable[[_Sent], bool]) -> None:
        self._sent = deque((each for each in self._sent if is_undecided(each) or self._awaits(each)), MOST_KEPT)

    def _awaits(self, sent: _Sent) -> bool:
        return isinstance(sent.command, SendText) and self._is_unanswered(sent.command.question)

    def lost(self, continuation: Continuation) -> Redelivery:
        """The connection is gone, and another one goes on with the talk.

        Args:
            continuation: how.
        """
        is_indexed = self._consumed is not None and continuation is Continuation.RESUMED
        again: list[Command] = []
        undecided: list[tuple[Kind, str]] = []
        for sent in self._sent:
            kind = Kind.WORDS if sent.kind is Kind.QUESTION and not self._awaits(sent) else sent.kind
            promise = GUARANTEES[kind]
            if (promise.indexed if is_indexed else promise.plain) is Guarantee.AT_MOST_ONCE:
                undecided.append((kind, words_of(sent.command)))
            elif (rest := without_setup(sent.command)) is not None:
                again.append(rest)
        self._sent.clear()
        return Redelivery(tuple(again), tuple(undecided))
