"""The base of all errors, and the mistakes of whoever configures."""

from __future__ import annotations

from collections.abc import Iterable


class LiveError(Exception):
    """The base of all errors of trio-live."""


class ConfigError(LiveError):
    """The configuration cannot work. Every mistake that was found is listed, so one run shows them all.

    Raised before any I/O happens.
    """

    problems: tuple[str, ...]
    """One sentence for each mistake."""

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return self.problems[0]
        listed = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(self.problems, 1))
        return f"{len(self.problems)} configuration mistakes:\n{listed}"
