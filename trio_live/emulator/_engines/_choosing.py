"""How one engine of a table is chosen: by name, or the first whose libraries are installed, or none."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final, Protocol, TypeVar

from trio_live.errors import ConfigError

EXTRA: Final = "emulator-speech"
AUTO: Final = "auto"
"""The first of a table that is installed, and none where there is none."""


class Installable(Protocol):
    """A row of a table of engines."""

    @property
    def libraries(self) -> tuple[str, ...]:
        """The modules it needs."""
        ...


R = TypeVar("R", bound=Installable)


def chosen(option: str, name: str, table: Mapping[str, R], without: str) -> R | None:
    """The engine of a name; ``None`` for none at all.

    Args:
        option: what it is chosen by, for the sentence that says what is missing.
        name: one of the table, `AUTO`, or ``without``.
        table: name → engine, the best first.
        without: the name that chooses none.

    Raises:
        ConfigError: its libraries are not installed.
    """
    if name == AUTO:
        return next((engine for engine in table.values() if not _missing(engine)), None)
    if name == without:
        return None
    if missing := _missing(table[name]):
        raise ConfigError(
            f"{option}={name!r} needs {' and '.join(missing)}: pip install 'trio-live[{EXTRA}]', or leave it at "
            f"{option}={without!r}"
        )
    return table[name]


def _missing(engine: Installable) -> list[str]:
    return [library for library in engine.libraries if find_spec(library) is None]
