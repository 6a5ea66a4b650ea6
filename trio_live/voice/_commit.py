"""When the user's turn begins and ends, decided from the edges of speech by the clock of the sound itself.

Raw edges are a poor guide to turns. People pause in the middle of a sentence, so an end is held for a while before it
counts; and they say "mm-hm" while somebody else speaks, which is no wish to interrupt, so speech over the model must last
for a while. Until it has, the model is only made quieter; then it is either cut off or made as loud as before. Where the
floor is free nothing is held: the turn begins at once.

Time is the length of what was heard, not that of a clock: sound that arrives late, or all at once, is judged alike. That is
also why a microphone that falls silent must say so (`TurnCommitPolicy.stop`), or go on with silence.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable
from typing import Final

import attrs

from trio_live.errors import ConfigError
from trio_live.voice._vad import VadEvent


class CommitSignal(enum.Enum):
    """What follows from the edges."""

    ACTIVITY_START = "the user's turn begins"
    INTERRUPTION_START = "the user's turn begins over the model, which is to be silent"
    ACTIVITY_END = "the user's turn is over"
    DUCK = "somebody speaks over the model: make it quieter until it is known what it is"
    RESTORE = "it was nothing: make it as loud as before"


def _length(_: object, field: attrs.Attribute[float], value: float) -> None:
    if not 0 <= value < math.inf:
        raise ConfigError(f"{field.name}={value!r} is not a length of time")


def _volume(_: object, field: attrs.Attribute[float], value: float) -> None:
    if not 0 <= value <= 1:
        raise ConfigError(f"{field.name}={value!r} is not a volume from 0 to 1")


@attrs.frozen(kw_only=True)
class TurnCommitConfig:
    """How long what is waited for.

    Raises:
        ConfigError: a value is out of its bounds.
    """

    eot_hold_ms: float = attrs.field(default=400.0, validator=_length)
    """Milliseconds of silence after speech before the turn is over, beyond what the detector itself waits for."""
    min_interruption_ms: float = attrs.field(default=600.0, validator=_length)
    """Milliseconds that speech over the model must last to interrupt it; shorter speech is a backchannel."""
    duck_volume: float = attrs.field(default=0.3, validator=_volume)
    """How loud the model is meanwhile; 1 leaves it alone."""


IMMEDIATE_COMMIT: Final = TurnCommitConfig(eot_hold_ms=0, min_interruption_ms=0)
"""Every edge counts at once."""
RESPONSIVE_COMMIT: Final = TurnCommitConfig()
"""Short pauses and short words are let pass. The default."""
CONVERSATIONAL_COMMIT: Final = TurnCommitConfig(eot_hold_ms=800, min_interruption_ms=1400)
"""For callers who think aloud: long pauses, and whole phrases of agreement."""


class TurnCommitPolicy:
    """Turns of one user.

    Args:
        config: what is waited for; may be replaced at any time.
        may_interrupt: whether speech over the model ever cuts it off. Otherwise it begins a turn that waits for its answer.
    """

    def __init__(self, config: TurnCommitConfig = RESPONSIVE_COMMIT, *, may_interrupt: bool = True) -> None:
        self.config = config
        self.may_interrupt = may_interrupt
        self.turn_active = False
        """Whether the user's turn has begun and is not over."""
        self.pending_end_at: float | None = None
        """Since when the user is silent in a turn that is not over yet, in milliseconds of sound."""
        self.pending_interruption_at: float | None = None
        """Since when somebody speaks over the model."""
        self.least_hold_ms = 0.0
        """What the silence that ends a turn lasts at least, whatever the configuration says."""
        self._is_ducked = False

    def advance(self, now_ms: float, edges: Iterable[VadEvent], *, model_speaking: bool) -> list[CommitSignal]:
        """Hear more.

        Args:
            now_ms: how much sound was heard so far, this included.
            edges: of speech in it, in their order.
            model_speaking: whether the model is audible now.

        Returns:
            What follows, in its order. Starts and ends alternate, and so do `DUCK` and `RESTORE` or `INTERRUPTION_START`.
        """
        signals: list[CommitSignal] = []
        for edge in edges:
            if edge is VadEvent.SPEECH_START:
                self._start(now_ms, signals, model_speaking=model_speaking)
            else:
                self._end(now_ms, signals)
        self._expire(now_ms, signals, model_speaking=model_speaking)
        return signals

    def stop(self) -> list[CommitSignal]:
        """No more sound comes: whatever is open is over now."""
        signals: list[CommitSignal] = []
        self.pending_interruption_at = self.pending_end_at = None
        self._restore(signals)
        if self.turn_active:
            self.turn_active = False
            signals.append(CommitSignal.ACTIVITY_END)
        return signals

    def silenced(self) -> list[CommitSignal]:
        """The model was cut off by somebody else: there is nothing to be quieter than."""
        signals: list[CommitSignal] = []
        self._restore(signals)
        return signals

    def _start(self, now_ms: float, signals: list[CommitSignal], *, model_speaking: bool) -> None:
        self.pending_end_at = None
        if self.turn_active:
            return
        if model_speaking and self.config.min_interruption_ms > 0:
            self.pending_interruption_at = now_ms
            if self.may_interrupt and self.config.duck_volume < 1:
                self._is_ducked = True
                signals.append(CommitSignal.DUCK)
        else:
            self._begin(signals, model_speaking=model_speaking)

    def _begin(self, signals: list[CommitSignal], *, model_speaking: bool) -> None:
        self.turn_active = True
        self.pending_interruption_at = None
        if model_speaking and self.may_interrupt:
            self._is_ducked = False
            signals.append(CommitSignal.INTERRUPTION_START)
        else:
            self._restore(signals)
            signals.append(CommitSignal.ACTIVITY_START)

    def _end(self, now_ms: float, signals: list[CommitSignal]) -> None:
        if self.pending_interruption_at is not None:
            self.pending_interruption_at = None
            self._restore(signals)
        elif self.turn_active:
            self.pending_end_at = now_ms

    def _expire(self, now_ms: float, signals: list[CommitSignal], *, model_speaking: bool) -> None:
        since = self.pending_interruption_at
        if since is not None and (not model_speaking or now_ms - since >= self.config.min_interruption_ms):
            self._begin(signals, model_speaking=model_speaking)
        since = self.pending_end_at
        if since is not None and now_ms - since >= max(self.config.eot_hold_ms, self.least_hold_ms):
            self.pending_end_at = None
            self.turn_active = False
            signals.append(CommitSignal.ACTIVITY_END)

    def _restore(self, signals: list[CommitSignal]) -> None:
        if self._is_ducked:
            self._is_ducked = False
            signals.append(CommitSignal.RESTORE)
