"""Fault plans as text: a TOML file, or one word on a command line.

A file is a list of tables with the fields of a `Strike`; where no point is named, a fault strikes at its usual one::

    [[strike]]
    fault = "quota"
    at = "generation"
    nth = 2
    after = 0.5
    connection = 1
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from trio_live.emulator._faults._plan import FAULTS, FaultPlan, Point, Strike
from trio_live.emulator._toml import Source, Table, read_source
from trio_live.errors import ConfigError

_WORD: Final = re.compile(
    r"(?P<fault>\w+)(@(?P<at>\w+))?(:(?P<nth>\d+))?(\+(?P<after>\d+(\.\d+)?)s?)?(/(?P<connection>\d+))?"
)
_RANDOM: Final = re.compile(r"random:(?P<seed>\d+)")


def load_fault_plan(path: str | Path) -> FaultPlan:
    """Read a plan from a TOML file.

    Raises:
        ConfigError: the file cannot be used; every mistake is listed, with file and line.
    """
    return _plan(read_source(Path(path)))


def parse_fault_plan(text: str, *, name: str = "fault plan") -> FaultPlan:
    """Read a plan from the text of a TOML file; mistakes are told with its name.

    Raises:
        ConfigError: the text cannot be used; every mistake is listed.
    """
    return _plan(Source(name, text))


def parse_fault(word: str) -> FaultPlan:
    """Read a plan from a word, as it is written on a command line.

    ``quota``, ``quota@generation``, ``stall@generation:2`` (the second turn), ``cut@ready+3s`` (three seconds later),
    ``cut@turn_end/1`` (only on the first connection), ``random:7`` (from that seed), or the path of a TOML file.

    Raises:
        ConfigError: the word cannot be read.
    """
    if word.endswith(".toml"):
        return load_fault_plan(word)
    if (dice := _RANDOM.fullmatch(word)) is not None:
        return FaultPlan.random(int(dice["seed"]))
    found = _WORD.fullmatch(word)
    if found is None:
        raise ConfigError(f"{word!r} is not FAULT[@POINT][:NTH][+SECONDS][/CONNECTION], random:SEED or a TOML file")
    point = _point(found["fault"], found["at"])
    connection = found["connection"]
    return FaultPlan(
        (
            Strike(
                fault=found["fault"],
                at=point,
                nth=int(found["nth"] or 1),
                after=float(found["after"] or 0.0),
                connection=int(connection) if connection else None,
            ),
        )
    )


def _point(fault: str, at: str | None) -> Point:
    if at is None:
        return FAULTS[fault].usual if fault in FAULTS else Point.READY
    if at not in set(Point):
        raise ConfigError(f"there is no point {at!r}; there are {', '.join(Point)}")
    return Point(at)


def _plan(source: Source) -> FaultPlan:
    table = source.parse()
    strikes = tuple(_strikes(table))
    table.done()
    source.check()
    return FaultPlan(strikes)


def _strikes(table: Table) -> Iterator[Strike]:
    for each in table.tables("strike"):
        fault, at = each.string("fault"), each.optional("at")
        connection, seconds = each.number("connection", 0), each.number("seconds", -1.0)
        nth, after = int(each.number("nth", 1, least=1)), each.number("after", 0.0)
        each.done()
        try:
            yield Strike(
                fault=fault,
                at=_point(fault, at),
                nth=nth,
                after=after,
                connection=int(connection) or None,
                seconds=None if seconds < 0 else seconds,
            )
        except ConfigError as mistake:
            for problem in mistake.problems:
                each.complain(problem)
