"""How long ``import trio_live`` takes in a fresh process, and how long a program that uses `Live` waits for it.

The first opens no room. The second is what counts, and is told beside it. The floor of both: the libraries that the
second loads, alone.
"""

from __future__ import annotations

import json
import os
import re
from importlib.metadata import packages_distributions, requires
from sys import executable
from tempfile import TemporaryDirectory

import trio

from benchmarks.processes import ROOT
from benchmarks.report import Goal, Result
from benchmarks.subjects import FLOOR, OURS

STATEMENTS = {"import trio_live": Goal(ratio_at_most=1.3), "from trio_live import Live": Goal(ratio_at_most=1.3)}

_TIMED = """
import time
wall, cpu = time.perf_counter(), time.process_time()
{}
print((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)
"""
_LISTED = """
import json, sys
before = set(sys.modules)
from trio_live import Live
tops = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(tops - sys.stdlib_module_names)))
"""


async def _in_fresh_process(code: str, compiled: str) -> str:
    """What the code prints. Compiled modules are kept in a directory of ours, whatever the environment says."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = compiled
    done = await trio.run_process([executable, "-c", code], capture_stdout=True, env=environment, cwd=ROOT)
    return done.stdout.decode()


def direct() -> list[str]:
    """The distributions that trio-live itself asks for, without extras."""
    return [_name(need) for need in requires("trio-live") or () if ";" not in need]


def with_dependencies(names: list[str]) -> set[str]:
    """Distributions and all they need, without extras."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [_name(need) for need in requires(name) or () if ";" not in need]
    return found


def _name(need: str) -> str:
    return _normal(re.split(r"[^A-Za-z0-9._-]", need)[0])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


async def brought_along(compiled: str) -> dict[str, str]:
    """The modules of other distributions that the import loads: name → distribution."""
    owners = packages_distributions()
    modules = json.loads(await _in_fresh_process(_LISTED, compiled))
    loaded = {module: _normal(owner) for module in modules for owner in owners.get(module, [module])}
    return {module: owner for module, owner in loaded.items() if owner != "trio-live"}


async def measure(*, quick: bool) -> list[Result]:
    """In turns, the first of each not counted: it has to compile."""
    rounds = 3 if quick else 15
    with TemporaryDirectory() as compiled:
        loaded = await brought_along(compiled)
        libraries = ", ".join(module for module, owner in loaded.items() if owner in direct())
        statements = {FLOOR: f"import {libraries}", **{statement: statement for statement in STATEMENTS}}
        taken: dict[str, list[list[float]]] = {name: [] for name in statements}
        for _ in range(rounds + 1):
            for name, statement in statements.items():
                printed = await _in_fresh_process(_TIMED.format(statement), compiled)
                taken[name].append([float(figure) for figure in printed.split()])
    beyond = sorted(set(loaded.values()) - with_dependencies(direct()))
    note = (
        f"The floor imports what trio_live imports of its dependencies: {libraries}. "
        f"Beyond them and what they need it loads {', '.join(beyond) or 'nothing'}."
    )
    return [
        Result(
            name=statement,
            figure=figure,
            unit="ms",
            samples={
                FLOOR: [figures[column] for figures in taken[FLOOR][1:]],
                OURS: [figures[column] for figures in taken[statement][1:]],
            },
            goal=goal,
            note=note,
        )
        for statement, goal in STATEMENTS.items()
        for column, figure in enumerate(("time", "CPU"))
    ]
