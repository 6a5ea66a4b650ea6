"""What an idle session holds, next to a bare connection.

Every figure comes from a fresh process, which opens many at once and divides. What the system sees (resident pages)
and what Python allocated (tracemalloc) are measured apart, because tracing needs memory itself. Reads ``/proc``, so
Linux only.
"""

from __future__ import annotations

import argparse
import gc
import os
import tracemalloc
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from sys import executable

import trio

from benchmarks.peer import ROOT
from benchmarks.report import Result, middle
from benchmarks.subjects import open_floor, open_session

KIB = 1024
ADDED_AT_MOST = 150.0
SETTLE_SECONDS = 0.5


async def hold_floor(address: str, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
    """A bare connection, until it is cancelled."""
    async with open_floor(address) as connection:
        task_status.started()
        await connection.get_message()


async def hold_session(address: str, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
    """A session, until it is cancelled."""
    async with open_session(address, lambda _: None) as session:
        task_status.started()
        await session.done()


HOLDERS: dict[str, Callable[..., Awaitable[None]]] = {"floor": hold_floor, "ours": hold_session}


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def traced() -> int:
    """Bytes that Python allocated since tracing began."""
    return tracemalloc.get_traced_memory()[0]


async def weigh(address: str, hold: Callable[..., Awaitable[None]], count: int, look: Callable[[], int]) -> float:
    """KiB for each of ``count``; what only the first ones need is there before."""
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            await nursery.start(hold, address)
        nursery.cancel_scope.cancel()
    gc.collect()
    before = look()
    async with trio.open_nursery() as nursery:
        for _ in range(count):
            await nursery.start(hold, address)
        await trio.sleep(SETTLE_SECONDS)
        gc.collect()
        held = look() - before
        nursery.cancel_scope.cancel()
    return held / count / KIB


async def measure(address: str, *, quick: bool) -> list[Result]:
    """Floor and session in turns, each in a process of its own."""
    count, rounds = (50, 1) if quick else (200, 3)
    results = []
    for name, trace in (("resident", False), ("allocated by Python", True)):
        samples: dict[str, list[float]] = {"floor": [], "ours": []}
        for _ in range(rounds):
            for subject, figures in samples.items():
                figures.append(await _in_fresh_process(f"{address}/idle", subject, count, trace=trace))
        result = Result(
            name=f"memory per idle session, {name}",
            unit="KiB",
            floor=middle(samples["floor"]),
            ours=middle(samples["ours"]),
            goal=f"adds at most {ADDED_AT_MOST:g} KiB",
            added_at_most=ADDED_AT_MOST,
            samples=samples,
        )
        results.append(result)
    return results


async def _in_fresh_process(address: str, subject: str, count: int, *, trace: bool) -> float:
    command = [executable, "-m", "benchmarks.memory", address, subject, str(count), *["--trace"] * trace]
    done = await trio.run_process(command, cwd=ROOT, capture_stdout=True)
    return float(done.stdout)


def main() -> None:
    """One figure, on stdout."""
    parser = argparse.ArgumentParser(description="KiB held by one idle connection or session")
    parser.add_argument("address")
    parser.add_argument("subject", choices=HOLDERS)
    parser.add_argument("count", type=int)
    parser.add_argument("--trace", action="store_true", help="count what Python allocates, not what is resident")
    given = parser.parse_args()
    if given.trace:
        tracemalloc.start()
    look = traced if given.trace else resident
    print(trio.run(partial(weigh, given.address, HOLDERS[given.subject], given.count, look)))


if __name__ == "__main__":
    main()
