"""What is installed: Python, this package, what it needs, and what its extras need."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from trio_live._values import value
from trio_live.cli._doctor._findings import Finding, Status

VersionOf: TypeAlias = Callable[[str], str | None]
"""The version of a distribution; ``None`` if it is not installed."""

OLDEST_PYTHON: Final = (3, 11)
NEWEST_PYTHON: Final = (3, 14)
NOT_FOR_USERS: Final = frozenset({"demo"})
"""Extras that are only another name for others."""
_REQUIREMENT: Final = re.compile(r"(?P<name>[\w.-]+)(\[[^]]*\])?\s*\(?(>=\s*(?P<least>[\w.]+))?[^;]*(?P<marker>;.*)?")
_EXTRA: Final = re.compile(r"""extra\s*==\s*['"](?P<extra>[\w-]+)['"]""")


@value
class Requirement:
    """One library that is needed."""

    name: str
    least: str = ""
    """The oldest version that will do; empty: any."""
    extra: str = ""
    """For what; empty: for everything."""


def requirements_in(lines: Iterable[str]) -> Iterator[Requirement]:
    """The requirements of a distribution's metadata, as far as they name a lowest version.

    Args:
        lines: as ``importlib.metadata.requires`` gives them.
    """
    for line in lines:
        found = _REQUIREMENT.match(line)
        if found is not None:
            extra = _EXTRA.search(found["marker"] or "")
            yield Requirement(found["name"], found["least"] or "", extra["extra"] if extra else "")


def look_at_python(version: tuple[int, int], printed: str) -> Finding:
    """Whether this Python will do."""
    if version < OLDEST_PYTHON:
        return Finding("Python", Status.PROBLEM, printed, "trio-live needs Python 3.11 or newer")
    if version > NEWEST_PYTHON:
        return Finding("Python", Status.WARNING, printed, "nobody has tested trio-live with this Python yet")
    return Finding("Python", Status.OK, printed)


def look_at_libraries(requirements: Iterable[Requirement], version_of: VersionOf) -> Iterator[Finding]:
    """One line for all that is always needed, and one for each extra.

    Args:
        requirements: of this package.
        version_of: what is installed.
    """
    by_extra: dict[str, list[Requirement]] = {"": []}
    for requirement in requirements:
        by_extra.setdefault(requirement.extra, []).append(requirement)
    for extra, needed in by_extra.items():
        if extra not in NOT_FOR_USERS and needed:
            yield _look_at_group(extra, needed, version_of)


def _look_at_group(extra: str, needed: Iterable[Requirement], version_of: VersionOf) -> Finding:
    what = f"extra {extra}" if extra else "dependencies"
    repair = f"pip install --upgrade 'trio-live[{extra}]'" if extra else "pip install --upgrade trio-live"
    there, missing, old = [], [], []
    for each in needed:
        version = version_of(each.name)
        if version is None:
            missing.append(each.name)
        elif each.least and _parts(version) < _parts(each.least):
            old.append(f"{each.name} {version}, older than {each.least}")
        else:
            there.append(f"{each.name} {version}")
    if old:
        return Finding(what, Status.PROBLEM, "; ".join(old), repair)
    if missing and not extra:
        return Finding(what, Status.PROBLEM, f"missing: {', '.join(missing)}", repair)
    if missing:
        return Finding(what, Status.OK, f"not installed: {', '.join(missing)}", f"if you want it: {repair}")
    return Finding(what, Status.OK, ", ".join(there))


def _parts(version: str) -> tuple[int, ...]:
    """The numbers a version begins with."""
    numbers: list[int] = []
    for part in version.split("."):
        digits = re.match(r"\d+", part)
        if digits is None:
            break
        numbers.append(int(digits[0]))
        if digits[0] != part:
            break
    return tuple(numbers)
