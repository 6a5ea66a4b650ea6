"""Reference pages about what is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docs._drawing import attribute_docs, codes, page, table
from trio_live.otel import ATTRIBUTES
from trio_live.telemetry import PRICES, TokenPrices
from trio_live.web import FROM_PAGE, TO_PAGE, PageClose

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


def voice_page() -> str:
    """FROM_PAGE, TO_PAGE and PageClose."""
    words = attribute_docs(PageClose)
    return page(
        "The protocol of the voice page",
        "From `trio_live.web.FROM_PAGE`, `TO_PAGE` and `PageClose`. Messages are JSON objects with a `type`; the first one of a page "
        'is `{"type": "hello", "version": 1, "token": …, "call": …, "tab": …, "take": …}`: `call` is the one that '
        "`welcome` named, or `null`, `tab` a name that the page keeps when it is loaded again, and `take` takes a call from "
        "another tab. Sound goes as binary messages: from the page PCM16 LE mono 16 kHz; to it four bytes first, the epoch "
        "(LE), then PCM16 LE mono 24 kHz. An epoch is the sound between two interruptions.",
        table(
            ["the page says", "about", "fields"],
            [
                [f"`{kind}`", row.about, "; ".join(f"`{name}`: {field.words}" for name, field in row.fields.items())]
                for kind, row in FROM_PAGE.items()
            ],
        ),
        table(
            ["the server says", "about", "fields"],
            [
                [f"`{kind}`", about, ", ".join(f"`{name}`" for name in fields)]
                for kind, (about, fields) in TO_PAGE.items()
            ],
        ),
        table(["closed with", "why"], [[str(int(code)), words[code.name]] for code in PageClose]),
    )
