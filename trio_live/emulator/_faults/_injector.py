"""Makes one connection go wrong as a plan says.

Everything the emulator sends passes through `FaultInjector.through`, which counts the points of the conversation by what
the frames are, and strikes. A connection without a plan has an injector with nothing to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import trio

from trio_live._typing import Seconds
from trio_live.emulator._audio import Frame
from trio_live.emulator._faults._plan import FAULTS, HTTP_PREFIX, Family, Point, Strike
from trio_live.emulator._faults._rewriting import REWRITERS, Rewriter, injected
from trio_live.emulator._faults._streams import WireStream
from trio_live.emulator._service import CLOSE_REASONS, Refused

IN_THE_MIDDLE: Final = 3
"""The piece of an answer after which a turn counts as being in the middle: a tenth of a second of speech."""


class Breakable(Protocol):
    """A connection, as far as faults end it."""

    @property
    def has_come(self) -> bool:
        """Whether the connection is to end."""
        ...

    def refuse(self, refusal: Refused) -> None:
        """Close, with these words."""
        ...

    def cut(self) -> None:
        """End without a word."""
        ...


class FaultInjector:
    """Carries out the faults of one connection.

    Args:
        strikes: what the plan has for it.
        note: told of every strike.
        time_scale: seconds of conversation in a second.
    """

    def __init__(self, strikes: Sequence[Strike], note: Callable[[str], None], time_scale: float = 1.0) -> None:
        self._has_work = bool(strikes)
        self._open = list(strikes)
        self._note = note
        self._scale = time_scale
        self._counts: Counter[Point] = Counter()
        self._pieces = 0
        self._rewriters: list[Rewriter] = []
        self._injected: list[Frame] = []
        self._ending: Breakable | None = None
        self._nursery: trio.Nursery | None = None
        self._emit: Callable[[], None] = _nothing
        self.wire: WireStream | None = None
        """The stream below, over sockets."""
        self.is_mute = False
        """Nothing is sent any more."""
        self.is_deaf = False
        """Nothing that is received counts any more."""
        self.read_delay: Seconds = 0.0
        self.write_delay: Seconds = 0.0
        self.stalled_until: Seconds = 0.0
        """The instant until which the model says nothing more in this turn."""

    def attach(self, ending: Breakable, nursery: trio.Nursery, emit: Callable[[], None]) -> None:
        """The connection is there: from now on strikes can end it, and be late.

        Args:
            ending: the connection's.
            nursery: runs what is late.
            emit: sends no frame, and with it what is to be injected.
        """
        self._ending, self._nursery, self._emit = ending, nursery, emit

    @property
    def _has_ended(self) -> bool:
        return self._ending is not None and self._ending.has_come

    # -- before there is a connection

    def fail_upgrade(self, wire: WireStream | None = None) -> Strike | None:
        """What is to happen to the upgrade instead of its success; late pongs are arranged for."""
        self.wire = wire
        found: Strike | None = None
        for strike in self._due(Point.UPGRADE):
            if strike.fault == "late_pong":
                self._strike(strike)
            else:
                found = found or strike
        return found

    @staticmethod
    def status_of(strike: Strike) -> int | None:
        """The HTTP status of a refused upgrade; ``None``: no answer at all."""
        return int(strike.fault.removeprefix(HTTP_PREFIX)) if FAULTS[strike.fault].family is Family.HTTP else None

    # -- while there is one

    def reached(self, point: Point) -> None:
        """A point was reached: strike what is due."""
        for strike in self._due(point):
            if strike.after and self._nursery is not None:
                self._nursery.start_soon(self._later, strike)
            else:
                self._strike(strike)

    def through(self, frames: Sequence[Frame]) -> Sequence[Frame]:
        """What becomes of frames that are to be sent."""
        if not self._has_work:
            return frames
        passed = [passed for frame in frames for passed in self._pass(frame)]
        return [*passed, *self._take_injected()]

    def _pass(self, frame: Frame) -> list[Frame]:
        if self.is_mute or self._has_ended:
            return []
        passing = [frame]
        for rewriter in self._rewriters:
            passing = [after for before in passing for after in rewriter(before)]
        for point in self._points(frame):
            self.reached(point)
        return [*passing, *self._take_injected()]

    def _take_injected(self) -> list[Frame]:
        injected_, self._injected = self._injected, []
        return [] if self.is_mute or self._has_ended else injected_

    def _points(self, frame: Frame) -> list[Point]:
        points = [Point.FRAME]
        if "setup_complete" in frame.kinds:
            points.append(Point.READY)
        if "model_turn" in frame.kinds:
            self._pieces += 1
            if self._pieces == IN_THE_MIDDLE:
                points.append(Point.GENERATION)
        if "tool_call" in frame.kinds:
            points.append(Point.TOOL_CALL)
        if "turn_complete" in frame.kinds:
            self._pieces, self.stalled_until = 0, 0.0
            points.append(Point.TURN_END)
        return points

    def _due(self, point: Point) -> list[Strike]:
        self._counts[point] += 1
        due = [strike for strike in self._open if strike.at is point and strike.nth == self._counts[point]]
        self._open = [strike for strike in self._open if strike not in due]
        return due

    async def _later(self, strike: Strike) -> None:
        await trio.sleep(strike.after / self._scale)
        self._strike(strike)
        self._emit()

    def _strike(self, strike: Strike) -> None:
        if self._has_ended:
            return
        self._note(f"fault: {strike.fault} at {strike.at} {strike.nth}")
        match FAULTS[strike.fault].family:
            case Family.CLOSE if self._ending is not None:
                self._ending.refuse(CLOSE_REASONS[strike.fault].refusal)
            case Family.FRAMES:
                self._rewriters.append(REWRITERS[strike.fault]())
            case Family.INJECTION:
                self._injected.append(injected(strike.fault))
            case Family.LINK if self._ending is not None:
                self._break(strike.fault, self._ending)
            case Family.PACE | Family.HTTP:
                self._slow(strike)
            case _:
                pass

    def _break(self, fault: str, ending: Breakable) -> None:
        if fault == "cut":
            ending.cut()
            return
        self.is_mute = True
        self.is_deaf = fault == "half_open"

    def all_written(self) -> None:
        """Everything that was sent before a strike is on its way; a dead connection is silent from here on."""
        if self.is_deaf and self.wire is not None:
            self.wire.is_mute = True

    def _slow(self, strike: Strike) -> None:
        length = strike.length / self._scale
        match strike.fault:
            case "stall":
                self.stalled_until = trio.current_time() + length
            case "slow_reader":
                self.read_delay = length
            case "slow_writer":
                self.write_delay = length
            case "late_pong" if self.wire is not None:
                self.wire.pong_delay = length
            case _:
                pass


def _nothing() -> None:
    """Before there is a connection, nothing can be sent."""
