"""How long ``import trio_live`` takes in a fresh process, and what it brings along. The floor: its libraries alone."""

from __future__ import annotations

import json
import os
import re
from importlib.metadata import packages_distributions, requires
from sys import executable
from tempfile import TemporaryDirectory

import trio

from benchmarks.peer import ROOT
from benchmarks.report import Result, middle

LIBRARIES = ("trio", "trio-websocket", "attrs", "cattrs", "msgspec")
MODULES = ("trio", "trio_websocket", "attrs", "cattrs", "msgspec")
MILLISECONDS = 200.0

_TIMED = """
import time
wall, cpu = time.perf_counter(), time.process_time()
import {}
print((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)
"""
_LISTED = """
import json, sys
before = set(sys.modules)
import trio_live
tops = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(tops - sys.stdlib_module_names)))
"""


async def _in_fresh_process(code: str, compiled: str) -> str:
    """What the code prints. Compiled modules are kept in a directory of ours, whatever the environment says."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = compiled
    done = await trio.run_process([executable, "-c", code], capture_stdout=True, env=environment, cwd=ROOT)
    return done.stdout.decode()


def with_dependencies(names: tuple[str, ...]) -> set[str]:
    """Distributions and all they need, without extras."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            needs = (need for need in requires(name) or () if ";" not in need)
            waiting += [_normal(re.split(r"[^A-Za-z0-9._-]", need)[0]) for need in needs]
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


async def brought_along(compiled: str) -> tuple[list[str], list[str]]:
    """The distributions that the import loads, and those of them that nothing we depend on asks for."""
    owners = packages_distributions()
    modules = json.loads(await _in_fresh_process(_LISTED, compiled))
    loaded = {_normal(owner) for module in modules for owner in owners.get(module, [module])} - {"trio-live"}
    return sorted(loaded), sorted(loaded - with_dependencies(LIBRARIES))


async def measure(*, quick: bool) -> list[Result]:
    """In turns, the first of each not counted: it has to compile."""
    rounds = 3 if quick else 15
    names = {"floor": ", ".join(MODULES), "ours": "trio_live"}
    wall: dict[str, list[float]] = {"floor": [], "ours": []}
    cpu: dict[str, list[float]] = {"floor": [], "ours": []}
    with TemporaryDirectory() as compiled:
        for number in range(rounds + 1):
            for subject, name in names.items():
                figures = (await _in_fresh_process(_TIMED.format(name), compiled)).split()
                if number:
                    wall[subject].append(float(figures[0]))
                    cpu[subject].append(float(figures[1]))
        loaded, beyond = await brought_along(compiled)
    note = f"import trio_live loads {', '.join(loaded)}; beyond its dependencies: {', '.join(beyond) or 'nothing'}"
    return [_result("time", wall, MILLISECONDS, note), _result("CPU", cpu)]


def _result(what: str, samples: dict[str, list[float]], limit: float | None = None, note: str = "") -> Result:
    return Result(
        name=f"import trio_live: {what}",
        unit="ms",
        floor=middle(samples["floor"]),
        ours=middle(samples["ours"]),
        goal="" if limit is None else f"below {limit:g} ms",
        ours_at_most=limit,
        note=note,
        samples=samples,
    )
