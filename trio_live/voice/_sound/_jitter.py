"""The jitter buffer: sound comes in bursts and leaves at an even pace.

It fills before it plays, by a depth that follows how unevenly the sound comes, and fills again when it has run dry. The
estimate: the mean of the intervals between arrivals, smoothed, and the mean deviation *from that mean*. Measuring the
deviation from the deviation, as is sometimes done, ends at half an interval even when every packet is on time.

::

             depth reached                    ran dry
    FILLING ───────────────▶ PLAYING ────────────────▶ UNDERRUN
       ▲                        ▲      depth reached       │
       └──── flush, or the      └──────────────────────────┘
             end was played
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

import attrs

from trio_live._typing import Seconds
from trio_live.errors import ConfigError
from trio_live.voice._sound._pcm import BYTES_PER_SAMPLE, Pcm

PAUSE: Final[Seconds] = 1.0
"""Who sends nothing for so long has paused: that says nothing about the line."""


class JitterState(StrEnum):
    """Where the buffer stands."""

    FILLING = "filling"
    PLAYING = "playing"
    UNDERRUN = "underrun"


@attrs.frozen(kw_only=True)
class JitterConfig:
    """Settings of the buffer.

    Raises:
        ConfigError: some values cannot work; all of them are named.
    """

    sample_rate: int = 24_000
    """Samples per second: the model's."""
    min_depth: int = 4_800
    """Samples that are there at least before anything is played; a fifth of a second."""
    max_depth: int = 48_000
    """Samples that are kept at most; the oldest are dropped, and counted.

    Two seconds suit a line that sends in real time. A model sends a whole answer at once: give it room for one."""
    alpha: float = 0.125
    """Weight of one more arrival in the estimate."""
    depth_multiple: float = 2.0
    """So many times the mean deviation is waited for."""

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise ConfigError(problems)

    def _problems(self) -> Iterator[str]:
        if self.sample_rate < 1:
            yield f"sample_rate is {self.sample_rate}; it takes at least one sample a second"
        if not 0 <= self.min_depth <= self.max_depth or not self.max_depth:
            yield f"depths from {self.min_depth} to {self.max_depth} samples; the smaller comes first, none is negative"
        if not 0 < self.alpha <= 1:
            yield f"alpha is {self.alpha}; a weight lies above 0 and is 1 at most"
        if self.depth_multiple < 0:
            yield f"depth_multiple is {self.depth_multiple}; it cannot be negative"


class Pulled(NamedTuple):
    """What was taken out of the buffer."""

    pcm: bytes
    """As many samples as were asked for: sound, then silence."""
    real: int
    """How many of them are sound."""


class JitterBuffer:
    """Takes PCM16 as it comes, and gives as much as is asked for.

    Args:
        config: the settings.
    """

    def __init__(self, config: JitterConfig | None = None) -> None:
        self.config = config or JitterConfig()
        self._pieces: deque[memoryview] = deque()
        self._held = 0
        self._half = b""
        self._ends = False
        self.reset()

    def reset(self) -> None:
        """Make it new: empty, without estimate and counts."""
        self.flush()
        self._interval: Seconds | None = None
        self._deviation: Seconds = 0.0
        self.underruns = 0
        """How often it ran dry while more was to come."""
        self.dropped = 0
        """Samples that were given up because the buffer was full."""

    @property
    def depth(self) -> int:
        """Samples that wait."""
        return self._held

    @property
    def depth_ms(self) -> float:
        """How long they last, in milliseconds."""
        return self._held * 1000 / self.config.sample_rate

    @property
    def jitter(self) -> Seconds:
        """How far an arrival is off its time, in the mean."""
        return self._deviation

    @property
    def wanted_depth(self) -> int:
        """Samples that must be there before it plays, by the line as it is now."""
        adaptive = int(self._deviation * self.config.sample_rate * self.config.depth_multiple)
        return min(max(self.config.min_depth, adaptive), self.config.max_depth)

    def push(self, pcm: Pcm, now: Seconds) -> int:
        """Sound has come.

        Args:
            pcm: PCM16 LE mono of any length; half a sample at the end waits for its other half.
            now: this instant.

        Returns:
            Samples that were dropped for it, the oldest.
        """
        self._note_arrival(now)
        data = self._half + pcm if self._half else bytes(pcm)
        whole = len(data) - len(data) % BYTES_PER_SAMPLE
        self._half = data[whole:]
        self._ends = False
        if whole:
            self._pieces.append(memoryview(data)[:whole])
            self._held += whole // BYTES_PER_SAMPLE
        dropped = max(0, self._held - self.config.max_depth)
        if dropped:
            self._take(dropped)
            self.dropped += dropped
        self._fill()
        return dropped

    def end(self) -> None:
        """Nothing more is to come for now: what is there is played, however little, and its end is no underrun."""
        self._ends = True
        self._fill()

    def pull(self, samples: int) -> Pulled:
        """Take sound to play.

        Args:
            samples: how many; silence stands for those that are not there.
        """
        if self.state is JitterState.FILLING:
            return Pulled(bytes(samples * BYTES_PER_SAMPLE), 0)
        real = min(samples, self._held)
        sound = self._take(real)
        if real < samples or (self._ends and not self._held):
            self._ran_dry()
        return Pulled(sound.ljust(samples * BYTES_PER_SAMPLE, b"\0"), real)

    def flush(self) -> int:
        """Throw away what waits, as when the user speaks over it; what is known of the line stays.

        Returns:
            Samples that were thrown away.
        """
        thrown, self._held = self._held, 0
        self._pieces.clear()
        self._half = b""
        self._ends = False
        self.state = JitterState.FILLING
        """Where it stands."""
        self._arrived_at: Seconds | None = None
        return thrown

    def _ran_dry(self) -> None:
        if self._ends:
            self.state, self._ends, self._arrived_at = JitterState.FILLING, False, None
        elif self.state is JitterState.PLAYING:
            self.state = JitterState.UNDERRUN
            self.underruns += 1

    def _fill(self) -> None:
        if self._held and (self._held >= self.wanted_depth or self._ends):
            self.state = JitterState.PLAYING

    def _note_arrival(self, now: Seconds) -> None:
        last, self._arrived_at = self._arrived_at, now
        if last is None or now - last > PAUSE:
            return
        interval = now - last
        if self._interval is None:
            self._interval = interval
            return
        alpha = self.config.alpha
        self._deviation += alpha * (abs(interval - self._interval) - self._deviation)
        self._interval += alpha * (interval - self._interval)

    def _take(self, samples: int) -> bytes:
        wanted, taken = samples * BYTES_PER_SAMPLE, []
        self._held -= samples
        while wanted:
            piece = self._pieces[0]
            if len(piece) <= wanted:
                taken.append(self._pieces.popleft())
            else:
                taken.append(piece[:wanted])
                self._pieces[0] = piece[wanted:]
            wanted -= len(taken[-1])
        return b"".join(taken)
