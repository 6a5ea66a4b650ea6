"""Results: one line each, ours with the floor and the others next to it, as text, as Markdown and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

import attrs

from benchmarks.official_client import OFFICIAL
from benchmarks.subjects import BARE, FLOOR, OURS, OVER

LIBRARIES = ("trio", "trio-websocket", "websockets", "wsproto", "msgspec", "attrs", "cattrs")
COLUMNS = (FLOOR, BARE, OURS, OVER, OFFICIAL)


@attrs.frozen(kw_only=True)
class Goal:
    """What a figure of ours is to be; what is set counts."""

    ratio_at_most: float | None = None
    """To the floor's."""
    at_most: float | None = None
    over_at_most: float | None = None
    """The ratio that a session over trio-websocket may have besides."""

    def words(self, unit: str) -> str:
        """For people."""
        if self.ratio_at_most is not None:
            over = "" if self.over_at_most is None else f", over trio-websocket ≤ {self.over_at_most:g}"
            return f"≤ {self.ratio_at_most:g} of the floor{over}"
        return f"≤ {self.at_most:,.6g} {unit}"


@attrs.frozen(kw_only=True)
class Result:
    """One figure of every subject: a sample for each round, the rounds taken in turns."""

    name: str
    """What was measured."""
    figure: str
    """Which figure of it."""
    unit: str
    samples: dict[str, list[float]]
    goal: Goal | None = None
    worst: bool = False
    """Whether the figure of all rounds is the highest of theirs, not the middle one."""
    note: str = ""
    """A line under the table."""

    def of(self, subject: str) -> float | None:
        """One subject's figure; ``None`` if it was not measured."""
        samples = self.samples.get(subject)
        if not samples:
            return None
        return max(samples) if self.worst else median(samples)

    def ratios_of(self, subject: str) -> list[float]:
        """A subject as a multiple of the floor, round by round: what disturbs the machine for long disturbs both."""
        pairs = zip(self.samples.get(subject, ()), self.samples.get(FLOOR, ()), strict=False)
        return [figure / floor for figure, floor in pairs if floor]

    @property
    def ratios(self) -> list[float]:
        """Ours."""
        return self.ratios_of(OURS)

    @property
    def ratio(self) -> float | None:
        """The middle one."""
        return median(self.ratios) if self.ratios else None

    @property
    def met(self) -> bool | None:
        """Whether the goal was met; ``None`` without a goal, or without a figure."""
        if self.goal is None:
            return None
        if self.goal.ratio_at_most is not None:
            if self.ratio is None:
                return None
            over = self.ratios_of(OVER) if self.goal.over_at_most is not None else []
            most_over = self.goal.over_at_most or 0.0
            return self.ratio <= self.goal.ratio_at_most and (not over or median(over) <= most_over)
        ours = self.of(OURS)
        return None if ours is None or self.goal.at_most is None else ours <= self.goal.at_most

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        figures = {subject: self.of(subject) for subject in self.samples}
        return attrs.asdict(self) | {"figures": figures, "ratios": self.ratios, "ratio": self.ratio, "met": self.met}


def number(value: float | None) -> str:
    """Three digits that tell; nothing for nothing."""
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def _ratio(result: Result) -> str:
    if result.ratio is None:
        return ""
    return f"{result.ratio:.2f} ({min(result.ratios):.2f}–{max(result.ratios):.2f})"  # noqa: RUF001


def _goal(result: Result) -> str:
    words = "" if result.goal is None else result.goal.words(result.unit)
    return words + {None: "", True: " met", False: " MISSED"}[result.met]


HEAD = ("measured", "unit", *COLUMNS, "ratio to floor", "goal")


def rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """What a table says."""
    return [
        (
            f"{result.name}: {result.figure}",
            result.unit,
            *(number(result.of(subject)) for subject in COLUMNS),
            _ratio(result),
            _goal(result),
        )
        for result in results
    ]


def table(results: Sequence[Result]) -> str:
    """The results as text, one line each."""
    lines = [HEAD, *rows(results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    figures = range(2, 2 + len(COLUMNS))
    drawn = [
        "  ".join(
            text.rjust(width) if column in figures else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([drawn[0], "-" * len(drawn[0]), *drawn[1:], *_notes(results)])


def markdown(results: Sequence[Result]) -> str:
    """The results as a table of a page."""
    lines = [_line(HEAD), _line(["---", "---", *["--:"] * len(COLUMNS), "---", "---"])]
    return "\n".join([*lines, *map(_line, rows(results)), *_notes(results)])


def compact(results: Sequence[Result]) -> str:
    """The same where many figures belong to one line: a cell holds them all."""
    figures = list(dict.fromkeys((result.figure, result.unit) for result in results))
    legend = " · ".join(f"{figure} ({unit})" for figure, unit in figures)
    lines = [_line(["", *COLUMNS]), _line(["---", *["--:"] * len(COLUMNS)])]
    for name, together in groupby(results, lambda result: result.name):
        parts = list(together)
        cells = [
            " · ".join(number(part.of(subject)) for part in parts if part.of(subject) is not None)
            for subject in COLUMNS
        ]
        lines.append(_line([name, *cells]))
    goals = [
        f"- {result.name}: {result.figure} {_goal(result)}; ratio {_ratio(result) or 'none'}"
        for result in results
        if result.goal
    ]
    return "\n".join([f"Each cell: {legend}.", "", *lines, "", *goals, *_notes(results)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _notes(results: Sequence[Result]) -> list[str]:
    notes = list(dict.fromkeys(result.note for result in results if result.note))
    return ["", *notes] if notes else []


def machine() -> dict[str, Any]:
    """Where the figures come from."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        **{name: version(name) for name in LIBRARIES},
    }


def write_json(path: Path, results: Sequence[Result], *, quick: bool) -> None:
    """Everything, samples included."""
    whole = {"machine": machine(), "quick": quick, "results": [result.to_json() for result in results]}
    path.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
