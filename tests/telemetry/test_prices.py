from __future__ import annotations

import re
from typing import Any

import pytest

from trio_live.telemetry import PRICES, TokenPrices, prices_for
from trio_live.wire import PROFILES, Platform

G, V = Platform.GOOGLE_AI, Platform.VERTEX


@pytest.mark.parametrize(
    "model",
    [
        "gemini-3.8-live",
        "models/gemini-3.8-live",
        "gemini-3.8-live-preview",
        "gemini-3.1-flash-live-preview",
        "gemini-2.5-flash-native-audio-latest",
        "gemini-2.5-flash-native-audio-preview-12-2025",
    ],
)
def test_a_model_has_its_price_whether_preview_latest_or_dated(model: str) -> None:
    prices = prices_for(model, G)
    assert prices is not None
    assert (prices.prompt["AUDIO"], prices.response["AUDIO"]) == (3.00, 12.00)


@pytest.mark.parametrize("model", ["gemini-3.8-live-pro", "gemini-4-live", "", "gemini-3.8", "a-gemini-3.8-live"])
def test_what_no_row_names_has_no_price_however_alike(model: str) -> None:
    assert prices_for(model, G) is None


def test_a_price_of_one_platform_is_none_of_another() -> None:
    assert prices_for("gemini-3.8-live", V) is None


def test_every_row_names_served_models_and_says_where_and_when_it_was_read() -> None:
    prefixes = {prefix for profile in PROFILES if not profile.retired for prefix in profile.prefixes}
    for row in PRICES:
        assert set(row.models) <= prefixes
        assert row.prices.source
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row.prices.as_of)
    named = [(row.platform, model) for row in PRICES for model in row.models]
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("prompt", "response", "what"),
    [
        ({}, {"TEXT": 1.0}, "prompt prices name no modality"),
        ({"TEXT": 1.0}, {}, "response prices name no modality"),
        ({"TEXT": -1.0}, {"TEXT": 1.0}, "prompt price of TEXT"),
        ({"TEXT": 1.0}, {"TEXT": float("nan")}, "response price of TEXT"),
        ({"TEXT": True}, {"TEXT": 1.0}, "prompt price of TEXT"),
    ],
)
def test_prices_that_cannot_be_are_refused(prompt: Any, response: Any, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        TokenPrices(prompt=prompt, response=response)
