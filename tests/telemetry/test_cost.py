from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.telemetry import SessionTelemetry, TokenPrices
from trio_live.telemetry._cost import cost_of
from trio_live.telemetry._internal import CostLedger, Limit
from trio_live.wire import ModalityTokenCount, UsageMetadata

PRICES = TokenPrices(prompt={"TEXT": 1.0, "AUDIO": 3.0}, response={"TEXT": 4.0, "AUDIO": 12.0})
MILLION = 1_000_000

modalities = st.sampled_from(["TEXT", "AUDIO", "VIDEO", None])
details = st.lists(st.builds(ModalityTokenCount, modalities, st.none() | st.integers(0, MILLION)), max_size=3)
counts = st.none() | st.integers(0, MILLION)
usages = st.builds(
    UsageMetadata,
    prompt_token_count=counts,
    response_token_count=counts,
    thoughts_token_count=counts,
    tool_use_prompt_token_count=counts,
    cached_content_token_count=counts,
    prompt_tokens_details=st.none() | details,
    response_tokens_details=st.none() | details,
)


def test_tokens_cost_what_their_modality_costs() -> None:
    usage = UsageMetadata(
        prompt_token_count=3 * MILLION,
        prompt_tokens_details=[ModalityTokenCount("TEXT", MILLION), ModalityTokenCount("AUDIO", 2 * MILLION)],
        candidates_token_count=MILLION,
        candidates_tokens_details=[ModalityTokenCount("AUDIO", MILLION)],
    )
    assert cost_of(usage, PRICES) == pytest.approx(1 + 6 + 12)


def test_tokens_without_a_modality_cost_as_the_dearest() -> None:
    """As 3.8 live was seen to report: 25 tokens of the prompt under no modality, and thoughts beside the answer."""
    usage = UsageMetadata(
        prompt_token_count=522,
        prompt_tokens_details=[ModalityTokenCount("TEXT", 332), ModalityTokenCount("AUDIO", 165)],
        response_token_count=42,
        response_tokens_details=[ModalityTokenCount("AUDIO", 42)],
        thoughts_token_count=136,
    )
    assert cost_of(usage, PRICES) == pytest.approx((332 * 1 + 165 * 3 + 25 * 3 + 42 * 12 + 136 * 4) / MILLION)


def test_a_report_without_details_costs_as_the_dearest() -> None:
    assert cost_of(UsageMetadata(prompt_token_count=10, response_token_count=1), PRICES) == pytest.approx(42 / MILLION)


def test_what_is_thought_costs_as_the_dearest_where_the_model_does_not_write() -> None:
    spoken = TokenPrices(prompt={"AUDIO": 3.5}, response={"AUDIO": 21.0})
    assert cost_of(UsageMetadata(thoughts_token_count=2), spoken) == pytest.approx(42 / MILLION)


@given(usages)
def test_nothing_is_cheaper_than_all_of_it_at_the_lowest_price_nor_dearer_than_at_the_highest(
    usage: UsageMetadata,
) -> None:
    cost = cost_of(usage, PRICES) * MILLION
    named_in = sum(each.token_count or 0 for each in usage.prompt_tokens_details or [])
    named_out = sum(each.token_count or 0 for each in usage.response_details)
    read = max(usage.prompt_token_count or 0, named_in) + (usage.tool_use_prompt_token_count or 0)
    said, thought = max(usage.response_tokens or 0, named_out), usage.thoughts_token_count or 0
    assert read * 1 + said * 4 + thought * 4 <= cost + 1e-3
    assert cost <= read * 3 + said * 12 + thought * 4 + 1e-3


@given(st.lists(st.lists(usages, max_size=3), max_size=6))
def test_the_session_costs_the_last_report_of_each_turn(turns: list[list[UsageMetadata]]) -> None:
    ledger = CostLedger(PRICES)
    by_turn: list[float] = []
    for reports in turns:
        for usage in reports:
            before = sum(by_turn)
            ledger.reported(usage)
            assert ledger.spent == pytest.approx(before + cost_of(usage, PRICES))
        cost = ledger.turn_completed()
        assert cost == pytest.approx(cost_of(reports[-1], PRICES) if reports else 0.0)
        by_turn.append(cost or 0.0)
    assert ledger.spent == pytest.approx(sum(by_turn))


@given(st.lists(usages, max_size=6), st.floats(0, 30), st.floats(0, 30))
def test_a_sum_is_told_once_and_not_before_it_is_spent(
    reports: list[UsageMetadata], warn_at: float, cap: float
) -> None:
    ledger = CostLedger(PRICES, warn_at=warn_at, cap=cap)
    told: list[Limit] = []
    for usage in reports:
        ledger.reported(usage)
        for limit, dollars in ledger.take_passed():
            assert dollars == {Limit.WARNING: warn_at, Limit.CAP: cap}[limit]
            assert limit not in told
            told.append(limit)
        spent = ledger.spent or 0.0
        assert (Limit.WARNING in told) >= (spent >= warn_at)
        assert (Limit.CAP in told) >= (spent >= cap)
        ledger.turn_completed()
    assert ledger.is_limited == (len(told) < 2)


def test_without_prices_nobody_knows_and_no_sum_is_passed() -> None:
    ledger = CostLedger(None, warn_at=0.0, cap=0.0)
    ledger.reported(UsageMetadata(prompt_token_count=MILLION))
    assert (ledger.spent, ledger.turn_completed(), ledger.take_passed()) == (None, None, [])
    assert not ledger.is_limited
    assert ledger.to_json() == {"usd": None, "prices": None}


def test_the_figures_of_a_session_show_its_cost() -> None:
    telemetry = SessionTelemetry(lambda: 0.0, ledger=CostLedger(PRICES))
    telemetry.usage(UsageMetadata(prompt_token_count=1000))
    assert telemetry.turn_complete().cost_usd == pytest.approx(0.003)
    telemetry.usage(UsageMetadata(prompt_token_count=2000))
    assert telemetry.cost_usd == pytest.approx(0.009)
    assert telemetry.snapshot()["cost"] == {"usd": 0.009, "prices": "given by the program"}
