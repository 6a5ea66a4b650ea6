"""Results: one line each, with the floor next to it, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import attrs

LIBRARIES = ("trio", "trio-websocket", "wsproto", "msgspec", "attrs", "cattrs")


@attrs.frozen(kw_only=True)
class Result:
    """One figure of ours and the floor's, which is what the same work costs without us."""

    name: str
    unit: str
    floor: float
    ours: float
    goal: str = ""
    """In words; empty where the figure is only of interest."""
    added_at_most: float | None = None
    ours_at_most: float | None = None
    note: str = ""
    """A line under the table."""
    samples: dict[str, list[float]] = attrs.field(factory=dict)
    """What the figures are made of."""

    @property
    def added(self) -> float:
        """What we cost on top of the floor."""
        return self.ours - self.floor

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the floor's."""
        return self.ours / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the goal was met; ``None`` without a goal."""
        if self.added_at_most is not None:
            return self.added <= self.added_at_most
        return None if self.ours_at_most is None else self.ours <= self.ours_at_most

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return attrs.asdict(self) | {"added": self.added, "ratio": self.ratio, "met": self.met}


def middle(samples: Sequence[float]) -> float:
    """The median: a neighbour on the machine moves it less than the mean."""
    return median(samples)


def table(results: Sequence[Result]) -> str:
    """The results as text, one line each."""
    head = ("measured", "unit", "floor", "ours", "added", "ratio", "goal", "")
    rows = [head, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "  ".join(
            _cell(text, width, column) for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    notes = ["", *(result.note for result in results if result.note)]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], *notes])


def _row(result: Result) -> tuple[str, ...]:
    ratio = "" if result.ratio is None else f"{result.ratio:.2f}x"
    verdict = {None: "", True: "met", False: "MISSED"}[result.met]
    figures = (f"{value:.2f}" for value in (result.floor, result.ours, result.added))
    return (result.name, result.unit, *figures, ratio, result.goal, verdict)


def _cell(text: str, width: int, column: int) -> str:
    return text.rjust(width) if column in range(2, 6) else text.ljust(width)


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
