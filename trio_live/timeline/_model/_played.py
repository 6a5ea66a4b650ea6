"""When the model's sound was played, and what of it was thrown away.

The rule is that of a player: what comes is played in real time behind what is already there, and an interruption throws
away the rest. A player that reports puts the clock right. See `trio_live.voice.PlaybackLedger`, which answers how much;
here it is asked when.

::

    came      ├a┤├b┤├c┤                 ▼ interruption
    played    ├────a────┼────b──│──╌╌b╌╌┼╌╌╌╌c╌╌╌╌┤
                         heard  │  unheard: where it would have been
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

import attrs

from trio_live._typing import Seconds
from trio_live.timeline._model._levels import LevelLine
from trio_live.timeline._model._values import LEVEL_SECONDS

PAUSE: Final[Seconds] = 0.3
"""Sound that goes on within so much is drawn as one."""
TENTHS: Final = 10
MOST: Final = 255


class Listens(Protocol):
    """A turn, which is told what became of its sound."""

    first_played: Seconds | None
    heard_seconds: Seconds
    unheard_seconds: Seconds


@attrs.define
class _Piece:
    begins: Seconds
    """In the running epoch."""
    seconds: Seconds
    levels: bytes
    turn: Listens


@attrs.define
class Stretch:
    """Sound without a pause: from when until when, and how many seconds of sound that is."""

    row: str
    begins: Seconds
    ends: Seconds
    seconds: Seconds


class PlayedSound:
    """Lays the model's sound along the time axis.

    Args:
        emit: takes what is over: what was received, heard, and unheard.
    """

    def __init__(self, emit: Callable[[Stretch], None]) -> None:
        self.played, self.unheard, self.buffered = LevelLine(), LevelLine(), LevelLine()
        self.running: dict[str, Stretch] = {}
        """What may still go on."""
        self._emit = emit
        self._pieces: deque[_Piece] = deque()
        self._queued: Seconds = 0.0
        self._at: Seconds = 0.0
        self._position: Seconds = 0.0
        """Played at the instant ``_at``."""
        self._drawn: Seconds = 0.0
        """Until here the buffer has been drawn."""

    def position(self, at: Seconds) -> Seconds:
        """How much of the running epoch has been played at an instant."""
        return min(self._queued, self._position + max(0.0, at - self._at))

    def queue(self, levels: bytes, seconds: Seconds, at: Seconds, turn: Listens) -> None:
        """Sound has come.

        Args:
            levels: of it.
            seconds: how long it is.
            at: now.
            turn: whose it is.
        """
        self._draw_buffer(at)
        self._play_until(self.position(at))
        if not self._pieces:
            self._anchor(at, self._queued)
        self._pieces.append(_Piece(self._queued, seconds, levels, turn))
        self._queued += seconds
        self._extend("received", at, at, seconds)

    def report(self, position: Seconds, at: Seconds) -> None:
        """A player says how much of the running epoch it has played."""
        position = min(max(position, self._position), self._queued)
        if self._queued - position < LEVEL_SECONDS:  # players count in blocks
            position = self._queued
        self._draw_buffer(at)
        if self._pieces:
            self._anchor(at - (position - self._position), self._position)  # it ends now, whenever it began
            self._play_until(position)
        self._anchor(at, position)

    def cut(self, at: Seconds) -> Seconds:
        """What was not played is thrown away; returns how much that is."""
        self._draw_buffer(at)
        self._play_until(self.position(at))
        thrown = 0.0
        while self._pieces:
            piece = self._pieces.popleft()
            self.unheard.put(at + thrown, piece.levels)
            self._extend("unheard", at + thrown, at + thrown + piece.seconds, piece.seconds)
            piece.turn.unheard_seconds += piece.seconds
            thrown += piece.seconds
        self._queued = 0.0
        self._anchor(at, 0.0)
        return thrown

    def finish(self, at: Seconds) -> Seconds:
        """The call is over: all that waits is taken to be played to its end; returns when that is."""
        ends = max(at, self._at + self._queued - self._position) if self._pieces else at
        self._draw_buffer(ends)
        self._play_until(self._queued)
        for stretch in self.running.values():
            self._emit(stretch)
        self.running.clear()
        return ends

    def _anchor(self, at: Seconds, position: Seconds) -> None:
        self._at, self._position = at, position

    def _play_until(self, position: Seconds) -> None:
        while self._pieces and self._pieces[0].begins < position:
            piece = self._pieces[0]
            seconds = min(piece.seconds, position - piece.begins)
            at = self._at + piece.begins - self._position
            whole = seconds >= piece.seconds - LEVEL_SECONDS / 10
            count = len(piece.levels) if whole else round(seconds / LEVEL_SECONDS)
            self.played.put(at, piece.levels[:count])
            self._extend("heard", at, at + seconds, seconds)
            if piece.turn.first_played is None:
                piece.turn.first_played = at
            piece.turn.heard_seconds += seconds
            if not whole:
                piece.levels = piece.levels[count:]
                piece.begins += seconds
                piece.seconds -= seconds
                return
            self._pieces.popleft()

    def _draw_buffer(self, at: Seconds) -> None:
        """How much waited, from where it was drawn last until now."""
        waits = self._queued - self.position(self._drawn)
        steps = round((min(at, self._drawn + waits) - self._drawn) / LEVEL_SECONDS)
        if waits > LEVEL_SECONDS and steps > 0:
            line = bytes(min(MOST, round(TENTHS * max(0.0, waits - LEVEL_SECONDS * step))) for step in range(steps))
            self.buffered.put(self._drawn, line)
        self._drawn = max(at, self._drawn)

    def _extend(self, row: str, begins: Seconds, ends: Seconds, seconds: Seconds) -> None:
        stretch = self.running.get(row)
        if stretch is not None and begins - stretch.ends <= PAUSE:
            stretch.ends = max(stretch.ends, ends)
            stretch.seconds += seconds
            return
        if stretch is not None:
            self._emit(stretch)
        self.running[row] = Stretch(row, begins, ends, seconds)
