"""What a soak has found: figures, and whether they will do. Pure."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from trio_live._typing import Seconds

TOLERANCE_MB: Final = 6.0
"""So much more memory in the last third than in the middle one is no growth: of 20 sessions, less than a leak of a
kilobyte for each question would make in ten minutes."""
SHOWN: Final = 10
"""Figures of memory that are shown."""


@attrs.define(eq=False)
class Ledger:
    """What one caller has asked, and what became of it."""

    platform: str
    """Where the caller is connected."""
    asked: list[str] = attrs.field(factory=list)
    answers: Counter[str] = attrs.field(factory=Counter)
    """Question → how often it was answered to the end."""
    told: set[str] = attrs.field(factory=set)
    """Questions of which the session said that nobody can tell whether they were heard."""
    continuations: Counter[str] = attrs.field(factory=Counter)
    """How the talk went on in other connections → how often."""
    cuts: int = 0
    rotations: int = 0
    gaps: list[Seconds] = attrs.field(factory=list)
    """Each time without a connection."""
    calls_run: int = 0
    calls_cancelled: int = 0
    sound_dropped: int = 0
    ended: str | None = None
    """Why the session ended before its time; ``None``: it did not."""

    @property
    def lost(self) -> list[str]:
        """Questions that were neither answered nor told of."""
        return [each for each in self.asked if not self.answers[each] and each not in self.told]


@attrs.frozen(kw_only=True)
class Soak:
    """Everything that was found."""

    ledgers: Sequence[Ledger]
    reads: Mapping[str, int]
    """Question → how often the server has read it."""
    struck: int
    """Faults that struck on the server's side."""
    memory: Sequence[tuple[Seconds, float]]
    """Megabytes, at so many seconds."""
    tasks_left: int
    """Tasks that are there when every session has ended, and were not before."""

    def doubled(self) -> list[str]:
        """Questions that were answered twice; and those that were read twice where nothing tells the server so."""
        return [
            each
            for ledger in self.ledgers
            for each in ledger.asked
            if ledger.answers[each] > 1 or (ledger.platform != "vertex" and self.reads.get(each, 0) > 1)
        ]

    def lost(self) -> list[str]:
        """Questions that were neither answered nor told of."""
        return [each for ledger in self.ledgers for each in ledger.lost]

    def growth(self) -> float:
        """Megabytes by which the last third of the time needed more than the middle one; the first one warms up."""
        third = len(self.memory) // 3
        if not third:
            return 0.0
        middle, last = (statistics.median(mb for _, mb in part) for part in self._parts(third))
        return last - middle

    def _parts(self, third: int) -> Iterator[Sequence[tuple[Seconds, float]]]:
        yield self.memory[third : 2 * third]
        yield self.memory[-third:]

    def problems(self) -> list[str]:
        """Why it will not do; empty if it will."""
        ended = [f"{ledger.ended}" for ledger in self.ledgers if ledger.ended is not None]
        found = {
            f"{len(self.lost())} questions were lost in silence": self.lost(),
            f"{len(self.doubled())} questions were doubled": self.doubled(),
            f"{len(ended)} sessions ended before their time: {'; '.join(sorted(set(ended)))}": ended,
            f"memory grew by {self.growth():.1f} MB": self.growth() > TOLERANCE_MB,
            f"{self.tasks_left} tasks were left": self.tasks_left,
            "nothing was asked": not any(ledger.asked for ledger in self.ledgers),
            "nothing was cut": not any(ledger.cuts for ledger in self.ledgers),
        }
        return [words for words, is_so in found.items() if is_so]

    def rows(self) -> Iterator[tuple[str, str]]:
        """What is printed: a name and a figure each."""
        ledgers = self.ledgers
        how = sum((ledger.continuations for ledger in ledgers), Counter[str]())
        gaps = sorted(gap for ledger in ledgers for gap in ledger.gaps)
        yield "sessions", f"{len(ledgers)}"
        yield "connections cut", f"{sum(ledger.cuts for ledger in ledgers)} (faults that struck: {self.struck})"
        yield "connections left in time", f"{sum(ledger.rotations for ledger in ledgers)}"
        yield "how the talk went on", ", ".join(f"{name.lower()} {count}" for name, count in sorted(how.items())) or "-"
        yield "questions asked", f"{sum(len(ledger.asked) for ledger in ledgers)}"
        yield "questions answered", f"{sum(len(ledger.answers) for ledger in ledgers)}"
        yield "told as undecided", f"{sum(len(ledger.told) for ledger in ledgers)}"
        yield "lost", f"{len(self.lost())}"
        yield "doubled", f"{len(self.doubled())}"
        yield "functions run", f"{sum(ledger.calls_run for ledger in ledgers)}"
        yield "function calls given up", f"{sum(ledger.calls_cancelled for ledger in ledgers)}"
        yield "sound dropped in gaps", f"{sum(ledger.sound_dropped for ledger in ledgers)} pieces"
        yield "gap p50 / p99 / worst", " / ".join(f"{1000 * part(gaps, at):.0f} ms" for at in (0.5, 0.99, 1.0))
        yield "memory, minutes: MB", ", ".join(f"{at / 60:.2g}: {mb:.1f}" for at, mb in thinned(self.memory))
        yield "memory grew by", f"{self.growth():.1f} MB"
        yield "tasks left", f"{self.tasks_left}"


def part(values: Sequence[float], share: float) -> float:
    """The nearest rank of some values in order; 0 of none."""
    return values[min(len(values) - 1, max(0, round(share * len(values)) - 1))] if values else 0.0


def thinned(samples: Sequence[tuple[Seconds, float]]) -> Sequence[tuple[Seconds, float]]:
    """No more of them than are shown, the first and the last among them."""
    if len(samples) <= SHOWN:
        return samples
    return [samples[round(number * (len(samples) - 1) / (SHOWN - 1))] for number in range(SHOWN)]
