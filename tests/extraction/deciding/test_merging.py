"""What becomes of a result: E2 to E7 of the rules in docs/reference/invariants.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extraction.samples import Fixed
from trio_live import State, StateError, events
from trio_live.extraction import FieldPromotion
from trio_live.extraction._deciding._merging import REASONS, merge
from trio_live.extraction._deciding._promotion import RESERVED


def merged(
    result: Any, rules: list[FieldPromotion] | None = None, state: State | None = None
) -> tuple[State, list[Any], list[str]]:
    state = State() if state is None else state
    reported: list[str] = []
    told = merge(Fixed("Order", rules=rules or ()), result, state, lambda where, _: reported.append(where))
    return state, told, reported


def test_without_rules_every_field_is_stored_under_its_name() -> None:
    state, told, _ = merged({"name": "Ada", "address": {"city": "Rome"}, "day": None})
    assert state.get("Order") == {"name": "Ada", "address": {"city": "Rome"}, "day": None}
    assert (state.get("name"), state.get("address")) == ("Ada", {"city": "Rome"})
    assert "day" not in state
    assert told == [
        events.Extraction("Order", {"name": "Ada", "address": {"city": "Rome"}, "day": None}),
        events.Extraction("Order.name", "Ada"),
        events.Extraction("Order.address", {"city": "Rome"}),
    ]


def test_null_never_erases() -> None:
    state, _, _ = merged({"name": None}, state=State({"name": "Ada"}))
    assert state.get("name") == "Ada"
    state, told, _ = merged({"name": None}, [FieldPromotion.overwrite("name")], State({"name": "Ada"}))
    assert state.get("name") == "Ada"
    assert told[1] == events.StatePromotion("Order", "name", "name", accepted=False, reason="null value", value=None)


@pytest.mark.parametrize("field", ["Order", "", *(f"{family}x" for family in RESERVED)])
def test_a_model_cannot_write_where_the_runtime_does(field: str) -> None:
    state, told, _ = merged({field: "forged", "name": "Ada"})
    assert told[1] == events.StatePromotion(
        "Order", field, field, accepted=False, reason="reserved key", value="forged"
    )
    assert state.get("Order") == {field: "forged", "name": "Ada"}
    assert field == "Order" or field not in state
    assert state.get("name") == "Ada"


def test_with_rules_only_the_rules_write() -> None:
    rules = [
        FieldPromotion.non_empty("name").to("user:name"),
        FieldPromotion.keep_known("day"),
        FieldPromotion.true_only("sure"),
        FieldPromotion.overwrite("absent"),
    ]
    state, told, _ = merged(
        {"extra": 1, "sure": "yes", "day": "Friday", "name": "Ada"}, rules, State({"day": "Monday"})
    )
    meta = {"source": "extraction", "extractor": "Order", "field": "name"}
    assert state.get("state_meta:user:name") == meta
    assert state.evidence("user:name").source == "extraction"
    assert (state.get("user:name"), state.get("day"), "extra" in state, "sure" in state) == (
        "Ada",
        "Monday",
        False,
        False,
    )
    assert told[1:] == [
        events.Extraction("Order.name", "Ada"),
        events.StatePromotion("Order", "name", "user:name", accepted=True, reason="accepted", value="Ada"),
        events.StatePromotion("Order", "day", "day", accepted=False, reason="existing value kept", value="Friday"),
        events.StatePromotion("Order", "sure", "sure", accepted=False, reason="predicate rejected", value="yes"),
    ]


def test_a_condition_sees_what_the_rule_before_it_wrote() -> None:
    rules = [
        FieldPromotion.overwrite("day"),
        FieldPromotion.overwrite("hour").accept_when(lambda state, _: state.get("day") == "Friday"),
    ]
    assert merged({"hour": 7, "day": "Friday"}, rules)[0].get("hour") == 7


def test_a_condition_that_raises_is_a_no_and_is_reported() -> None:
    def fails(_: State, __: Any) -> bool:
        raise ValueError("not today")

    rules = [FieldPromotion.overwrite("day").accept_when(fails), FieldPromotion.overwrite("hour")]
    state, told, reported = merged({"day": "Friday", "hour": 7}, rules)
    assert reported == ["extractor('Order').accept_when('day')"]
    assert told[1].reason == "predicate rejected"
    assert (state.get("day"), state.get("hour")) == (None, 7)


@pytest.mark.parametrize("result", [float("nan"), {1, 2}, {1: "x"}, object(), {"a": b"x"}])
def test_what_is_not_json_changes_nothing(result: Any) -> None:
    state = State({"name": "Ada"})
    with pytest.raises(StateError):
        merged(result, state=state)
    assert state.to_dict() == {"name": "Ada"}


@pytest.mark.parametrize("result", [None, 3, "text", ["a", "b"], True])
def test_what_is_no_object_is_stored_whole_and_nothing_else(result: Any) -> None:
    state, told, _ = merged(result, [FieldPromotion.overwrite("name")])
    assert state.to_dict() == {"Order": result}
    assert told == [events.Extraction("Order", result)]


def test_what_is_to_be_masked_is_masked_in_events_only() -> None:
    rules = [FieldPromotion.overwrite("card").to("user:card")]
    for redacted, given_rules in (("card", []), ("user:card", rules), ("card", rules)):
        state, told, _ = merged({"card": "4111"}, given_rules, State(redact_keys=[redacted]))
        assert state.get("Order") == {"card": "4111"}
        assert "4111" not in repr(told)
    assert "4111" not in repr(merged({"card": "4111"}, state=State(redact_keys=["Order"]))[1][0])


fields = st.sampled_from(["name", "day", "Order", "session:phase", "derived:x", "state_meta:name", "bg:x", ""])
values = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "x"])
rule = st.builds(
    lambda make, field, key: make(field).to(key or field or "k"),
    st.sampled_from(
        [FieldPromotion.keep_known, FieldPromotion.overwrite, FieldPromotion.true_only, FieldPromotion.non_empty]
    ),
    fields.filter(bool),
    st.sampled_from(["", "user:name", "day"]),
)


@given(
    result=st.dictionaries(fields, values, max_size=5),
    rules=st.lists(rule, max_size=4),
    known=st.dictionaries(st.sampled_from(["name", "day", "user:name"]), st.sampled_from(["known", None]), max_size=3),
)
def test_events_say_exactly_what_was_written(
    result: dict[str, Any], rules: list[FieldPromotion], known: dict[str, Any]
) -> None:
    """E4, E5, E6, E7: what is written is what the rules allow, and every event is true when it is told."""
    rules = [each for each in rules if not each.problems("Order")]
    before = dict(known)
    state, told, _ = merged(result, rules, State(known))
    written = {key for key in state if state.get(key) != before.get(key) or key not in before}
    assert told[0] == events.Extraction("Order", result)
    assert {event.reason for event in told if isinstance(event, events.StatePromotion)} <= set(REASONS)
    if rules:
        allowed = {key for each in rules for key in (each.state_key, f"state_meta:{each.state_key}")}
        assert written <= {"Order", *allowed}
        accepted = [event for event in told[1:] if isinstance(event, events.StatePromotion) and event.accepted]
        assert {event.state_key for event in accepted} == {
            key.removeprefix("state_meta:") for key in state if key.startswith("state_meta:")
        }
        assert {event.state_key: event.value for event in accepted} == {
            event.state_key: state.get(event.state_key) for event in accepted
        }
        kept = {each.state_key for each in rules} - {
            each.state_key for each in rules if each.merge.value == "Overwrite"
        }
        assert all(state.get(key) == before[key] for key in kept if before.get(key) is not None)
    else:
        assert not [key for key in written if key.startswith(RESERVED)]
        assert [event.name for event in told[1:] if isinstance(event, events.Extraction)] == [
            f"Order.{field}"
            for field, found in result.items()
            if found is not None
            and state.get(field) == found
            and field
            and field != "Order"
            and not field.startswith(RESERVED)
        ]
    assert [key for key, found in before.items() if found is not None and state.get(key) is None] == []


MAKE = {
    "keep_known": FieldPromotion.keep_known,
    "overwrite": FieldPromotion.overwrite,
    "true_only": FieldPromotion.true_only,
    "non_empty": FieldPromotion.non_empty,
}
TAKES: dict[str, Callable[[Any], bool]] = {
    "true_only": lambda found: found is True,
    "non_empty": lambda found: isinstance(found, str) and found.strip() != "",
}
"""What a rule takes of what is not null; the others take all of it."""

some_rules = st.lists(
    st.tuples(
        st.sampled_from([*MAKE]), st.sampled_from(["name", "day", "sure"]), st.sampled_from(["name", "day", "user:x"])
    ),
    min_size=1,
    max_size=4,
)
some_results = st.lists(
    st.dictionaries(st.sampled_from(["name", "day", "sure", "other"]), values | st.just("  "), max_size=4),
    min_size=1,
    max_size=4,
)


@given(results=some_results, rules=some_rules, known=st.dictionaries(st.sampled_from(["name", "user:x"]), values))
def test_each_field_has_the_fate_its_rule_says_turn_after_turn(
    results: list[dict[str, Any]], rules: list[tuple[str, str, str]], known: dict[str, Any]
) -> None:
    """The whole of `FieldPromotion`, said once more without it: what is written, what is refused, and why."""
    state, holds = State(known), dict(known)
    made = [MAKE[kind](field).to(key) for kind, field, key in rules]
    for result in results:
        fates: list[tuple[str, str, str]] = []
        for kind, field, key in rules:
            if field not in result:
                continue
            found = result[field]
            if found is None:
                fate = "null value"
            elif not TAKES.get(kind, lambda _: True)(found):
                fate = "predicate rejected"
            elif kind == "keep_known" and holds.get(key) is not None:
                fate = "existing value kept"
            else:
                fate, holds[key] = "accepted", found
            fates.append((field, key, fate))
        _, told, reported = merged(result, made, state)
        promotions = [event for event in told if isinstance(event, events.StatePromotion)]
        assert [(event.field, event.state_key, event.reason) for event in promotions] == fates
        assert [event.accepted for event in promotions] == [fate == "accepted" for *_, fate in fates]
        assert reported == []
        now = {key: held for key, held in state.to_dict().items() if key != "Order" and "state_meta:" not in key}
        assert json.dumps(now, sort_keys=True) == json.dumps(holds, sort_keys=True)  # where 1 is not true
