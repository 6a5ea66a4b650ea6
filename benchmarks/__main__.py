"""``python -m benchmarks [NAME …] [--quick] [--json FILE] [--page]``: measure, print a table, write it down."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import trio

from benchmarks import imports, instructions, memory, overhead, pairs, turn_boundary
from benchmarks.measurements import MEASUREMENTS
from benchmarks.page import fill
from benchmarks.processes import Service, open_peer
from benchmarks.report import Result, machine, table, write_json

Measure = Callable[[Service, bool], Awaitable[list[Result]]]


def _paired(name: str) -> Measure:
    return lambda service, quick: pairs.measure(MEASUREMENTS[name], service, quick=quick)


MEASURES: dict[str, Measure] = {
    **{name: _paired(name) for name in MEASUREMENTS},
    "instructions": lambda service, quick: instructions.measure(service, quick=quick),
    "overhead": lambda service, quick: overhead.measure(service, quick=quick),
    "turn": lambda _, quick: turn_boundary.measure(quick=quick),
    "memory": lambda service, quick: memory.measure(service.plain, quick=quick),
    "imports": lambda _, quick: imports.measure(quick=quick),
}
"""Name → how it is measured, in the order of the table."""


async def run(names: list[str], *, quick: bool) -> dict[str, list[Result]]:
    """The named measurements, one after the other against one peer."""
    results = {}
    async with open_peer() as service:
        for name in names:
            print(f"measuring {name} …", flush=True)
            results[name] = await MEASURES[name](service, quick)
        print(f"the peer used {service.cpu_seconds():.1f} s of its core")
    return results


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast and how big trio-live is.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MEASURES)}; all if none is given")
    parser.add_argument("--quick", action="store_true", help="minutes instead of an hour, and fewer calls")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures, samples included")
    parser.add_argument("--page", action="store_true", help="write the tables into docs/explanation/performance.md")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in MEASURES]
    if unknown:
        parser.error(f"{', '.join(unknown)}: there is {', '.join(MEASURES)}")
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    results = trio.run(partial(run, given.names or list(MEASURES), quick=given.quick))
    everything = [result for measured in results.values() for result in measured]
    print(table(everything))
    if given.json is not None:
        write_json(given.json, everything, quick=given.quick)
    if given.page:
        fill(results, quick=given.quick)


if __name__ == "__main__":
    main()
