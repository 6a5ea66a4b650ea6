from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.errors import ConfigError, StateError
from trio_live.reactive import DELETE, ComputedRegistry, ComputedVar, ComputeFn
from trio_live.state import ABSENT, State
from trio_live.state._internal import json_equal

Errors = list[tuple[str, Exception]]


def registry_of(*variables: ComputedVar, errors: Errors | None = None) -> ComputedRegistry:
    def report(where: str, error: Exception) -> None:
        assert errors is not None, where
        errors.append((where, error))

    registry = ComputedRegistry(report=report)
    for variable in variables:
        registry.register(variable)
    return registry


def var(key: str, *dependencies: str, compute: ComputeFn = lambda state: 1) -> ComputedVar:
    return ComputedVar(key, dependencies, compute)


def of(key: str, function: Callable[[Any], Any]) -> ComputeFn:
    """Computes from one key, nothing without it."""
    return lambda state: None if state.get(key) is None else function(state.get(key))


# Random acyclic networks. What a node makes of the sum of its inputs covers every kind of answer.

EXTERNALS = ["app:a", "b", "turn:c"]
ANSWERS: dict[str, Callable[[int], Any]] = {
    "sum": lambda total: total,
    "parity": lambda total: total % 2,
    "truth": lambda total: total > 2,
    "list": lambda total: [total],
    "none": lambda total: None if total % 2 else total,
    "delete": lambda total: DELETE if total % 2 else total,
    "raise": lambda total: total // (total % 2),
}


@attrs.frozen
class Network:
    """Variables in the order of registration, and how often each was computed."""

    variables: list[ComputedVar]
    runs: Counter[str] = attrs.field(factory=Counter)

    def registry(self) -> ComputedRegistry:
        return registry_of(*self.variables, errors=[])


def total_of(state: State, names: tuple[str, ...]) -> int:
    values = [state.get(name) for name in names]
    return sum(sum(value) if isinstance(value, list) else int(value or 0) for value in values)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    names = draw(st.permutations([f"v{number}" for number in range(draw(st.integers(1, 7)))]))
    network = Network([])
    for position, name in enumerate(names):
        inner = [draw(st.sampled_from([each, f"derived:{each}"])) for each in names[:position]]
        needs = tuple(draw(st.lists(st.sampled_from([*inner, *EXTERNALS]), unique=True, max_size=4)))
        answer = ANSWERS[draw(st.sampled_from(sorted(ANSWERS)))]

        def compute(state: State, name: str = name, needs: tuple[str, ...] = needs, answer: Any = answer) -> Any:
            network.runs[name] += 1
            return answer(total_of(state, needs))

        network.variables.append(ComputedVar(name, needs, compute))
    shuffled: list[ComputedVar] = draw(st.permutations(network.variables))
    return attrs.evolve(network, variables=shuffled)


externals = st.dictionaries(st.sampled_from(EXTERNALS), st.integers(0, 5))


def answer_of(variable: ComputedVar, state: State) -> Any:
    try:
        return variable.compute(state)
    except ZeroDivisionError:
        return None


# C1


@given(networks(), externals)
def test_c1_after_recompute_every_answer_is_stored_and_a_second_one_changes_nothing(
    network: Network, entries: dict[str, int]
) -> None:
    state, registry = State(entries), network.registry()
    registry.recompute(state)
    for variable in network.variables:
        answer, stored = answer_of(variable, state), state.get_raw(variable.stored_key, ABSENT)
        if answer is DELETE:
            assert stored is ABSENT
        elif answer is not None:
            assert json_equal(stored, answer)
    assert registry.recompute(state) == []


def test_c1_the_result_is_read_under_the_short_name_too() -> None:
    state = State({"app:score": 3})
    assert registry_of(var("risk", "app:score", compute=of("app:score", lambda n: n / 4))).recompute(state) == ["risk"]
    assert state.get("derived:risk") == state.get("risk") == 0.75


# C2


def naive_order(variables: list[ComputedVar]) -> list[str]:
    """Again and again the first registered variable that needs no unplaced one."""
    left = {each.key: {name.removeprefix("derived:") for name in each.dependencies} for each in variables}
    order: list[str] = []
    while left:
        order.append(next(key for key, needs in left.items() if needs.isdisjoint(left)))
        del left[order[-1]]
    return order


@given(networks())
def test_c2_the_order_is_that_of_need_then_of_registration(network: Network) -> None:
    assert list(network.registry().order) == naive_order(network.variables)
    assert network.registry().order == network.registry().order


def test_c2_a_dependency_spelled_with_the_prefix_orders_all_the_same() -> None:
    assert registry_of(var("a", "derived:b"), var("b", "derived:c"), var("c", "x")).order == ("c", "b", "a")


def test_c2_replacing_a_variable_keeps_its_place() -> None:
    registry = registry_of(var("a"), var("b"), var("c"))
    registry.register(replacement := var("b", "x"))
    assert registry.order == ("a", "b", "c")
    assert list(registry)[1] is replacement
    assert len(registry) == 3


# C3


@given(networks(), externals, st.dictionaries(st.sampled_from(EXTERNALS), st.integers(0, 5) | st.none()))
def test_c3_recomputing_what_is_affected_leaves_the_same_store_as_recomputing_all(
    network: Network, entries: dict[str, int], changes: dict[str, int | None]
) -> None:
    state, registry = State(entries), network.registry()
    registry.recompute(state)
    for key, value in changes.items():
        if value is None:
            state.remove(key)
        else:
            state.set(key, value)
    twin = State(state.to_dict())
    assert registry.recompute_affected(state, changes) == registry.recompute(twin)
    assert json_equal(state.to_dict(), twin.to_dict())


def test_c3_a_variable_that_comes_out_as_it_was_affects_nobody() -> None:
    runs = Counter[str]()

    def counted(name: str, key: str, function: Callable[[Any], Any]) -> ComputedVar:
        def compute(state: State) -> Any:
            runs[name] += 1
            return function(state.get(key))

        return var(name, key, compute=compute)

    state = State({"n": 1})
    registry = registry_of(
        counted("parity", "n", lambda n: n % 2), counted("label", "derived:parity", str), counted("double", "n", str)
    )
    registry.recompute(state)
    state.set("n", 3)
    assert registry.recompute_affected(state, ["n"]) == ["double"]
    assert runs == {"parity": 2, "label": 1, "double": 2}
    state.set("n", 4)
    assert registry.recompute_affected(state, ["n"]) == ["parity", "label", "double"]


def test_c3_changes_spread_through_both_spellings_and_stop_at_strangers() -> None:
    state = State({"a": 1})
    registry = registry_of(var("x", "a", compute=of("a", lambda n: n)), var("y", "derived:x", compute=of("x", str)))
    assert registry.recompute_affected(state, ["app:other"]) == []
    assert registry.recompute_affected(state, ["a"]) == ["x", "y"]
    state.set("derived:x", 7)
    assert registry.recompute_affected(state, ["derived:x"]) == ["y"]
    state.set("derived:x", 8)
    assert registry.recompute_affected(state, ["x"]) == ["y"]


# C4


@given(networks(), externals, st.dictionaries(st.sampled_from(["derived:v0", "derived:v1"]), st.integers(0, 5)))
def test_c4_the_returned_names_are_those_whose_stored_value_changed(
    network: Network, entries: dict[str, int], stale: dict[str, int]
) -> None:
    state, registry = State({**entries, **stale}), network.registry()
    before = state.to_dict()
    changed = registry.recompute(state)
    after = state.to_dict()
    expected = {
        each.key
        for each in network.variables
        if not json_equal(before.get(each.stored_key, ABSENT), after.get(each.stored_key, ABSENT))
    }
    assert set(changed) == expected
    assert changed == [key for key in registry.order if key in expected]


def test_c4_an_equal_value_is_not_written_again_and_an_almost_equal_one_is() -> None:
    state = State({"derived:x": 1})
    assert registry_of(var("x", compute=lambda state: 1)).recompute(state) == []
    assert state.mutation_cursor() == 0
    assert registry_of(var("x", compute=lambda state: True)).recompute(state) == ["x"]
    assert registry_of(var("x", compute=lambda state: 1.0)).recompute(state) == ["x"]


def test_c4_none_keeps_what_is_stored() -> None:
    state = State({"derived:x": "stale"})
    assert registry_of(var("x", compute=lambda state: None)).recompute(state) == []
    assert state.get("x") == "stale"


def test_c4_delete_removes_what_is_stored() -> None:
    state = State({"derived:x": None})
    registry = registry_of(var("x", compute=lambda state: DELETE))
    assert registry.recompute(state) == ["x"]
    assert not state.contains("derived:x")
    assert registry.recompute(state) == []
    assert repr(DELETE) == "DELETE"


# C5


@given(networks(), st.data())
def test_c5_a_circle_is_refused_by_name_and_the_registry_stays_as_it_was(network: Network, data: st.DataObject) -> None:
    registry = network.registry()
    order, variables = registry.order, list(registry)
    needed = {each.key: {name.removeprefix("derived:") for name in each.dependencies} for each in variables}
    victim = data.draw(st.sampled_from(order))
    above = sorted(_users_of(victim, needed))
    culprit = data.draw(st.sampled_from(above))
    spelled = data.draw(st.sampled_from([culprit, f"derived:{culprit}"]))
    needed[victim] |= {culprit}
    with pytest.raises(ConfigError) as caught:
        registry.register(ComputedVar(victim, (*sorted(needed[victim]), spelled), lambda state: 1))
    names = re.findall(r"'(\w+)'", str(caught.value))
    assert names[0] == names[-1]
    assert len(names) > 1
    assert all(needs in needed[name] for name, needs in pairwise(names))
    assert (registry.order, list(registry)) == (order, variables)
    registry.validate()
    assert registry.recompute(State()) == network.registry().recompute(State())


def _users_of(name: str, needed: dict[str, set[str]]) -> set[str]:
    """The variable itself, and all that need it directly or not."""
    found = {name}
    while more := {each for each, needs in needed.items() if needs & found} - found:
        found |= more
    return found


@pytest.mark.parametrize("spelled", ["x", "derived:x"])
def test_c5_a_variable_cannot_need_itself(spelled: str) -> None:
    with pytest.raises(ConfigError, match="'x' needs 'x'"):
        registry_of(var("x", spelled))


def test_c5_the_circle_is_told_in_the_order_of_need() -> None:
    registry = registry_of(var("a", "b"), var("b", "c"), var("free"))
    with pytest.raises(ConfigError, match=r"'\w' needs '\w' needs '\w' needs '\w'$") as caught:
        registry.register(var("c", "free", "derived:a"))
    assert "free" not in str(caught.value)
    assert "'a' needs 'b'" in str(caught.value)
    registry.register(var("c", "free"))
    assert registry.order == ("free", "c", "b", "a")


def test_c5_what_cannot_work_is_refused() -> None:
    async def compute(state: State) -> int:
        return 1

    registry = registry_of()
    with pytest.raises(ConfigError) as caught:
        registry.register(ComputedVar("derived:", (), compute))
    assert len(caught.value.problems) == 2
    assert registry.is_empty


# C6


@given(networks(), externals, st.sets(st.sampled_from([*EXTERNALS, "v0", "derived:v1"])))
def test_c6_each_function_runs_at_most_once(network: Network, entries: dict[str, int], changed: set[str]) -> None:
    state, registry = State(entries), network.registry()
    registry.recompute(state)
    assert network.runs == {each.key: 1 for each in network.variables}
    network.runs.clear()
    registry.recompute_affected(state, sorted(changed))
    assert not network.runs or max(network.runs.values()) == 1


# Errors and descriptions


def test_a_function_that_raises_is_reported_and_keeps_the_old_value_and_the_others_go_on() -> None:
    state, errors = State({"derived:x": "old"}), Errors()
    registry = registry_of(
        var("x", compute=lambda state: 1 // 0), var("y", "x", compute=of("x", str.upper)), errors=errors
    )
    assert registry.recompute(state) == ["y"]
    assert state.get("x") == "old"
    assert state.get("y") == "OLD"
    ((where, error),) = errors
    assert where == "computed('x')"
    assert isinstance(error, ZeroDivisionError)


@pytest.mark.parametrize("answer", [float("nan"), {1, 2}, (1,), {"a": object()}])
def test_an_answer_that_is_not_json_is_reported_and_keeps_the_old_value(answer: Any) -> None:
    state, errors = State({"derived:x": "old"}), Errors()
    assert registry_of(var("x", compute=lambda state: answer), errors=errors).recompute(state) == []
    assert state.get("x") == "old"
    ((where, error),) = errors
    assert where == "computed('x')"
    assert isinstance(error, StateError)


def test_describes_itself_in_the_order_of_registration_as_the_user_wrote_it() -> None:
    registry = registry_of(var("derived:a", "derived:b", "app:x"), var("b"))
    assert registry.describe() == [
        {"key": "a", "dependencies": ["derived:b", "app:x"]},
        {"key": "b", "dependencies": []},
    ]
    assert not registry.is_empty


def test_a_single_dependency_may_be_written_alone() -> None:
    assert ComputedVar("x", "app:score", lambda state: 1).dependencies == ("app:score",)
