"""How many spoken calls one emulator carries: ``python -m benchmarks.emulator_load [--calls N] [--ramp]``.

::

    this process ──starts──▶ the emulator, as users start it         on the last core
        │  reads /proc            ▲ ws://
        └──starts──▶ workers: calls of trio_live's own client        on the others

A caller says a recorded line, listens to the whole answer and says the next one, in frames of 20 ms at real-time pace,
silence included. An answer comes in frames of 40 ms, a head start at once and the rest at a pace. Two clocks start
with its first frame:

    the emulator's own    frame k is due when its burst is; what comes behind that is *lateness*
    a listener's          frame k is heard after k times 40 ms; one that comes behind that *ran dry*: a gap in the sound

Lateness is seen by the client, so a client that is busy itself makes frames look late. That is why there are as many
workers as there are cores left, two at most, and why in each of them a task that only sleeps tells how late it was
woken (*client lag*). Frames that came in while it overslept are not judged, and a run that is full of them says
nothing about the emulator. Likewise *waiting for a core*: the emulator had work and somebody else had its core.
Reads ``/proc``, so Linux only.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Any

import attrs
import trio

from benchmarks.emulator_callers import LAGGING_MS, SPREAD, Heard, work
from benchmarks.processes import ROOT
from benchmarks.report import machine

RAMP = (50, 75, 100, 150, 200, 250, 300, 400, 500)
RAMP_SECONDS = 15.0
MOST_WORKERS = 2
LATE_MS = 40.0
TOLERATED = 0.001
"""The share of late frames with which a step of the ramp still counts as good: a neighbour on the machine makes some."""
FLAT = 0.02
"""Growth of resident memory in the last third of a run that still counts as none. Runs of a minute and more tell."""

GRACE = 30.0
"""Beyond its length, how long a run may take to start, connect and end."""
SETTLED = 10.0
SAMPLE_EVERY = 0.5


@attrs.frozen
class Sample:
    """One look at the emulator's process. Seconds and MiB."""

    at: float
    cpu: float
    waited: float
    """Seconds it could have run and had no core."""
    resident: float


def look(pid: int) -> Sample:
    """What a process has used so far, and what it holds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    ticks = int(fields[11]) + int(fields[12])
    waited = int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    resident = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return Sample(trio.current_time(), ticks / os.sysconf("SC_CLK_TCK"), waited, resident)


@attrs.frozen
class Run:
    """So many calls for so long."""

    calls: int
    before: Sample
    samples: list[Sample]
    """From the moment all calls were connected."""
    heard: Heard

    @property
    def late(self) -> int:
        """Frames behind the emulator's schedule by more than anybody's jitter."""
        return sum(lateness > LATE_MS for lateness in self.heard.lateness)

    @property
    def is_good(self) -> bool:
        """Whether frames came in time, nothing failed, and the client was awake enough to tell."""
        frames, failed = len(self.heard.lateness), self.heard.errors or self.client_lagged
        return bool(frames) and self.late <= TOLERATED * frames and not failed

    @property
    def client_lagged(self) -> bool:
        """Whether the client could not keep up, so that the run tells nothing about the emulator."""
        return share(self.heard.lag, 0.99) > LAGGING_MS

    def resident_at(self, after: float) -> float:
        """MiB the emulator held so many seconds into the run, or at its end."""
        start = self.samples[0].at
        return next((sample.resident for sample in self.samples if sample.at - start >= after), self.resident_at_end)

    @property
    def resident_at_end(self) -> float:
        """MiB the emulator held at the end."""
        return self.samples[-1].resident

    def figures(self) -> dict[str, Any]:
        """The rows of the table."""
        heard, first, last = self.heard, self.samples[0], self.samples[-1]
        settled = max(SETTLED, (last.at - first.at) * 2 / 3)
        grown = self.resident_at_end - self.resident_at(settled)
        percentiles = " / ".join(f"{share(heard.lateness, part):.1f}" for part in (0.5, 0.99, 1))
        return {
            "calls": self.calls,
            "turns completed": heard.turns,
            "turns interrupted": heard.interrupted,
            "lines unanswered": heard.unanswered,
            "errors": heard.errors.total(),
            "audio frames judged": len(heard.lateness),
            "audio frames not judged": heard.unjudged,
            "lateness p50 / p99 / max, ms": percentiles,
            f"frames late > {LATE_MS:g} ms": self.late,
            "frames that ran dry": heard.ran_dry,
            "emulator CPU, %": f"{100 * (last.cpu - first.cpu) / (last.at - first.at):.0f}",
            "emulator waiting for a core, %": f"{100 * (last.waited - first.waited) / (last.at - first.at):.1f}",
            "emulator RSS before, MiB": f"{self.before.resident:.1f}",
            f"emulator RSS after {SETTLED:g} s, MiB": f"{self.resident_at(SETTLED):.1f}",
            "emulator RSS at end, MiB": f"{self.resident_at_end:.1f}",
            f"RSS since {settled:.0f} s, MiB": f"{grown:+.1f} {'flat' if grown <= FLAT * self.resident_at_end else 'GROWS'}",
            "client CPU, %": f"{heard.cpu_percent:.0f}",
            "client lag p50 / p99 / max, ms": " / ".join(f"{share(heard.lag, part):.1f}" for part in (0.5, 0.99, 1)),
            "verdict": "CLIENT LAGGED" if self.client_lagged else "in time" if self.is_good else "NOT IN TIME",
        }


def share(values: Sequence[float], part: float) -> float:
    """The smallest value that so great a part of all do not exceed; NaN without any."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)] if values else math.nan


def table(runs: Sequence[Run]) -> str:
    """The runs side by side."""
    columns = [run.figures() for run in runs]
    names = list(columns[0])
    widths = [max(len(str(value)) for value in column.values()) for column in columns]
    label = max(map(len, names))
    lines = [
        "  ".join([name.ljust(label), *(str(c[name]).rjust(width) for c, width in zip(columns, widths, strict=True))])
        for name in names
    ]
    errors = sum((run.heard.errors for run in runs), Counter[str]())
    return "\n".join([*lines, *(f"error, {count} times: {name}" for name, count in errors.most_common())])


def cores() -> tuple[set[int], set[int]]:
    """Those of the emulator and those of the workers: apart, if there are two."""
    *others, last = sorted(os.sched_getaffinity(0))
    return {last}, set(others) or {last}


async def first_line(stream: trio.abc.ReceiveStream) -> str:
    """What a process says when it is ready."""
    line = b""
    while not line.endswith(b"\n"):
        piece = await stream.receive_some(1)
        assert piece, "a process ended before it was ready"
        line += piece
    return line.decode().strip()


@asynccontextmanager
async def open_process(command: Sequence[str], on: set[int]) -> AsyncGenerator[trio.Process, None]:
    """A process on some cores while the block lasts; one that fails makes the block fail."""
    async with trio.open_nursery() as nursery:
        command = [sys.executable, "-m", *command]
        # A session of its own: who interrupts us reaches only us, and we end it.
        start = partial(trio.run_process, command, cwd=ROOT, stdin=DEVNULL, stdout=PIPE, start_new_session=True)
        process: trio.Process = await nursery.start(start)
        os.sched_setaffinity(process.pid, on)
        yield process
        nursery.cancel_scope.cancel()


async def collect(address: str, calls: int, seconds: float, into: Heard, *, task_status: trio.TaskStatus[None]) -> None:
    """Have a worker hold some calls; started when all of them are connected."""
    command = ["benchmarks.emulator_load", "--worker", address, "--calls", str(calls), "--seconds", str(seconds)]
    async with open_process(command, cores()[1]) as process:
        assert process.stdout is not None
        assert await first_line(process.stdout) == "ready"
        task_status.started()
        into.add(Heard(**json.loads(await read_all(process.stdout))))


async def read_all(stream: trio.abc.ReceiveStream) -> bytes:
    """Everything until the end."""
    return b"".join([piece async for piece in stream])


async def measure(address: str, pid: int, calls: int, seconds: float) -> Run:
    """One run against a running emulator.

    Raises:
        TooSlowError: it did not end in time.
    """
    workers = min(MOST_WORKERS, len(cores()[1]), calls)
    heard, before, samples = Heard(), look(pid), list[Sample]()
    with trio.fail_after(SPREAD + seconds + GRACE):
        async with trio.open_nursery() as talking:
            async with trio.open_nursery() as starting:
                for number in range(workers):
                    part = calls // workers + (number < calls % workers)
                    starting.start_soon(talking.start, collect, address, part, seconds, heard)
            end = trio.current_time() + seconds
            samples.append(look(pid))
            while (now := trio.current_time()) < end:
                await trio.sleep(min(SAMPLE_EVERY, end - now))
                samples.append(look(pid))
    return Run(calls, before, samples, heard)


async def run(plan: Sequence[int], seconds: float) -> list[Run]:
    """One run after the other against one emulator, until frames come late or a run cannot be completed."""
    runs: list[Run] = []
    emulator = ["trio_live", "emulator", "--port", "0", "--quiet"]
    async with open_process(emulator, cores()[0]) as process, trio.open_nursery() as nursery:
        nursery.start_soon(end_on_signal, nursery.cancel_scope)
        assert process.stdout is not None
        address = await first_line(process.stdout)
        for calls in plan:
            print(f"{calls} calls for {seconds:g} s …", flush=True)
            try:
                runs.append(await measure(address, process.pid, calls, seconds))
            except trio.TooSlowError:
                print(f"{calls} calls did not begin and end in time")
                break
            if not runs[-1].is_good:
                break
        nursery.cancel_scope.cancel()
    return runs


async def end_on_signal(scope: trio.CancelScope) -> None:
    """End in good order, so that no process stays behind; what was measured so far is still told."""
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            scope.cancel()


def ramp(calls: int) -> list[int]:
    """The steps from so many calls on."""
    return [calls, *(step for step in RAMP if step > calls)]


def conclusion(runs: Sequence[Run]) -> str:
    """The last step of a ramp at which all was well."""
    good = max((run.calls for run in runs if run.is_good), default=0)
    blame = ", and then the client lagged: the emulator may carry more" if runs and runs[-1].client_lagged else ""
    return f"most calls with frames in time: {good}{blame}"


def main() -> None:
    """The command, or with ``--worker`` one of its workers."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.emulator_load", description="How many calls it carries."
    )
    parser.add_argument("--calls", type=int, default=50, help="at a time; with --ramp, of the first step")
    parser.add_argument(
        "--seconds", type=float, help=f"of a run, all calls connected: 60, with --ramp {RAMP_SECONDS:g}"
    )
    parser.add_argument("--ramp", action="store_true", help="more and more calls, until frames come late")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures, samples included")
    parser.add_argument("--worker", metavar="ADDRESS", help=argparse.SUPPRESS)
    given = parser.parse_args()
    seconds = given.seconds or (RAMP_SECONDS if given.ramp else 60.0)
    if given.calls < 1 or seconds < 1:
        parser.error("at least one call and one second")
    if given.worker is not None:
        trio.run(work, given.worker, given.calls, seconds)
        return
    if sys.platform != "linux":
        parser.error("reads /proc, so Linux only")
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    runs = trio.run(run, ramp(given.calls) if given.ramp else [given.calls], seconds)
    if runs:
        print(table(runs))
    if given.ramp:
        print(conclusion(runs))
    if given.json is not None:
        whole = {
            "machine": machine(),
            "seconds": seconds,
            "runs": [run.figures() | attrs.asdict(run) for run in runs],
        }
        given.json.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
