"""When the model's speech has been heard: as a player reports, or for a program that has none, when it must have been.

A deferred prompt waits for the end of the playback, and so does the end of a call; only a player knows that. But not
every program has one that reports: then they would wait for ever. Sound has a length, so it is known when it must have been played: it arrives
faster than it is played, and is played from its arrival on.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Any, Final

import trio

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live.wire import AUDIO_OUTPUT_RATE
from trio_live.wire_events._internal import Passed, SoundRun

if TYPE_CHECKING:
    from trio_live.voice import PlaybackLedger, PlaybackSnapshot

GRACE: Final[Seconds] = 1.0
"""How long after that a player may still be about to report. It buffers; a fifth of a second is usual, half a long one."""
_BYTES_A_SECOND: Final = 2 * AUDIO_OUTPUT_RATE

KEPT_ENTRIES: Final = 256
"""So many entries wait for a ledger; pieces that follow each other are one. The oldest are of no use to anybody."""


class Playback:
    """Follows the sound that was received, and what a player says of it.

    The ledger is opened when somebody asks for it or reports, and then told what has been so far: a program without a player
    never opens the room that it stands in.
    """

    def __init__(self) -> None:
        self._ledger: PlaybackLedger | None = None
        self._entries: deque[tuple[str, tuple[Any, ...]]] = deque(maxlen=KEPT_ENTRIES)
        self._sounds_since_cut = True
        self._lagging: deque[wire_events.SessionEvent] = deque(maxlen=KEPT_ENTRIES)
        self.ends_at: Seconds = 0.0
        """When everything received so far has been played, or was."""
        self.turn_over_at: Seconds = -math.inf
        """When the model ended a turn last."""
        self.cut_off_at: Seconds | None = None
        """When somebody spoke over the model that it has not answered since."""
        self.has_player = False
        """Whether somebody reports the end of the playback."""
        self.is_playing = False
        """Whether sound has come of which no player has said that it is over."""
        self._stopped = trio.lowlevel.ParkingLot()

    def observe(self, event: Passed, now: Seconds) -> None:
        """See an event that was routed in this instant."""
        match event:
            case SoundRun():
                self._sounded(event)
            case wire_events.OutputTranscription(text=text, late=False):
                self._enter("said", len(text))
                if not self._sounds_since_cut:
                    self._lagging.append(event)
            case wire_events.Interrupted(phantom=phantom):  # whoever plays it throws the rest away
                self._sounds_since_cut = not self.is_playing
                self.cut_off_at = now
                self._enter("interrupted", now, phantom)
                self._stop(min(self.ends_at, now))
            case wire_events.TurnComplete():
                self._enter("turn_completed")
                self.turn_over_at = now

    def _sounded(self, run: SoundRun) -> None:
        ends_at, is_kept = self.ends_at, self._ledger is not None
        spell, began, joins = 0.0, run.instants[0], run.instants[0] <= ends_at
        for size, now in zip(run.sizes, run.instants, strict=True):
            is_late = now > ends_at
            if is_late or is_kept:
                if spell:
                    self._enter_sound(spell, began, joins=joins)
                spell, began, joins = 0.0, now, False
            seconds = size / _BYTES_A_SECOND
            spell += seconds
            ends_at = (now if is_late else ends_at) + seconds
        self.ends_at = ends_at
        self._enter_sound(spell, began, joins=joins)
        self.is_playing = self._sounds_since_cut = True
        self.cut_off_at = None

    def drained(self, now: Seconds) -> Seconds | None:
        """A player has played everything. Returns what `progressed` does."""
        self.has_player = True
        self._stop(now)
        return self.ledger.drained(now)

    def progressed(self, played: Seconds, now: Seconds) -> Seconds | None:
        """A player has played so much since the beginning, or since what waited was thrown away.

        Returns:
            When the first sound of the running turn was played, if this is the first report of it; else ``None``.
        """
        ledger = self.ledger
        audible_at = ledger.progressed(played, now)
        if self.is_playing:
            self.ends_at = ledger.ends_at
        return audible_at

    def flushed(self, now: Seconds) -> None:
        """Somebody has thrown away what was not played yet."""
        self._enter("flush", now)
        self._stop(min(self.ends_at, now))

    def heard_characters(self) -> int:
        """How many characters of the turn that was cut off were heard; none where nobody reports what is played."""
        heard = None if self._ledger is None else self._ledger.heard()
        return 0 if heard is None else heard.characters

    def resumed(self) -> None:
        """Whoever plays knows of the interruption: what it reports from now on is about what came since."""
        self._enter("resumed")

    def lags(self, words: wire_events.OutputTranscription) -> bool:
        """Whether words belong to sound that was cut off: they came after that, and no new sound did before them."""
        return any(each is words for each in self._lagging)

    def snapshot(self, now: Seconds) -> PlaybackSnapshot:
        """What came, what was played, and what was thrown away."""
        return self.ledger.snapshot(now)

    @property
    def ledger(self) -> PlaybackLedger:
        """The accounts."""
        if self._ledger is None:
            from trio_live.voice import PlaybackLedger

            self._ledger = PlaybackLedger()
            while self._entries:
                self._write(self._ledger, *self._entries.popleft())
        return self._ledger

    def _enter(self, what: str, *how: Any) -> None:
        if self._ledger is not None:
            self._write(self._ledger, what, how)
        else:
            self._entries.append((what, how))

    def _enter_sound(self, seconds: Seconds, now: Seconds, *, joins: bool) -> None:
        """Sound that ``joins`` what is still to be played is as if it had come together with that."""
        entries = self._entries
        if self._ledger is None and entries and entries[-1][0] == "queued" and joins:
            before, at = entries[-1][1]
            entries[-1] = ("queued", (before + seconds, at))
        else:
            self._enter("queued", seconds, now)

    @staticmethod
    def _write(ledger: PlaybackLedger, what: str, how: tuple[Any, ...]) -> None:
        if what == "interrupted":
            now, phantom = how
            ledger.interrupted(now, phantom=phantom)
        else:
            getattr(ledger, what)(*how)

    def is_audible(self, now: Seconds) -> bool:
        """Whether the model is heard: as a player says, or by the length of what came where no player has ever reported."""
        return self.is_playing if self.has_player else now < self.ends_at

    def _stop(self, at: Seconds) -> None:
        self.ends_at = at
        self.is_playing = False
        self._stopped.unpark_all()

    async def wait_stopped(self) -> None:
        """Wait until a player says that it is over, or an interruption ends it.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while self.is_playing:
            await self._stopped.park()
