"""What an idle session holds, next to bare connections.

Every figure comes from a fresh process, which opens many at once and divides. What the system sees (resident pages)
and what Python allocated (tracemalloc) are measured apart, because tracing needs memory itself. Reads ``/proc``, so
Linux only.
"""

from __future__ import annotations

import argparse
import gc
import os
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from sys import executable

import trio

from benchmarks.loads import Ears
from benchmarks.processes import ROOT
from benchmarks.report import Goal, Result
from benchmarks.subjects import BARE, FLOOR, OPENERS, OURS, OVER, opener

KIB = 1024
RESIDENT_AT_MOST = 88.5
"""What a session took when this was first measured so."""
SETTLE_SECONDS = 0.5


async def hold(address: str, subject: str, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
    """An open subject, until it is cancelled."""
    async with opener(subject, "connect")(address, Ears()):
        task_status.started()
        await trio.sleep_forever()


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def traced() -> int:
    """Bytes that Python allocated since tracing began."""
    return tracemalloc.get_traced_memory()[0]


async def weigh(address: str, subject: str, count: int, look: Callable[[], int]) -> float:
    """KiB for each of ``count``; what only the first ones need is there before."""
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            await nursery.start(hold, address, subject)
        nursery.cancel_scope.cancel()
    gc.collect()
    before = look()
    async with trio.open_nursery() as nursery:
        for _ in range(count):
            await nursery.start(hold, address, subject)
        await trio.sleep(SETTLE_SECONDS)
        gc.collect()
        held = look() - before
        nursery.cancel_scope.cancel()
    return held / count / KIB


async def measure(address: str, *, quick: bool) -> list[Result]:
    """The subjects in turns, each in a process of its own."""
    count, rounds = (50, 1) if quick else (200, 5)
    results = []
    for name, trace, goal in (("resident", False, Goal(at_most=RESIDENT_AT_MOST)), ("allocated by Python", True, None)):
        samples: dict[str, list[float]] = {FLOOR: [], BARE: [], OURS: [], OVER: []}
        for _ in range(rounds):
            for subject, figures in samples.items():
                figures.append(await _in_fresh_process(f"{address}/idle", subject, count, trace=trace))
        results.append(Result(name="memory per idle session", figure=name, unit="KiB", samples=samples, goal=goal))
    return results


async def _in_fresh_process(address: str, subject: str, count: int, *, trace: bool) -> float:
    command = [executable, "-m", "benchmarks.memory", address, subject, str(count), *["--trace"] * trace]
    done = await trio.run_process(command, cwd=ROOT, capture_stdout=True)
    return float(done.stdout)


def main() -> None:
    """One figure, on stdout."""
    parser = argparse.ArgumentParser(description="KiB held by one idle connection or session")
    parser.add_argument("address")
    parser.add_argument("subject", choices=OPENERS)
    parser.add_argument("count", type=int)
    parser.add_argument("--trace", action="store_true", help="count what Python allocates, not what is resident")
    given = parser.parse_args()
    if given.trace:
        tracemalloc.start()
    look = traced if given.trace else resident
    print(trio.run(partial(weigh, given.address, given.subject, given.count, look)))


if __name__ == "__main__":
    main()
