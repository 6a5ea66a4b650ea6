"""Tokens: what the server reported last, and what the turns took together.

Reports are running totals within a turn, so only the last one before the turn's completion is added to the sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from trio_live._typing import JsonObject
from trio_live.wire import ModalityTokenCount, UsageMetadata

COUNTERS: Final[dict[str, Callable[[UsageMetadata], int | None]]] = {
    "total_token_count": lambda usage: usage.total_token_count,
    "prompt_token_count": lambda usage: usage.prompt_token_count,
    "response_token_count": lambda usage: usage.response_tokens,
    "cached_content_token_count": lambda usage: usage.cached_content_token_count,
    "thoughts_token_count": lambda usage: usage.thoughts_token_count,
}
"""What is kept of a report, by the name it has in a snapshot."""

_UNNAMED_MODALITY: Final = "MODALITY_UNSPECIFIED"  # the protocol's own word for it


class TokenCounts:
    """The token counters of one session."""

    __slots__ = ("_by_modality", "_of_turn", "latest")

    def __init__(self) -> None:
        self.latest: dict[str, int] = dict.fromkeys(COUNTERS, 0)
        """The newest value of each counter; one that a report leaves out keeps its value."""
        self._of_turn: UsageMetadata | None = None
        self._by_modality: dict[str, dict[str, int]] = {}

    def reported(self, usage: UsageMetadata) -> None:
        """The server reported the turn's tokens so far."""
        for name, read in COUNTERS.items():
            value = read(usage)
            if value is not None:
                self.latest[name] = value
        self._of_turn = usage

    def turn_completed(self) -> None:
        """The last report stands: it is what the turn took."""
        usage, self._of_turn = self._of_turn, None
        if usage is not None:
            self._add("prompt", usage.prompt_tokens_details or ())
            self._add("response", usage.response_details)

    def by_modality(self) -> JsonObject:
        """``{"AUDIO": {"prompt": 50, "response": 120}, …}``, summed over the completed turns."""
        return {modality: dict(sums) for modality, sums in self._by_modality.items()}

    def _add(self, side: str, details: Iterable[ModalityTokenCount]) -> None:
        for detail in details:
            sums = self._by_modality.setdefault(detail.modality or _UNNAMED_MODALITY, {"prompt": 0, "response": 0})
            sums[side] += detail.token_count or 0
