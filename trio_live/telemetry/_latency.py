"""How long answers took: the samples of a session, and what they look like.

Strategy: the samples are one immutable value that is replaced as a whole. There is one a turn, so the copy costs
nothing that matters, and whoever reads while another is recorded, a worker thread for instance, sees all of a
sample or nothing of it: a count of one always comes with one sample.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final, Self

import attrs

from trio_live._typing import JsonObject
from trio_live._values import value

HISTOGRAM_BOUNDS_MS: Final = (
    *(50, 100, 150, 200, 300, 400, 500, 650, 800),
    *(1000, 1300, 1600, 2000, 2500, 3000, 4000, 5000),
)
"""Inclusive upper bounds of the buckets; one more bucket, open at the top, follows.

They are dense where people notice a difference: a pause in talk lasts about 200 ms, and one of a second is felt.
"""

RECENT_SAMPLES: Final = 256
"""Percentiles look at this many of the newest samples, so that they follow a session whose network changes."""

_DECIMALS: Final = 3  # microseconds; finer digits are noise of floating point


@value
class HistogramBucket:
    """How many answers took at most this long, and longer than the bucket below."""

    upper_ms: int | None
    """The inclusive upper bound; ``None`` for the open bucket at the top."""
    count: int


@value(kw_only=True)
class LatencyDistribution:
    """How long answers took, in milliseconds; all zeros while there was none."""

    count: int
    """Answers measured since the session began."""
    last_ms: float
    min_ms: float
    max_ms: float
    mean_ms: float
    """Over the whole session, as are minimum, maximum and histogram."""
    p50_ms: float
    p90_ms: float
    p99_ms: float
    """Percentiles are values that occurred (nearest rank), among the newest `RECENT_SAMPLES`."""
    histogram: tuple[HistogramBucket, ...]

    def to_json(self) -> JsonObject:
        """The same as a JSON object."""
        return attrs.asdict(self) | {"histogram": [attrs.asdict(bucket) for bucket in self.histogram]}

    def __str__(self) -> str:
        if not self.count:
            return "turns=0 (no response measured yet)"
        names = ("last", "p50", "p90", "p99", "min", "max", "mean")
        return f"turns={self.count} " + " ".join(f"{name}={getattr(self, f'{name}_ms'):.0f}ms" for name in names)


@value
class LatencySamples:
    """What is kept of the answers so far: the newest as they were, all of them as sums."""

    count: int = 0
    last_ms: float = 0.0
    min_ms: float = 0.0
    max_ms: float = 0.0
    total_ms: float = 0.0
    recent: tuple[float, ...] = ()
    buckets: tuple[int, ...] = (0,) * (len(HISTOGRAM_BOUNDS_MS) + 1)

    def plus(self, seconds: float) -> Self:
        """These and one more, which took ``seconds``."""
        sample = round(seconds * 1000, _DECIMALS)
        bucket = bisect_left(HISTOGRAM_BOUNDS_MS, sample)
        return attrs.evolve(
            self,
            count=self.count + 1,
            last_ms=sample,
            min_ms=min(self.min_ms, sample) if self.count else sample,
            max_ms=max(self.max_ms, sample),
            total_ms=self.total_ms + sample,
            recent=(*self.recent, sample)[-RECENT_SAMPLES:],
            buckets=(*self.buckets[:bucket], self.buckets[bucket] + 1, *self.buckets[bucket + 1 :]),
        )

    @property
    def mean_ms(self) -> float:
        """The mean of all samples; zero when there are none."""
        if not self.count:
            return 0.0
        mean = round(self.total_ms / self.count, _DECIMALS)
        # The sum is rounded at every step, so a mean of equal samples could come out just beside them.
        return min(max(mean, self.min_ms), self.max_ms)

    def distribution(self) -> LatencyDistribution:
        """What the samples look like."""
        ordered = sorted(self.recent)
        return LatencyDistribution(
            count=self.count,
            last_ms=self.last_ms,
            min_ms=self.min_ms,
            max_ms=self.max_ms,
            mean_ms=self.mean_ms,
            p50_ms=_nearest_rank(ordered, 50),
            p90_ms=_nearest_rank(ordered, 90),
            p99_ms=_nearest_rank(ordered, 99),
            histogram=tuple(map(HistogramBucket, (*HISTOGRAM_BOUNDS_MS, None), self.buckets)),
        )


def _nearest_rank(ordered: list[float], percent: int) -> float:
    """The smallest sample that ``percent`` of the samples do not exceed; zero without samples."""
    if not ordered:
        return 0.0
    rank = -(-percent * len(ordered) // 100)  # rounded up, in whole numbers
    return ordered[rank - 1]
