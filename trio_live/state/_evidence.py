"""Where a value came from, as far as State knows."""

from __future__ import annotations

from typing import Final

from trio_live._typing import Json
from trio_live._values import value
from trio_live.state._conversion import ABSENT, Absent, copy_out
from trio_live.state._mutation import Mutation, MutationOrigin

META: Final = "state_meta:"
"""Before a key: where its provenance is written, an object with ``source`` and perhaps ``confidence``."""


@value
class Evidence:
    """One key: what it holds, who says so, and when that changed last. Unknown pieces are ``None``."""

    key: str
    present: bool
    """Whether the key can be read; a stored ``null`` can."""
    value: Json
    source: str | None
    """``extraction``, ``agent``, ``fetch``, ``llm`` or the application's own word."""
    confidence: float | None
    """From 0 to 1."""
    last_sequence: int | None
    """The newest mutation of exactly this key that the journal still remembers."""
    last_origin: MutationOrigin | None


def weigh(key: str, value: Json | Absent, meta: Json | Absent, newest: Mutation | None) -> Evidence:
    """Put the pieces together; provenance in any other shape than the expected one counts as unknown."""
    provenance = meta if isinstance(meta, dict) else {}
    source, confidence = provenance.get("source"), provenance.get("confidence")
    return Evidence(
        key=key,
        present=value is not ABSENT,
        value=None if value is ABSENT else copy_out(value),
        source=source if isinstance(source, str) else None,
        confidence=_share(confidence),
        last_sequence=newest.sequence if newest else None,
        last_origin=newest.origin if newest else None,
    )


def _share(number: Json) -> float | None:
    return float(number) if type(number) in (int, float) and 0 <= number <= 1 else None
