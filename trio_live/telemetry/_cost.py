"""What a session has cost, from the tokens that its server reports.

The server reports running totals within a turn, and bills each turn for everything it had before it. So the last report
of each turn is added up, and the newest one of a turn that still runs is added on top: what has been spent is known as
soon as it is reported.

Where the server leaves something open, the answer is the higher one, so that nobody pays more than he was told:

- tokens that no modality is named for cost what the dearest modality of their side costs;
- cached tokens cost in full, because no discount on them is published for the Live API;
- what the model thinks is charged as text that it writes, and comes on top of what it says.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

from trio_live._typing import JsonObject
from trio_live._values import value
from trio_live.telemetry._prices import TokenPrices, dearest
from trio_live.wire import ModalityTokenCount, UsageMetadata

_MILLION = 1e6
_DECIMALS = 6  # a token costs more than that


class Limit(enum.Enum):
    """A sum of money that a session may pass."""

    WARNING = "warning"
    CAP = "cap"


@value(kw_only=True)
class CostOptions:
    """What a program says about the cost of its sessions. Sums are US dollars for one session."""

    warn_at: float | None = None
    cap: float | None = None
    prices: TokenPrices | None = None
    """In the place of the published ones."""


class CostLedger:
    """The account of one session.

    Args:
        prices: of its model; ``None``: nobody knows them, and so nobody knows what it costs.
        warn_at: US dollars; `take_passed` tells when they are spent.
        cap: the same, of the most that may be spent.
    """

    __slots__ = ("_due", "_of_turn", "_turns", "prices")

    def __init__(
        self, prices: TokenPrices | None = None, *, warn_at: float | None = None, cap: float | None = None
    ) -> None:
        self.prices = prices
        self._turns = 0.0
        self._of_turn = 0.0
        sums = {Limit.WARNING: warn_at, Limit.CAP: cap}
        self._due = {limit: dollars for limit, dollars in sums.items() if dollars is not None}

    @property
    def is_limited(self) -> bool:
        """Whether there is a sum that was not passed yet."""
        return bool(self._due) and self.prices is not None

    @property
    def spent(self) -> float | None:
        """US dollars so far, the running turn included; ``None``: nobody knows."""
        return None if self.prices is None else self._turns + self._of_turn

    def reported(self, usage: UsageMetadata) -> None:
        """The server reported the running turn's tokens so far."""
        if self.prices is not None:
            self._of_turn = cost_of(usage, self.prices)

    def turn_completed(self) -> float | None:
        """The last report of the turn stands; returns what the turn cost."""
        cost, self._of_turn = self._of_turn, 0.0
        self._turns += cost
        return None if self.prices is None else cost

    def take_passed(self) -> list[tuple[Limit, float]]:
        """The sums that were passed since this was asked last, each once, with what they are."""
        spent = self.spent
        if spent is None or not self._due:
            return []
        passed = [(limit, dollars) for limit, dollars in self._due.items() if spent >= dollars]
        for limit, _ in passed:
            del self._due[limit]
        return passed

    def to_json(self) -> JsonObject:
        """What a snapshot says of it."""
        spent = self.spent
        return {
            "usd": None if spent is None else round(spent, _DECIMALS),
            "prices": None if self.prices is None else str(self.prices),
        }


def cost_of(usage: UsageMetadata, prices: TokenPrices) -> float:
    """US dollars for the tokens of one report.

    Args:
        usage: as the server reported it.
        prices: of its model.
    """
    millionths = (
        _side(usage.prompt_token_count, usage.prompt_tokens_details, prices.prompt)
        + _side(usage.tool_use_prompt_token_count, usage.tool_use_prompt_tokens_details, prices.prompt)
        + _side(usage.response_tokens, usage.response_details, prices.response)
        + (usage.thoughts_token_count or 0) * prices.response.get("TEXT", dearest(prices.response))
    )
    return millionths / _MILLION


def _side(total: int | None, details: Iterable[ModalityTokenCount] | None, prices: Mapping[str, float]) -> float:
    """Millionths of a dollar for one side. Where its parts are more than the whole, the parts count."""
    most = dearest(prices)
    cost, named = 0.0, 0
    for detail in details or ():
        tokens = detail.token_count or 0
        named += tokens
        cost += tokens * prices.get(detail.modality or "", most)
    return cost + max((total or 0) - named, 0) * most
