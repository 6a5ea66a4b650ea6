"""What is paid for watching a call: a session with something against the same one without it, in turns.

Each pair shares everything but the thing itself, so the floor of a line is the session without it, and its ratio what the
thing costs. A frame is sent, one is heard, and so on: each is woken for, as at the pace of a call, however busy the machine
is; and they are so many that it takes more than a second, because some things are done once a second.

CPU time is noisy where others share the machine; instructions in user space are not. They are counted by `perf` where the
processor lets it, and else by callgrind, under which a program runs at a fiftieth of its pace: there, what is done once a
second weighs more than in a call.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

from benchmarks import instructions
from benchmarks.loads import Load
from benchmarks.processes import Service, run_worker
from benchmarks.report import Goal, Result
from benchmarks.subjects import FLOOR, OURS, RECORDED, TRACED, UNCOUNTED

ROUNDS, QUICK_ROUNDS = 15, 5
FRAMES = 20_000
FEW, MANY = 200, 1200


@attrs.frozen(kw_only=True)
class Pair:
    """A thing, and who has it and who has not."""

    name: str
    bare: str
    whole: str
    goal: Goal


PAIRS = (
    Pair(name="recording", bare=OURS, whole=RECORDED, goal=Goal(ratio_at_most=1.10)),
    Pair(name="counting", bare=UNCOUNTED, whole=OURS, goal=Goal(ratio_at_most=1.05)),
    Pair(name="tracing", bare=OURS, whole=TRACED, goal=Goal(ratio_at_most=1.05)),
)
KIND, WHAT = "alternating", "frame sent and frame received"
NOTE = "The floor is the same session without the thing, and trio-live the one with it."


@attrs.frozen(kw_only=True)
class Counter:
    """A program that counts the instructions of another one."""

    command: Callable[[Path], Sequence[str]]
    counted: Callable[[Path], int | None]


def callgrind(output: Path) -> Sequence[str]:
    """The command before a command."""
    return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", "--log-file=/dev/null"]


def summed(output: Path) -> int | None:
    """What callgrind wrote."""
    lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
    found = [line.partition(":")[2].split() for line in lines if line.startswith(("summary:", "totals:"))]
    return int(found[0][0]) if found else None


async def counter() -> Counter | None:
    """What there is on this machine."""
    if await instructions.can_count():
        return Counter(command=instructions.perf, counted=instructions.counted)
    if shutil.which("valgrind") is not None:
        return Counter(command=callgrind, counted=summed)
    return None


async def measure(service: Service, *, quick: bool) -> list[Result]:
    """Every pair."""
    results = []
    counts = await counter()
    for pair in PAIRS:
        if pair.whole == TRACED and importlib.util.find_spec("opentelemetry.sdk") is None:
            print("  opentelemetry-sdk is not installed: what tracing costs was not measured")
            continue
        print(f"  {pair.name} …", flush=True)
        results.append(await _cpu(pair, service, quick=quick))
        if counts is None:
            print(f"  {instructions.NO_COUNTER}, and there is no valgrind")
        else:
            results.append(await _instructions(pair, counts, service))
    return results


async def _cpu(pair: Pair, service: Service, *, quick: bool) -> Result:
    load = Load(kind=KIND, address=service.plain, count=FRAMES)
    samples: dict[str, list[float]] = {FLOOR: [], OURS: []}
    for number in range(QUICK_ROUNDS if quick else ROUNDS):
        order = [(FLOOR, pair.bare), (OURS, pair.whole)]
        for column, subject in order if number % 2 else reversed(order):
            samples[column].append((await run_worker(subject, load, service))["cpu"])
    return Result(name=pair.name, figure=f"CPU per {WHAT}", unit="µs", samples=samples, goal=pair.goal, note=NOTE)


async def _instructions(pair: Pair, counts: Counter, service: Service) -> Result:
    """Two runs that differ in their number of frames are subtracted, so that starting and connecting cancel out."""
    samples: dict[str, list[float]] = {}
    for column, subject in ((FLOOR, pair.bare), (OURS, pair.whole)):
        few, many = [await _count(subject, frames, counts, service) for frames in (FEW, MANY)]
        samples[column] = [(many - few) / (MANY - FEW)]
    unit = "instructions"
    return Result(name=pair.name, figure=f"per {WHAT}", unit=unit, samples=samples, note=NOTE)


def _unhashed(service: Service) -> Service:
    """The same hashes in every run, so that no dictionary collides in one and not in the other."""
    return attrs.evolve(service, environment={**service.environment, "PYTHONHASHSEED": "0"})


async def _count(subject: str, frames: int, counts: Counter, service: Service) -> int:
    load = Load(kind=KIND, address=service.plain, count=frames)
    with TemporaryDirectory() as folder:
        output = Path(folder, "counted")
        await run_worker(subject, load, _unhashed(service), within=counts.command(output))
        figure = counts.counted(output)
        assert figure is not None, "nothing was counted"
        return figure
