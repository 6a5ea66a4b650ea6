"""From older forms of a snapshot to the present one: step by step by a table, or not at all.

A step is given the whole JSON of one version and makes that of the next. What a field of another version may have meant
is never guessed: a version without a step is refused, and so is one from the future.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from trio_live._typing import JsonObject
from trio_live.errors import SnapshotUnreadable

SNAPSHOT_VERSION: Final = 1
"""Of the form in which snapshots are written. Whoever raises it adds to `MIGRATIONS` the step from the one before."""

Migration: TypeAlias = Callable[[JsonObject], JsonObject]
"""Makes the fields of one version those of the next; the version itself is none of its business."""

MIGRATIONS: Final[Mapping[int, Migration]] = {}
"""Version → the step to the next one. There has been one version so far."""


def migrated(found: Any, migrations: Mapping[int, Migration] = MIGRATIONS, newest: int = SNAPSHOT_VERSION) -> Any:
    """JSON of a snapshot in its newest form; whatever has no version is left as it is, for others to refuse.

    Args:
        found: what was read.
        migrations: the steps.
        newest: the version to come to.

    Raises:
        SnapshotUnreadable: no steps lead from its version to the newest one, or one of them cannot make sense of it.
    """
    version = found.get("version") if isinstance(found, dict) else None
    if type(version) is not int:
        return found
    for number in range(version, newest) if version <= newest else (version,):
        if number not in migrations or version > newest:
            readable = ", ".join(str(each) for each in [*_leading(migrations, newest), newest])
            raise SnapshotUnreadable(f"it has version {version}, and this library reads version {readable} only")
        try:
            found = {**migrations[number](found), "version": number + 1}
        except (LookupError, TypeError, ValueError, AttributeError) as problem:
            words = f"{type(problem).__name__}: {problem}"
            raise SnapshotUnreadable(f"it says version {number}, and cannot be one ({words})") from None
    return found


def _leading(migrations: Mapping[int, Migration], newest: int) -> list[int]:
    """The versions from which steps lead to the newest one, the oldest first."""
    first = newest
    while first - 1 in migrations:
        first -= 1
    return [*range(first, newest)]
