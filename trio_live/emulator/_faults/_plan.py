"""What can be made to go wrong, and when: faults as values.

A `FaultPlan` is a list of strikes; a `Strike` is the name of a fault, the point of the conversation at which it
strikes, and a number or two. `FAULTS` lists the faults; every row of `CLOSE_REASONS` is one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live.emulator._service import CLOSE_REASONS
from trio_live.errors import ConfigError


class Point(StrEnum):
    """A point in the life of a connection."""

    UPGRADE = "upgrade"
    """The client asks for a connection."""
    SETUP = "setup"
    """The setup has come and is not answered yet."""
    READY = "ready"
    """The setup was answered."""
    FRAME = "frame"
    """The n-th frame was sent."""
    GENERATION = "generation"
    """The n-th turn is being given: some of it was sent, and more would follow."""
    TOOL_CALL = "tool_call"
    """Functions were asked for the n-th time, and nobody has answered."""
    AUDIO_IN_CALL = "audio_in_call"
    """The n-th piece of sound came while the model waits for a function. Real ones have been seen to break on it."""
    TURN_END = "turn_end"
    """The n-th turn was completed."""


class Family(StrEnum):
    """What a fault does."""

    CLOSE = "the server closes"
    HTTP = "the upgrade is refused"
    LINK = "the connection breaks"
    PACE = "something is slow"
    FRAMES = "from now on, frames look different"
    INJECTION = "one frame comes that nobody expects"


@attrs.frozen
class FaultRow:
    """One row of `FAULTS`."""

    family: Family
    meaning: str
    usual: Point
    """Where it strikes when the plan does not say."""
    seconds: Seconds | None = None
    """How long it takes when the plan does not say; ``None``: it has no length."""


_AFTER_UPGRADE: Final = frozenset(Point) - {Point.UPGRADE}
HTTP_PREFIX: Final = "http_"

FAULTS: Final[dict[str, FaultRow]] = {
    **{name: FaultRow(Family.CLOSE, row.meaning, Point.GENERATION) for name, row in CLOSE_REASONS.items()},
    **{
        f"{HTTP_PREFIX}{status}": FaultRow(Family.HTTP, f"HTTP status {status} instead of an upgrade", Point.UPGRADE)
        for status in (400, 401, 403, 404, 429, 500, 503)
    },
    "cut": FaultRow(Family.LINK, "the connection ends without a close frame", Point.GENERATION),
    "half_open": FaultRow(Family.LINK, "nothing is answered any more, the connection stays open", Point.GENERATION),
    "no_setup_complete": FaultRow(Family.LINK, "the setup is never answered", Point.SETUP),
    "stall": FaultRow(Family.PACE, "the model stops in the middle of its answer", Point.GENERATION, 1e9),
    "slow_reader": FaultRow(Family.PACE, "the server reads only once in so many seconds", Point.READY, 1.0),
    "slow_writer": FaultRow(Family.PACE, "every frame takes so many seconds", Point.READY, 0.2),
    "late_pong": FaultRow(Family.PACE, "pongs come so many seconds late (over sockets)", Point.UPGRADE, 20.0),
    "duplicate_transcripts": FaultRow(Family.FRAMES, "every piece of a transcript comes twice", Point.SETUP),
    "reorder_transcripts": FaultRow(Family.FRAMES, "pieces of transcripts change places", Point.SETUP),
    "late_transcripts": FaultRow(Family.FRAMES, "transcripts come after their turn", Point.SETUP),
    "split_fields": FaultRow(Family.FRAMES, "every field has a frame of its own", Point.SETUP),
    "merge_fields": FaultRow(Family.FRAMES, "frames are joined where they can be", Point.SETUP),
    "text_frames": FaultRow(Family.FRAMES, "text frames instead of binary ones", Point.SETUP),
    "unknown_enums": FaultRow(Family.FRAMES, "fields and enum strings nobody knows", Point.SETUP),
    "unknown_message": FaultRow(Family.INJECTION, "a message nobody knows", Point.GENERATION),
    "empty_frame": FaultRow(Family.INJECTION, "a frame without anything", Point.GENERATION),
    "empty_content": FaultRow(Family.INJECTION, "an empty serverContent", Point.GENERATION),
    "empty_turn": FaultRow(Family.INJECTION, "a turnComplete without a turn", Point.TURN_END),
    "phantom_interrupted": FaultRow(Family.INJECTION, "an interruption of nothing", Point.TURN_END),
    "garbage": FaultRow(Family.INJECTION, "a frame that is not JSON", Point.GENERATION),
    "oversized": FaultRow(Family.INJECTION, "a frame of 33 MiB", Point.GENERATION),
}
"""Name → what it is."""

_AT_UPGRADE: Final = {"cut", "half_open", "late_pong"}


def points_of(fault: str) -> frozenset[Point]:
    """Where a fault can strike."""
    if FAULTS[fault].family is Family.HTTP:
        return frozenset({Point.UPGRADE})
    if fault == "no_setup_complete":
        return frozenset({Point.SETUP})
    return frozenset(Point) if fault in _AT_UPGRADE else _AFTER_UPGRADE


@attrs.frozen(kw_only=True)
class Strike:
    """One fault at one point.

    Raises:
        ConfigError: there is no such fault, or it cannot strike there.
    """

    fault: str
    """A name from `FAULTS`."""
    at: Point = attrs.field(converter=Point)
    nth: int = 1
    """Which of the points of that kind, counted from 1."""
    after: Seconds = 0.0
    """How long after the point, in seconds of conversation."""
    connection: int | None = None
    """Only on this connection of the emulator, counted from 1; ``None``: on every one."""
    seconds: Seconds | None = None
    """How slow, or how long, for faults that have a length."""

    @at.default
    def _usual(self) -> Point:
        return FAULTS[self.fault].usual if self.fault in FAULTS else Point.READY

    @property
    def length(self) -> Seconds:
        """``seconds``, or what the fault usually takes."""
        return self.seconds if self.seconds is not None else FAULTS[self.fault].seconds or 0.0

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise ConfigError(problems)

    def _problems(self) -> Iterator[str]:
        row = FAULTS.get(self.fault)
        if row is None:
            yield f"there is no fault {self.fault!r}; there are {', '.join(FAULTS)}"
            return
        if self.at not in points_of(self.fault):
            able = ", ".join(point for point in Point if point in points_of(self.fault))
            yield f"{self.fault} cannot strike at {self.at}; it can at {able}"
        if self.nth < 1:
            yield f"nth is {self.nth}; points are counted from 1"
        if self.after < 0 or (self.seconds or 0.0) < 0:
            yield f"{self.fault}: after and seconds cannot be negative"
        if self.seconds is not None and row.seconds is None:
            yield f"{self.fault} has no length; leave seconds out"


@attrs.frozen
class FaultPlan:
    """Everything that is to go wrong."""

    strikes: tuple[Strike, ...] = ()

    def on(self, connection: int) -> tuple[Strike, ...]:
        """The strikes that concern one connection."""
        return tuple(strike for strike in self.strikes if strike.connection in {None, connection})

    @classmethod
    def of(cls, fault: str, at: Point | str | None = None, *, nth: int = 1, after: Seconds = 0.0) -> FaultPlan:
        """A plan of one strike: the ``nth`` time that the point is reached, ``after`` so many seconds.

        Without a point it strikes at the usual one of the fault.
        """
        strike = Strike(fault=fault, nth=nth, after=after)
        return cls((strike if at is None else attrs.evolve(strike, at=Point(at)),))

    @classmethod
    def random(cls, seed: int, *, strikes: int = 3) -> FaultPlan:
        """A plan for soak tests: the same seed gives the same plan.

        Args:
            seed: any number.
            strikes: the most strikes of the plan; it has at least one.
        """
        dice = random.Random(seed)  # noqa: S311  # nobody is to be kept from guessing it
        return cls(tuple(_random_strike(dice) for _ in range(dice.randint(1, strikes))))


def _random_strike(dice: random.Random) -> Strike:
    fault = dice.choice(sorted(FAULTS))
    row = FAULTS[fault]
    at = dice.choice(sorted(points_of(fault)))
    return Strike(
        fault=fault,
        at=at,
        nth=1 if at in {Point.UPGRADE, Point.SETUP, Point.READY} else dice.randint(1, 4),
        after=dice.choice((0.0, round(dice.uniform(0.0, 3.0), 2))),
        connection=dice.choice((None, 1, 2)),
        seconds=None if row.seconds is None else round(dice.uniform(0.05, 5.0), 2),
    )


NO_FAULTS: Final = FaultPlan()
