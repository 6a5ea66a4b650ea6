"""Which plain callbacks were too slow, how often, and how slow at worst."""

from __future__ import annotations

from trio_live._typing import JsonObject, Seconds


class SlowCallbacks:
    """Those of one session."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, Seconds]] = {}

    def count(self, name: str, took: Seconds) -> None:
        """The callback ``name`` took longer than it may."""
        times, worst = self._seen.get(name, (0, 0.0))
        self._seen[name] = (times + 1, max(worst, took))

    def to_json(self) -> JsonObject:
        """For a snapshot."""
        return {
            name: {"count": times, "worst_ms": round(1000 * worst, 3)} for name, (times, worst) in self._seen.items()
        }
