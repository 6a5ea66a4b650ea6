"""The ledger of the model's sound: what came, what was played, what was thrown away, and so what has been heard.

Sound comes faster than it is played, so at an interruption most of an answer may not have been heard. Whoever goes on with
the talk must not believe it was: the transcript keeps what the listener heard, and nothing else.

One clock does it, which runs along the sound that was not thrown away: what comes is played in real time after what is
already there, from the moment it comes. A player that reports puts the clock right. Where nobody ever reports, nobody knows
what was heard, and the ledger says so.

::

    epoch 0                          epoch 1, counted from 0 again
    ├──────played──────┤╌╌thrown╌╌┤  ├──played──┤┄┄┄to come┄┄┄┤
                       ▲             ▲
          the instant of the         reports count for epoch 0 until `resumed`:
          interruption               the player has yet to hear of it

An *epoch* is the sound between two throwings away. All lengths are seconds of sound.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.voice._sound._pace import SpeechPace

KEPT_EPOCHS: Final = 16
"""So many epochs are remembered, the running one included."""


@value(kw_only=True)
class PlaybackEpoch:
    """The sound between two throwings away, in seconds. What was neither played nor flushed waits to be played."""

    epoch: int
    """How often something had been thrown away before."""
    queued: Seconds = 0.0
    """What came."""
    played: Seconds = 0.0
    """What was played of it, as far as is known."""
    flushed: Seconds = 0.0
    """What was thrown away of it."""


@value(kw_only=True)
class PlaybackSnapshot:
    """The ledger at one moment, in seconds of sound since the session began."""

    is_reported: bool
    """Whether a player has ever reported; else what was played is an estimate."""
    queued: Seconds
    """What came."""
    played: Seconds
    """What was played, as far as is known."""
    flushed: Seconds
    """What nobody will hear."""
    epochs: tuple[PlaybackEpoch, ...]
    """The newest, the running one last."""

    @property
    def waiting(self) -> Seconds:
        """What is still to be played."""
        return max(0.0, self.queued - self.played - self.flushed)


@value
class HeardTurn:
    """What was heard of a turn that was cut off."""

    seconds: Seconds
    """Of its sound."""
    characters: int
    """Of its transcript, from the beginning; it may be that they have not all come, as transcripts lag behind."""


@attrs.define
class _Epoch:
    number: int
    queued: Seconds = 0.0
    at: Seconds = 0.0
    """Played at the instant ``since``."""
    since: Seconds = 0.0
    reported: Seconds = 0.0
    """Played for certain."""
    is_closed: bool = False
    """Something was thrown away: its clock stands still."""

    @property
    def flushed(self) -> Seconds:
        return self.queued - self.at if self.is_closed else 0.0

    def played(self, now: Seconds) -> Seconds:
        return self.at if self.is_closed else min(self.queued, self.at + max(0.0, now - self.since))

    def to_value(self, now: Seconds) -> PlaybackEpoch:
        return PlaybackEpoch(epoch=self.number, queued=self.queued, played=self.played(now), flushed=self.flushed)


@attrs.define
class _Turn:
    """The running turn. ``begin`` is where it begins in the running epoch, below 0 if in an earlier one."""

    begin: Seconds = 0.0
    sound: Seconds = 0.0
    characters: int = 0
    was_cut: bool = False
    was_audible: bool = False


class PlaybackLedger:
    """Counts one session's sound. Every method takes the instant at which it happened."""

    def __init__(self) -> None:
        self.is_reported = False
        """Whether a player has ever reported."""
        self._epoch = _Epoch(0)
        self._closed: deque[_Epoch] = deque(maxlen=KEPT_EPOCHS - 1)
        self._closing: _Epoch | None = None
        self._queued: Seconds = 0.0
        self._flushed: Seconds = 0.0
        self._turn = _Turn()
        self._pace = SpeechPace()
        self._cut: tuple[_Turn, _Epoch] | None = None
        """The turn that was cut off last, as it was then, and the epoch in which that was."""

    # -- the model's side ---------------------------------------------------------------------------------------

    def queued(self, seconds: Seconds, now: Seconds) -> None:
        """Sound of the model has come, so much of it."""
        epoch, turn = self._epoch, self._turn
        played = epoch.played(now)
        if played >= epoch.queued:  # what comes after a silence is played from now on
            epoch.at, epoch.since = played, now
        if not turn.sound:
            turn.begin = epoch.queued
        epoch.queued += seconds
        self._queued += seconds
        turn.sound += seconds

    def said(self, characters: int) -> None:
        """So many characters of the running turn's transcript have come."""
        self._turn.characters += characters

    def turn_completed(self) -> None:
        """The running turn is over; what comes next belongs to another one."""
        turn, self._turn = self._turn, _Turn()
        if not turn.was_cut:
            self._pace.learn(turn.characters, turn.sound)

    def interrupted(self, now: Seconds, *, phantom: bool = False) -> None:
        """The model was cut off: what was not played is thrown away.

        Until `resumed`, what a player reports counts for the sound from before: it has yet to hear of this.

        Args:
            now: the instant.
            phantom: the running turn had said nothing that could be cut off.
        """
        turn = attrs.evolve(self._turn)
        self._closing = self._close(now)
        if not turn.was_cut and not phantom:  # only the first one counts in a turn
            self._turn.was_cut = True
            self._cut = turn, self._closing

    def resumed(self) -> None:
        """Whoever plays has been told of the interruption. What it reports from now on is about new sound."""
        self._closing = None

    # -- the player's side --------------------------------------------------------------------------------------

    def progressed(self, played: Seconds, now: Seconds) -> Seconds | None:
        """A player says how much it has played of the running epoch.

        Args:
            played: so much, from the epoch's beginning. What cannot be (more than has come, less than before) is put right.
            now: the instant at which it was so.

        Returns:
            When the first sound of the running turn was played, if this is the first report of it; else ``None``.
        """
        self.is_reported = True
        if self._closing is not None:
            self._correct(self._closing, played)
            return None
        epoch = self._epoch
        epoch.at = epoch.reported = min(max(played, epoch.reported), epoch.queued)
        epoch.since = now
        return self._audible_at(now)

    def drained(self, now: Seconds) -> Seconds | None:
        """A player says that everything has been played. Returns what `progressed` does."""
        if self._closing is not None:
            self.is_reported = True
            return None
        return self.progressed(self._epoch.queued, now)

    def flush(self, now: Seconds) -> Seconds:
        """Whoever plays has thrown away what was not played: another epoch begins. Returns how much it was."""
        return self._close(now).flushed

    # -- what is known ------------------------------------------------------------------------------------------

    def heard(self) -> HeardTurn | None:
        """What was heard of the turn that was cut off last; may still be put right until `resumed`.

        Returns:
            ``None`` when nobody reports what is played, or the turn had no sound.
        """
        if self._cut is None or not self.is_reported:
            return None
        turn, epoch = self._cut
        if not turn.sound:
            return None
        seconds = min(max(0.0, epoch.at - turn.begin), turn.sound)
        return HeardTurn(seconds, self._pace.characters_in(seconds))

    @property
    def ends_at(self) -> Seconds:
        """The instant at which everything that came has been played, or was."""
        return self._epoch.since + self._epoch.queued - self._epoch.at

    def snapshot(self, now: Seconds) -> PlaybackSnapshot:
        """The ledger as it is now."""
        epoch = self._epoch
        waiting = epoch.queued - epoch.played(now)
        return PlaybackSnapshot(
            is_reported=self.is_reported,
            queued=self._queued,
            played=self._queued - self._flushed - waiting,
            flushed=self._flushed,
            epochs=tuple(each.to_value(now) for each in (*self._closed, epoch)),
        )

    def _close(self, now: Seconds) -> _Epoch:
        epoch = self._epoch
        epoch.at, epoch.since, epoch.is_closed = epoch.played(now), now, True
        self._flushed += epoch.queued - epoch.at
        self._turn.begin -= epoch.at
        self._closed.append(epoch)
        self._epoch = _Epoch(epoch.number + 1, since=now)
        return epoch

    def _correct(self, epoch: _Epoch, played: Seconds) -> None:
        before, epoch.at = epoch.at, min(max(played, epoch.reported), epoch.queued)
        epoch.reported = epoch.at
        self._flushed -= epoch.at - before

    def _audible_at(self, now: Seconds) -> Seconds | None:
        turn, epoch = self._turn, self._epoch
        if turn.was_audible or not turn.sound or epoch.at <= turn.begin:
            return None
        turn.was_audible = True
        return now - (epoch.at - turn.begin)
