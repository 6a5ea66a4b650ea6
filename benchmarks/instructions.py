"""Instructions per frame, in user space, through ``perf``: steady where time is noisy.

Two runs that differ in nothing but their number of frames are subtracted, so that starting and connecting cancel out.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import trio

from benchmarks.loads import Load
from benchmarks.measurements import PACE
from benchmarks.pairs import present_subjects
from benchmarks.processes import Service, run_worker
from benchmarks.report import Goal, Result

FEW, MANY = 200, 600
ROUNDS, QUICK_ROUNDS = 5, 1
NO_COUNTER = "no instructions were counted: perf is missing, or this machine has no counter for it"
EVENT = "instructions:u"

COUNTED = (
    ("paced", "received frame", Goal(at_most=190_000)),
    ("speech", "sent frame", Goal(at_most=90_000)),
)
"""Load, what is counted, and the goal."""


def perf(output: Path) -> list[str]:
    """The command before a command."""
    return ["perf", "stat", "-x", ",", "-e", EVENT, "-o", str(output), "--"]


def counted(output: Path) -> int | None:
    """What perf wrote; ``None`` if it could not count."""
    for line in output.read_text(encoding="utf-8").splitlines():
        figure, *rest = line.split(",")
        if EVENT in rest and figure.isdigit():
            return int(figure)
    return None


async def can_count() -> bool:
    """Whether there is perf, and a counter for it."""
    if shutil.which("perf") is None:
        return False
    with TemporaryDirectory() as folder:
        output = Path(folder, "perf")
        done = await trio.run_process([*perf(output), sys.executable, "-c", ""], check=False, capture_stderr=True)
        return done.returncode == 0 and counted(output) is not None


async def measure(service: Service, *, quick: bool) -> list[Result]:
    """Every subject in turns."""
    if not await can_count():
        print(f"  {NO_COUNTER}")
        return []
    subjects, note = present_subjects()
    results = []
    for kind, what, goal in COUNTED:
        samples: dict[str, list[float]] = {subject: [] for subject in subjects}
        for _ in range(QUICK_ROUNDS if quick else ROUNDS):
            for subject in subjects:
                few, many = [await _count(kind, subject, frames, service) for frames in (FEW, MANY)]
                samples[subject].append((many - few) / (MANY - FEW))
        result = Result(
            name="a frame each 5 ms", figure=f"per {what}", unit="instructions", samples=samples, goal=goal, note=note
        )
        results.append(result)
    return results


async def _count(kind: str, subject: str, frames: int, service: Service) -> int:
    load = Load(kind=kind, address=service.plain, count=frames, interval=PACE)
    with TemporaryDirectory() as folder:
        output = Path(folder, "perf")
        await run_worker(subject, load, service, within=perf(output))
        figure = counted(output)
        assert figure is not None, NO_COUNTER
        return figure
