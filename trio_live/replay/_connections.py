"""A recording, taken apart into its connections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from trio_live.errors import ConfigError
from trio_live.recording import WireDirection, WireEntry
from trio_live.recording._internal import CLOSED_BY_US
from trio_live.wire import Platform


@attrs.define
class Connection:
    """The frames of one connection, in order."""

    incoming: list[WireEntry] = attrs.field(factory=list)
    outgoing: list[WireEntry] = attrs.field(factory=list)
    end: WireEntry | None = None
    """How it ended; ``None`` when the recording ends before."""

    @property
    def setup(self) -> dict[str, Any]:
        """What its first message said; empty when that is not recorded."""
        found = self.outgoing[0].json if self.outgoing else None
        setup = found.get("setup") if isinstance(found, dict) else None
        return setup if isinstance(setup, dict) else {}

    @property
    def first(self) -> WireEntry | None:
        """What was recorded first."""
        found = [*self.outgoing[:1], *self.incoming[:1]]
        return min(found, key=lambda entry: entry.seq) if found else None

    @property
    def ended_here(self) -> bool:
        """Whether this side hung up."""
        return self.end is not None and self.end.close is not None and self.end.close[1] == CLOSED_BY_US


def connections_of(entries: Sequence[WireEntry]) -> list[Connection]:
    """The connections of a recording: each begins with a setup, or after the end of the one before.

    Raises:
        ConfigError: nothing of a session is in it.
    """
    connections = [each for each in _split(entries) if each.incoming or each.outgoing]
    if not any(each.incoming or each.end for each in connections):
        raise ConfigError("the recording holds nothing of a server")
    return connections


def _split(entries: Sequence[WireEntry]) -> Iterator[Connection]:
    current = Connection()
    for entry in entries:
        match entry.direction:
            case WireDirection.CLOSE:
                current.end = entry
                yield current
                current = Connection()
            case WireDirection.IN:
                current.incoming.append(entry)
            case WireDirection.OUT:
                if current.outgoing and isinstance(entry.json, dict) and "setup" in entry.json:
                    yield current
                    current = Connection()
                current.outgoing.append(entry)
            case WireDirection.APP:
                pass  # of no connection: the session is asked, which may have none just then
    yield current


def platform_of(connections: Sequence[Connection]) -> Platform:
    """Whose dialect a recording speaks, by how its setups name the model."""
    models = [str(each.setup.get("model", "")) for each in connections]
    is_vertex = any(model.startswith(("projects/", "publishers/")) for model in models)
    return Platform.VERTEX if is_vertex else Platform.GOOGLE_AI
