"""Running subjects in turns: every round runs each of them once, each in a fresh process."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.loads import Figures, Load
from benchmarks.measurements import Measurement
from benchmarks.official_client import MISSING, OFFICIAL, official_python
from benchmarks.processes import Service, run_worker
from benchmarks.report import Result
from benchmarks.subjects import BARE, FLOOR, OURS, OVER

ROUNDS, QUICK_ROUNDS = 5, 2
NO_TLS = "trustme is not installed: nothing was measured over TLS"


def present_subjects() -> tuple[list[str], str]:
    """Who can be measured here, and a sentence about who cannot."""
    if official_python() is None:
        return [FLOOR, BARE, OURS, OVER], MISSING
    return [FLOOR, BARE, OURS, OVER, OFFICIAL], ""


async def measure(measurements: Sequence[Measurement], service: Service, *, quick: bool) -> list[Result]:
    """All of them, one after the other."""
    results: list[Result] = []
    for measurement in measurements:
        if measurement.quick or not quick:
            results += await measure_one(measurement, service, quick=quick)
    return results


async def measure_one(measurement: Measurement, service: Service, *, quick: bool) -> list[Result]:
    """Every subject in turns; a line for each figure."""
    if measurement.tls and service.secure is None:
        print(NO_TLS)
        return []
    subjects, note = present_subjects()
    load = Load(
        kind=measurement.kind,
        address=service.at(tls=measurement.tls),
        count=measurement.quick_count if quick else measurement.count,
        sessions=measurement.sessions,
        seconds=measurement.seconds / 4 if quick else measurement.seconds,
        interval=measurement.interval,
    )
    taken: dict[str, list[Figures]] = {subject: [] for subject in subjects}
    print(f"  {measurement.title} …", flush=True)
    for number in range((QUICK_ROUNDS if quick else ROUNDS) + measurement.warm_up):
        for subject in subjects:
            figures = await run_worker(subject, load, service)
            if number >= measurement.warm_up:
                taken[subject].append(figures)
    return [
        Result(
            name=measurement.title,
            figure=figure.title,
            unit=figure.unit,
            samples={subject: [figures[figure.key] for figures in taken[subject]] for subject in subjects},
            goal=figure.goal,
            worst=figure.worst,
            note=note,
        )
        for figure in measurement.figures
    ]
