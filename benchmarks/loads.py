"""What is asked of a subject, and how it is counted: what both worlds share, Trio's and asyncio's.

A load runs in a process of its own, told by a `Load` as JSON, and prints its figures as JSON. Nothing but the
standard library is imported here, so that the official client needs no library of ours in its environment.
"""

from __future__ import annotations

import gc
import json
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.script import BURST, CALLS, FRAME_SECONDS, MESSAGES, STAMP_BYTES, TURN_AUDIO, TURNS

MODEL = "gemini-3.8-live"
KEY = "throwaway"
TYPED = "typed tool"
"""The kind of load that calls a typed function where a subject has them; the others answer by hand, as for ``tool``."""
INSTRUCTION = "You are a helpful assistant."
ANSWER = {"slots": ["nine", "ten"]}
"""What every tool answers."""

MICROPHONE_SECONDS = 0.020
MICROPHONE_FRAME = random.Random(2).randbytes(640)  # noqa: S311  # noise, no secret
"""20 ms of PCM16 at 16 kHz."""
LATE_MS = 40.0
"""A frame that is later than its own length leaves a gap, unless the listener holds some back."""
SETTLE_SECONDS = 0.03
"""Longer than any batch waits: afterwards everything has been handled by everybody."""
WARM_UP_FRAMES = 50
WARM_UP_SECONDS = 1.5

Figures = dict[str, float]


@dataclass(frozen=True)
class Load:
    """One run of one subject."""

    kind: str
    """A name in the worker's table."""
    address: str
    """Of the peer: ``ws://`` or ``wss://``."""
    count: int = 1
    """Rounds, or frames where a frame is what is counted."""
    sessions: int = 1
    seconds: float = 0.0
    interval: float = FRAME_SECONDS
    """Between two frames."""
    started: float = 0.0
    """`time.monotonic()` when the process was started."""

    @classmethod
    def told(cls, text: str) -> Load:
        """As `to_json` wrote it."""
        return cls(**json.loads(text))

    def to_json(self) -> str:
        """For the command line of a process."""
        return json.dumps(asdict(self))

    def at(self, plan: str) -> str:
        """The address with what the peer shall do."""
        return f"{self.address}/{plan}"

    @property
    def pace(self) -> str:
        """Where the peer sends a frame at every interval."""
        return self.at(f"pace-{self.interval * 1000:g}")


@dataclass(frozen=True)
class Asked:
    """A kind of load that is one message of ours and everything that follows from it."""

    plan: str
    units: int
    """What the cost is divided by."""
    heard: int
    """Calls of `Ears` that end a round."""
    audio: int = 0
    """Audio frames among them."""


ASKED = {
    "burst": Asked(f"burst-{BURST}", BURST, BURST, BURST),
    "mixed": Asked(f"mixed-{TURNS}", TURNS * MESSAGES, TURNS * (TURN_AUDIO + 2), TURNS * TURN_AUDIO),
    **dict.fromkeys(("tool", TYPED), Asked(f"tool-{CALLS}", CALLS, CALLS)),
}
"""A turn of ``mixed`` is heard as its audio, one tool call and its end; transcripts come in pieces and are not counted."""


COLLECTOR = (50_000, 20, 100)
"""How seldom Python's collector of cycles looks in a process of many calls; as `trio_live.instruments.tuned_collector` has it."""


def tune_collector() -> None:
    """Every client's process of many calls is run like this."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR)


def _ignore(_: object = None) -> None:
    """Hear nothing of interest."""


@dataclass(frozen=True)
class Ears:
    """What a subject calls; everything is short and synchronous."""

    audio: Callable[[bytes], None] = _ignore
    text: Callable[[str], None] = _ignore
    turn: Callable[[], None] = _ignore
    call: Callable[[], None] = _ignore


@dataclass
class Countdown:
    """Counts calls, and tells when there were enough."""

    left: int = 0
    done: Callable[[], object] = _ignore

    def start(self, count: int, done: Callable[[], object]) -> None:
        """Expect ``count`` calls from now on."""
        self.left, self.done = count, done

    def hear(self, _: object = None) -> None:
        """One more."""
        self.left -= 1
        if not self.left:
            self.done()

    @property
    def ears(self) -> Ears:
        """Ears that count everything but pieces of text."""
        return Ears(audio=self.hear, turn=self.hear, call=self.hear)


def waited_for_a_core() -> float:
    """Seconds in which this process could have run and had no core. Reads ``/proc``; nothing elsewhere."""
    try:
        return int(Path("/proc/self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


@dataclass
class Stopwatch:
    """Time of this process, and of the clock on the wall."""

    cpu: float = field(default_factory=time.process_time)
    wall: float = field(default_factory=time.perf_counter)
    waited: float = field(default_factory=waited_for_a_core)

    def cpu_us(self, units: int) -> float:
        """What each of ``units`` took this process since the start."""
        return (time.process_time() - self.cpu) / units * 1e6

    def wall_us(self, units: int) -> float:
        """How long each of them took."""
        return (time.perf_counter() - self.wall) / units * 1e6

    def loads(self) -> Figures:
        """Percent of one core: what was used, and for how long it was wanted while somebody else had it."""
        wall = time.perf_counter() - self.wall
        used, waited = time.process_time() - self.cpu, waited_for_a_core() - self.waited
        return {"load": used / wall * 100, "waited": waited / wall * 100}


@dataclass
class Ages:
    """How old stamped frames were when they were heard, and how late microphone frames were sent; milliseconds."""

    heard: list[float] = field(default_factory=list)
    slipped: list[float] = field(default_factory=list)

    def hear(self, sound: bytes) -> None:
        """One frame of the peer's."""
        self.heard.append((time.monotonic_ns() - int.from_bytes(sound[:STAMP_BYTES], "little")) / 1e6)

    def sent(self, late_seconds: float) -> None:
        """One frame of ours, so much later than it was due."""
        self.slipped.append(late_seconds * 1e3)

    def clear(self) -> None:
        """Forget the warm-up."""
        self.heard.clear()
        self.slipped.clear()

    def figures(self) -> Figures:
        """Percentiles, and the share that came late."""
        heard, slipped = sorted(self.heard), sorted(self.slipped) or [0.0]
        assert heard, "nothing was heard"
        return {
            "p50": heard[len(heard) // 2],
            "p99": heard[len(heard) * 99 // 100],
            "worst": heard[-1],
            "late": sum(age > LATE_MS for age in heard) / len(heard) * 100,
            "slip": slipped[len(slipped) * 99 // 100],
        }


async def heard(load: Load, ages: Ages, hear_frames: Callable[[int], Awaitable[None]]) -> Figures:
    """Hear ``count`` frames, after a warm-up; for either world, as it only waits for what it is given.

    Args:
        load: how many.
        ages: notes each.
        hear_frames: waits for so many.
    """
    await hear_frames(WARM_UP_FRAMES)
    gc.collect()
    await hear_frames(WARM_UP_FRAMES)  # also over what waited while the collector ran
    ages.clear()
    watch = Stopwatch()
    await hear_frames(load.count)
    return {"cpu": watch.cpu_us(load.count), **ages.figures()}


def phases(sessions: int) -> Sequence[float]:
    """Where in the interval each session speaks: the same in every run."""
    numbers = random.Random(3)  # noqa: S311  # no secret
    return [numbers.random() for _ in range(sessions)]
