"""From the user's sound to what is to be said of it, in the order in which it is to be said.

Sound is looked at in pieces of `PIECE_MS`, so a long chunk is judged as the same sound in short ones would be: what begins
a turn comes before the piece in which it was noticed, what ends one comes after it.

A detector is sure of speech only after a few frames of it, and speech over the model counts only when it has lasted. A
server that listens only between the marks would miss the beginning of the sentence. So what was heard before is kept, and
heard once more (`Again`) right after the mark.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import dropwhile, takewhile
from typing import Final, Protocol, TypeAlias

from trio_live._values import value
from trio_live.voice._commit import CommitSignal, TurnCommitPolicy
from trio_live.voice._input_vad import BackendVadSnapshot
from trio_live.voice._vad import VadEvent

PIECE_MS: Final = 20
PRE_ROLL_MS: Final = 300
"""What is heard again from before the edge: what a detector needs to be sure, and the soft beginning of a word."""
MOST_KEPT_MS: Final = 5000
"""Of speech over the model, while it is not known what it is."""
_SAMPLES_A_MS: Final = 16
_BYTES_A_MS: Final = 2 * _SAMPLES_A_MS
_PIECE: Final = PIECE_MS * _BYTES_A_MS


class HearsEdges(Protocol):
    """A detector of speech."""

    @property
    def speaking(self) -> bool:
        """Whether the user counts as speaking."""
        ...

    def process_pcm_bytes(self, chunk: bytes) -> list[VadEvent]:
        """Hear one more chunk; the edges in it, in order."""
        ...

    def reset(self) -> None:
        """Forget everything heard."""
        ...

    def snapshot(self) -> BackendVadSnapshot:
        """The detector at this moment."""
        ...


@value
class Again:
    """Sound that was heard before, when nobody was to listen."""

    data: bytes


@value
class Reported:
    """An edge that somebody else heard, in the same sound."""

    edge: VadEvent


Heard: TypeAlias = bytes | Again | VadEvent | Reported | CommitSignal
"""Sound, or what is to be said of it."""

_LAST: Final = frozenset({VadEvent.SPEECH_END, CommitSignal.ACTIVITY_END, CommitSignal.RESTORE})
"""What comes after the sound in which it was noticed."""
_BEGINS: Final = frozenset({CommitSignal.ACTIVITY_START, CommitSignal.INTERRUPTION_START})


class TurnListener:
    """Listens to one user: PCM16 of 16 kHz.

    Args:
        detector: finds the edges of speech.
        policy: makes turns of them; ``None``: nobody asks for turns.
        hears_again: whether what came before the beginning of a turn is to be heard again.
    """

    def __init__(self, detector: HearsEdges, policy: TurnCommitPolicy | None, *, hears_again: bool = False) -> None:
        self.policy = policy
        self.detector = detector
        self._hears_again = hears_again and policy is not None
        self._kept: deque[bytes] = deque()
        self._kept_bytes = 0
        self._heard_bytes = 0
        self._reported = False
        """Somebody else hears the user speak."""

    def hear(self, sound: bytes, model_speaking: Callable[[], bool]) -> list[Heard]:
        """Hear more.

        Args:
            sound: whole samples, of any length.
            model_speaking: whether the model is audible; asked only where it matters.

        Returns:
            The sound, whole and in order, with what is to be said of it in between. Mostly the sound alone.
        """
        heard: list[Heard] = []
        begins = 0  # of the sound that is not in the list yet
        for start in range(0, len(sound), _PIECE):
            piece = sound[start : start + _PIECE]
            news = self._listen(piece, model_speaking)
            if news:
                first = list(takewhile(lambda each: each not in _LAST, news))
                if start > begins:
                    heard.append(sound[begins:start])
                heard += self._with_what_came_before(first)
                heard.append(piece)
                heard += dropwhile(lambda each: each not in _LAST, news)
                begins = start + len(piece)
            self._keep(piece)
        if begins < len(sound):
            heard.append(sound[begins:] if begins else sound)
        return heard

    def report(self, edge: VadEvent, model_speaking: Callable[[], bool]) -> list[Heard]:
        """Somebody else hears the user begin or stop, in the sound that was heard so far.

        For turns speech begins with the first who hears it, and ends with the last.

        Args:
            edge: what they hear.
            model_speaking: whether the model is audible; asked only where it matters.

        Returns:
            The edge, with what follows from it around it.
        """
        news = Reported(edge)
        starts = edge is VadEvent.SPEECH_START
        if starts is self._reported:
            return [news]
        self._reported = starts
        counts = self.policy is not None and not self.detector.speaking
        return [
            *self._with_what_came_before(self._judge([edge] if counts else [], news, model_speaking=model_speaking))
        ]

    def stop(self) -> list[Heard]:
        """No more sound comes for now: whatever is open is over."""
        heard: list[Heard] = []
        self._reported = False
        if self.detector.speaking:
            self.detector.reset()
            heard.append(VadEvent.SPEECH_END)
        return [*heard, *(self.policy.stop() if self.policy is not None else ())]

    def _listen(self, piece: bytes, model_speaking: Callable[[], bool]) -> list[Heard]:
        edges = self.detector.process_pcm_bytes(piece)
        self._heard_bytes += len(piece)
        return self._judge([] if self._reported else edges, *edges, model_speaking=model_speaking)

    def _judge(self, edges: list[VadEvent], *news: Heard, model_speaking: Callable[[], bool]) -> list[Heard]:
        """What is to be said of news, and of what follows from the edges that count for turns."""
        policy = self.policy
        if policy is None:
            return [*news]
        matters = bool(edges) or policy.pending_interruption_at is not None
        signals = policy.advance(self._heard_bytes / _BYTES_A_MS, edges, model_speaking=matters and model_speaking())
        # Whoever is to be silent is silenced first of all.
        silences = CommitSignal.INTERRUPTION_START in signals
        return [*([CommitSignal.INTERRUPTION_START] if silences else []), *news, *_others(signals)]

    def _with_what_came_before(self, news: Iterable[Heard]) -> Iterator[Heard]:
        begins = False
        for each in news:
            yield each
            begins = begins or each in _BEGINS
        if begins and self._kept:
            yield Again(b"".join(self._kept))
            self._kept.clear()
            self._kept_bytes = 0

    def _keep(self, piece: bytes) -> None:
        policy = self.policy
        if policy is None or not self._hears_again or policy.turn_active:
            return
        self._kept.append(piece)
        self._kept_bytes += len(piece)
        most = PRE_ROLL_MS if policy.pending_interruption_at is None else MOST_KEPT_MS
        while self._kept_bytes > most * _BYTES_A_MS:
            self._kept_bytes -= len(self._kept.popleft())


def _others(signals: Iterable[CommitSignal]) -> Iterator[CommitSignal]:
    return (signal for signal in signals if signal is not CommitSignal.INTERRUPTION_START)
