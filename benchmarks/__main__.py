"""``python -m benchmarks [--quick] [--only NAME …] [--json FILE]``: measure, print a table, write everything."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import trio

from benchmarks import burst, imports, latency, memory, turn_boundary
from benchmarks.peer import open_peer
from benchmarks.report import Result, machine, table, write_json

MEASUREMENTS = ("burst", "latency", "turn", "memory", "imports")


async def run(names: list[str], *, quick: bool) -> list[Result]:
    """The named measurements, one after the other against one peer."""
    results: list[Result] = []
    async with open_peer() as address:
        measurements: dict[str, Callable[[], Awaitable[list[Result]]]] = {
            "burst": partial(burst.measure, address, quick=quick),
            "latency": partial(latency.measure, address, quick=quick),
            "turn": partial(turn_boundary.measure, quick=quick),
            "memory": partial(memory.measure, address, quick=quick),
            "imports": partial(imports.measure, quick=quick),
        }
        for name in names:
            print(f"measuring {name} …", flush=True)
            results += await measurements[name]()
    return results


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast and how big trio-live is.")
    parser.add_argument("--quick", action="store_true", help="a minute instead of seven, and fewer sessions")
    parser.add_argument("--only", nargs="+", choices=MEASUREMENTS, default=list(MEASUREMENTS), metavar="NAME")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures, samples included")
    given = parser.parse_args()
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    results = trio.run(partial(run, given.only, quick=given.quick))
    print(table(results))
    if given.json is not None:
        write_json(given.json, results, quick=given.quick)


if __name__ == "__main__":
    main()
