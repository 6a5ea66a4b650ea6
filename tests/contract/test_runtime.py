from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live import ConfigError
from trio_live._typing import JsonObject
from trio_live.contract import (
    AgentContract,
    ComputedContract,
    ControlContract,
    ExtractorContract,
    PhaseContract,
    PreparationContract,
    PromotionContract,
    RuntimeContract,
    ToolContract,
    TransitionContract,
    WatcherContract,
)

NAMES = st.text(max_size=8)
LISTS = st.lists(NAMES, max_size=3).map(tuple)
CONTROLS = ControlContract(steering_mode="hybrid", context_delivery="deferred")
PLAIN = RuntimeContract(model="m", controls=CONTROLS)

contracts = st.builds(
    RuntimeContract,
    model=NAMES,
    tools=st.lists(
        st.builds(
            ToolContract,
            name=NAMES,
            description=NAMES,
            behavior=st.none() | NAMES,
            parameters=st.none() | st.dictionaries(NAMES, st.integers() | LISTS.map(list), max_size=2),
        ),
        max_size=3,
    ).map(tuple),
    phases=st.lists(
        st.builds(
            PhaseContract,
            name=NAMES,
            terminal=st.booleans(),
            tools_enabled=st.none() | LISTS,
            needs=LISTS,
            preparations=st.lists(st.builds(PreparationContract, name=NAMES, produces=LISTS), max_size=2).map(tuple),
            transitions=st.lists(
                st.builds(TransitionContract, target=NAMES, description=st.none() | NAMES), max_size=3
            ).map(tuple),
            prompt_on_enter=st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
    initial_phase=st.none() | NAMES,
    extractors=st.lists(
        st.builds(
            ExtractorContract,
            name=NAMES,
            window_size=st.integers(1, 5),
            trigger=NAMES,
            promotions=st.lists(
                st.builds(PromotionContract, field=NAMES, state_key=NAMES, merge=NAMES, has_predicate=st.booleans()),
                max_size=2,
            ).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    computed=st.lists(st.builds(ComputedContract, key=NAMES, dependencies=LISTS), max_size=2).map(tuple),
    watchers=st.lists(st.builds(WatcherContract, key=NAMES, predicate=NAMES, blocking=st.booleans()), max_size=3).map(
        tuple
    ),
    controls=st.builds(
        ControlContract,
        steering_mode=NAMES,
        context_delivery=NAMES,
        soft_turn_timeout_ms=st.none() | st.integers(),
    ),
    agents=st.lists(
        st.builds(AgentContract, name=NAMES, initial_phase=st.none() | NAMES, steering_mode=NAMES), max_size=2
    ).map(tuple),
)


@given(contracts)
def test_a_contract_comes_back_from_its_json(contract: RuntimeContract) -> None:
    assert RuntimeContract.from_json(contract.to_json()) == contract


def regardless_of_order(contract: RuntimeContract) -> JsonObject:
    found = contract.to_dict()
    for name in ("tools", "phases", "computed", "watchers"):
        found[name] = sorted(json.dumps(each, sort_keys=True) for each in found[name])
    return found


@given(contracts, contracts)
def test_contracts_without_differences_say_the_same(one: RuntimeContract, other: RuntimeContract) -> None:
    assert not one.diff(one)
    if not one.diff(other):
        assert regardless_of_order(one) == regardless_of_order(other)


def test_fields_are_written_in_the_order_of_their_declaration() -> None:
    assert list(PLAIN.to_dict()) == [
        "version",
        "model",
        "tools",
        "phases",
        "initial_phase",
        "extractors",
        "computed",
        "watchers",
        "controls",
        "agents",
    ]


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"model": 1}', b"\xff"])
def test_what_is_no_contract_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="no contract"):
        RuntimeContract.from_json(text)


def test_a_contract_of_a_later_version_is_refused() -> None:
    later = json.dumps({**PLAIN.to_dict(), "version": 2})
    with pytest.raises(ConfigError, match="version 2"):
        RuntimeContract.from_json(later)
