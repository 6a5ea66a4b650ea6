"""What tokens cost: the published prices of the models of the Live API, as a table.

Prices change, and nobody tells this library. So each row says where it was read, and when; a program that knows better
says so to `Live.cost`; and a model that no row knows costs *nobody knows what*, never nothing. Where a price is not
published for a platform there is no row for it.

Rows name models whole: a new member of a family may cost more than its elders. What may follow a name is that it is a
preview, the latest, or of a date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from trio_live._values import value
from trio_live.wire import Platform
from trio_live.wire._internal import bare_model


@value(kw_only=True)
class TokenPrices:
    """What tokens of one model cost: US dollars for a million of them, by modality.

    A modality that is not named costs as much as the dearest that is.
    """

    prompt: Mapping[str, float]
    """Of what the model reads, hears and sees, by the protocol's names: ``TEXT``, ``AUDIO``, ``IMAGE``, ``VIDEO``."""
    response: Mapping[str, float]
    """Of what it says and writes. What it thinks costs as written text does."""
    source: str = "given by the program"
    as_of: str = ""
    """The day on which they were read, by ISO 8601."""

    def __attrs_post_init__(self) -> None:
        for side in ("prompt", "response"):
            prices = getattr(self, side)
            if not prices:
                raise ValueError(f"the {side} prices name no modality; name at least TEXT")
            for modality, price in prices.items():
                if isinstance(price, bool) or not isinstance(price, int | float) or not 0 <= price < float("inf"):
                    raise ValueError(
                        f"the {side} price of {modality} must be US dollars for a million tokens, not {price!r}"
                    )

    def __str__(self) -> str:
        return f"{self.source}, {self.as_of}" if self.as_of else self.source


@value(kw_only=True)
class PriceRow:
    """One row of `PRICES`."""

    models: tuple[str, ...]
    platform: Platform
    prices: TokenPrices


_PAGE: Final = "ai.google.dev/gemini-api/docs/pricing, paid tier, as public projects quote it"
_QUOTED: Final = "2026-09-28"


def _row(*models: str, prompt: dict[str, float], response: dict[str, float]) -> PriceRow:
    prices = TokenPrices(prompt=prompt, response=response, source=_PAGE, as_of=_QUOTED)
    return PriceRow(models=models, platform=Platform.GOOGLE_AI, prices=prices)


PRICES: Final = (
    _row(
        "gemini-3.8-live",
        "gemini-3.8-live-extended-thinking",
        prompt={"TEXT": 0.75, "AUDIO": 3.00},
        response={"TEXT": 4.50, "AUDIO": 12.00},
    ),
    _row(
        "gemini-3.1-flash-live",
        prompt={"TEXT": 0.75, "AUDIO": 3.00, "IMAGE": 1.00, "VIDEO": 1.00},
        response={"TEXT": 4.50, "AUDIO": 12.00},
    ),
    _row(
        "gemini-2.5-flash-native-audio",
        prompt={"TEXT": 0.50, "AUDIO": 3.00},
        response={"TEXT": 2.00, "AUDIO": 12.00},
    ),
    _row("gemini-3.5-live-translate", prompt={"AUDIO": 3.50}, response={"AUDIO": 21.00}),
    _row("gemini-3.5-transcribe-live", prompt={"TEXT": 3.50, "AUDIO": 3.50}, response={"TEXT": 21.00}),
)
"""Every price that is known."""

_VARIANT: Final = re.compile(r"(-(preview|latest|\d+))*")


def prices_for(model: str, platform: Platform) -> TokenPrices | None:
    """The prices of a model, its id in any spelling; ``None`` when nobody knows them."""
    bare = bare_model(model)
    for row in PRICES:
        for name in row.models:
            if row.platform is platform and bare.startswith(name) and _VARIANT.fullmatch(bare.removeprefix(name)):
                return row.prices
    return None


def dearest(prices: Mapping[str, float]) -> float:
    """The highest price of one side."""
    return max(prices.values())
