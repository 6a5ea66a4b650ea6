"""What is measured, as tables: which load, over what, and which of its figures with which goal."""

from __future__ import annotations

import attrs

from benchmarks.loads import TYPED
from benchmarks.report import Goal


@attrs.frozen
class Figure:
    """One of the figures a worker prints."""

    key: str
    title: str
    unit: str
    goal: Goal | None = None
    worst: bool = False


@attrs.frozen(kw_only=True)
class Measurement:
    """One load, run on every subject in turns."""

    kind: str
    """A name in the workers' tables."""
    title: str
    figures: tuple[Figure, ...]
    count: int = 1
    quick_count: int = 1
    sessions: int = 1
    seconds: float = 0.0
    interval: float = 0.040
    tls: bool = False
    quick: bool = True
    """Whether a quick run includes it."""
    warm_up: bool = False
    """Whether a first round is not counted, because every process of it has to compile its modules."""


def _at_most(ratio: float) -> Goal:
    return Goal(ratio_at_most=ratio)


def _cpu(what: str, ratio: float | None = None) -> Figure:
    return Figure("cpu", f"CPU per {what}", "µs", None if ratio is None else _at_most(ratio))


def _with_tls(measurement: Measurement) -> tuple[Measurement, ...]:
    """The same over TLS as its own row."""
    return measurement, attrs.evolve(measurement, title=f"{measurement.title} over TLS", tls=True)


PACE = 0.005
"""The pace at which one session is measured: fast enough for many frames, slow enough that each is woken for."""

ROUND_TRIP = (Figure("wall", "time per round", "µs", _at_most(1.5)), _cpu("round"))

CALLS = (1, 50, 100, 200, 250, 300)
CALL_GOALS: dict[int, dict[str, Goal]] = {
    200: {"p99": _at_most(1.5), "late": Goal(at_most=0.0)},
    250: {"late": Goal(at_most=0.0)},
}


def _calls(sessions: int) -> Measurement:
    goals = CALL_GOALS.get(sessions, {})
    return Measurement(
        kind="calls",
        title=f"{sessions} call{'s' if sessions > 1 else ''}",
        figures=(
            Figure("load", "load of one core", "%"),
            Figure("waited", "waiting for a core", "%"),
            Figure("p50", "p50", "ms"),
            Figure("p99", "p99", "ms", goals.get("p99")),
            Figure("worst", "worst", "ms", worst=True),
            Figure("late", "later than 40 ms", "%", goals.get("late")),
            Figure("slip", "slip of the microphone, p99", "ms"),
        ),
        sessions=sessions,
        seconds=8.0,
        quick=sessions in (1, 50),
    )


MEASUREMENTS: dict[str, tuple[Measurement, ...]] = {
    "burst": _with_tls(
        Measurement(kind="burst", title="burst", figures=(_cpu("received frame", 1.0),), count=7, quick_count=3)
    ),
    "paced": (
        *_with_tls(
            Measurement(
                kind="paced",
                title="a frame each 5 ms",
                figures=(
                    Figure("cpu", "CPU per received frame", "µs", Goal(ratio_at_most=1.0, over_at_most=1.5)),
                    Figure("p50", "latency, p50", "ms"),
                ),
                count=800,
                quick_count=200,
                interval=PACE,
            )
        ),
        Measurement(
            kind="calls",
            title="one call: 25 frames/s in, 50 out",
            figures=(
                Figure("load", "load of one core", "%"),
                Figure("p50", "latency, p50", "ms"),
                Figure("p99", "latency, p99", "ms"),
            ),
            seconds=6.0,
        ),
    ),
    "microphone": (
        *_with_tls(
            Measurement(
                kind="microphone",
                title="microphone, as fast as it is taken",
                figures=(_cpu("sent frame", 0.75),),
                count=4000,
                quick_count=1000,
            )
        ),
        Measurement(
            kind="speech",
            title="microphone, a frame each 5 ms",
            figures=(_cpu("sent frame"),),
            count=800,
            quick_count=200,
            interval=PACE,
        ),
    ),
    "mixed": _with_tls(
        Measurement(kind="mixed", title="mixed turns", figures=(_cpu("message", 1.7),), count=7, quick_count=3)
    ),
    "tool_round": (
        *_with_tls(Measurement(kind="tool", title="tool round trip", figures=ROUND_TRIP, count=5, quick_count=2)),
        *_with_tls(Measurement(kind=TYPED, title="typed function", figures=ROUND_TRIP, count=5, quick_count=2)),
    ),
    "calls": tuple(map(_calls, CALLS)),
    "connect": (
        Measurement(
            kind="connect",
            title="connecting",
            figures=(
                Figure("spawned", "start of the process to connected", "ms", _at_most(1.5)),
                Figure("warm", "again, in a warm process", "ms", _at_most(1.5)),
            ),
            count=20,
            quick_count=5,
            warm_up=True,
        ),
    ),
}
"""Name on the command line → what it measures. What else can be named there stands in ``benchmarks.__main__``."""
