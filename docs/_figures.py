"""Reference pages about what is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docs._drawing import attribute_docs, codes, page, table
from trio_live.otel import ATTRIBUTES
from trio_live.telemetry import PRICES, TokenPrices

SPANS = (
    ["`invoke_agent`", "none, or what is traced around it", "the session"],
    ["`connection`", "`invoke_agent`", "one connection, from dial to end"],
    ["`generate_content MODEL`", "`invoke_agent`", "one turn"],
    ["`execute_tool NAME`", "the turn", "one call"],
    ["`extract NAME`", "the turn", "one look of an extractor"],
)
MODALITIES = ("TEXT", "AUDIO", "IMAGE", "VIDEO")


def prices() -> str:
    """PRICES."""
    return page(
        "Prices",
        "From `trio_live.telemetry.PRICES`: US dollars for a million tokens, by which `session.telemetry.cost_usd` and "
        "`Live.cost` reckon. They were read on the day in the last column, and change; `Live.cost(prices=…)` takes those "
        "of your contract. A model may be a preview, the latest, or of a date; one that no row names costs nobody knows "
        "what: `cost_usd` is `None`, and a limit without prices is a `ConfigError`.",
        table(["models", "platform", "prompt", "response", "source", "read"], rows()),
        table(["`TokenPrices`", ""], [[f"`{name}`", text] for name, text in attribute_docs(TokenPrices).items()]),
    )


def spans() -> str:
    """ATTRIBUTES."""
    rows = [[f"`{name}`", where, what] for name, (where, what) in ATTRIBUTES.items()]
    return page(
        "Spans",
        "From `trio_live.otel.ATTRIBUTES`; [Watch a call](../how-to/watch-a-call.md) says how to have them made.",
        table(["span", "below", "what it is"], SPANS),
        table(["attribute", "of", "what it says"], rows),
    )


def rows() -> Iterator[list[str]]:
    """One for each row."""
    for row in PRICES:
        sides = [dollars(row.prices.prompt), dollars(row.prices.response)]
        yield [codes(row.models), row.platform.value, *sides, row.prices.source, row.prices.as_of]


def dollars(prices: Mapping[str, float]) -> str:
    """The prices of one side."""
    return "<br>".join(f"{modality} {prices[modality]:.2f}" for modality in MODALITIES if modality in prices)
