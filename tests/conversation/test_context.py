from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live._typing import Json
from trio_live.conversation import ContextBuilder
from trio_live.conversation._internal import NEEDS_KEY, Ctx
from trio_live.state import State


def test_a_context_reads_like_notes() -> None:
    context = (
        ContextBuilder.builder()
        .section("Order")
        .field("size", "Size")
        .field("count", "Pizzas")
        .flag("paid", "Paid")
        .section("Caller")
        .sentiment("mood")
        .build()
    )
    state = State({"size": "large", "count": 2, "paid": True, "mood": "impatient", NEEDS_KEY: ["address", "size"]})
    assert context.render(state) == (
        "[Order] Size: large. Pizzas: 2. Paid.\n[Caller] Caller seems impatient.\n[Gathering] address"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("large", "Size: large."),
        (" large ", "Size: large."),
        (2, "Size: 2."),
        (0, "Size: 0."),
        (False, "Size: false."),
        (1.5, "Size: 1.5."),
        (["a", {"b": "ü"}], 'Size: ["a",{"b":"ü"}].'),
        ("", ""),
        ("  ", ""),
        (None, ""),
    ],
)
def test_a_field_shows_text_bare_and_the_rest_as_json(value: Json, text: str) -> None:
    assert ContextBuilder().field("size", "Size").render(State({"size": value})) == text


def test_an_absent_field_is_left_out() -> None:
    assert ContextBuilder().field("size", "Size").render(State()) == ""


def test_a_computed_value_is_shown_under_its_plain_name() -> None:
    assert ContextBuilder().field("risk", "Risk").render(State({"derived:risk": "low"})) == "Risk: low."


@pytest.mark.parametrize(("value", "text"), [(True, "Paid."), (False, ""), (1, ""), ("true", ""), (None, "")])
def test_a_flag_needs_a_plain_true(value: Json, text: str) -> None:
    assert ContextBuilder().flag("paid", "Paid").render(State({"paid": value})) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("happy", "Caller seems happy."),
        ("neutral", ""),
        ("Neutral", ""),
        ("unknown", ""),
        ("", ""),
        (" ", ""),
        (None, ""),
        (3, ""),
    ],
)
def test_a_mood_is_told_when_there_is_one(value: Json, text: str) -> None:
    assert ContextBuilder().sentiment("mood").render(State({"mood": value})) == text


def test_a_format_is_what_its_function_makes_of_the_value() -> None:
    context = ContextBuilder().format("items", "Items", lambda items: f"{len(items)} items so far.")
    assert context.render(State({"items": [1, 2]})) == "2 items so far."


def test_a_format_without_a_value_or_a_text_is_left_out() -> None:
    called: list[Json] = []

    def nothing(value: Json) -> str:
        called.append(value)
        return ""

    context = ContextBuilder().section("Order").format("items", "Items", nothing)
    assert context.render(State()) == context.render(State({"items": None})) == ""
    assert called == []
    assert context.render(State({"items": 1})) == ""
    assert called == [1]


def test_what_a_format_raises_comes_out() -> None:
    def fails(_: Json) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ContextBuilder().format("items", "Items", fails).render(State({"items": 1}))


def test_a_section_of_which_nothing_is_left_has_no_line() -> None:
    context = ContextBuilder().section("Empty").section("A").field("a", "a").section("B").field("b", "b")
    assert context.render(State({"b": 1})) == "[B] b: 1."


def test_fields_before_the_first_section_have_no_bracket() -> None:
    context = ContextBuilder().field("a", "a").field("b", "b").section("S").field("a", "c")
    assert context.render(State({"a": 1, "b": 2})) == "a: 1. b: 2.\n[S] c: 1."


def test_what_is_still_gathered_is_told_without_sections_too() -> None:
    state = State({NEEDS_KEY: ["a", "b", "c"], "b": 1, "c": None})
    assert ContextBuilder().render(state) == "[Gathering] a, c"


@pytest.mark.parametrize("needs", [None, "a", 3, [1], []])
def test_needs_that_are_none_are_passed_over(needs: Json) -> None:
    assert ContextBuilder().render(State({NEEDS_KEY: needs})) == ""


def test_nothing_to_tell_is_an_empty_text() -> None:
    assert ContextBuilder().section("S").field("a", "a").render(State()) == ""


def test_every_call_returns_a_new_builder() -> None:
    base = ContextBuilder().section("S").field("a", "a")
    longer = base.field("b", "b")
    state = State({"a": 1, "b": 2})
    assert base.render(state) == "[S] a: 1."
    assert longer.render(state) == "[S] a: 1. b: 2."


def test_building_drops_sections_without_fields() -> None:
    assert ContextBuilder().section("Empty").build() == ContextBuilder()


def test_contexts_are_added_section_by_section() -> None:
    one, other = ContextBuilder().section("A").field("a", "a"), ContextBuilder().section("B").field("b", "b")
    state = State({"a": 1, "b": 2})
    assert (one + other).render(state) == "[A] a: 1.\n[B] b: 2."
    assert one.render(state) == "[A] a: 1."


def test_the_modifier_is_a_function_of_the_state() -> None:
    context = ContextBuilder().field("a", "a")
    state = State({"a": 1})
    assert context.into_modifier()(state) == context(state) == "a: 1."


def test_the_short_name() -> None:
    assert Ctx.builder() == ContextBuilder()


builders = st.recursive(
    st.just(ContextBuilder()),
    lambda inner: st.one_of(
        st.builds(ContextBuilder.section, inner, st.sampled_from(["S", "T"])),
        st.builds(ContextBuilder.field, inner, st.sampled_from("abc"), st.just("F")),
        st.builds(ContextBuilder.flag, inner, st.sampled_from("abc"), st.just("G")),
        st.builds(ContextBuilder.sentiment, inner, st.sampled_from("abc")),
    ),
    max_leaves=8,
)
states = st.dictionaries(st.sampled_from("abc"), st.sampled_from([None, True, "", "x", 3, "neutral"])).map(State)


@given(builders, builders, builders, states)
def test_adding_is_associative_and_renders_both(
    one: ContextBuilder, two: ContextBuilder, three: ContextBuilder, state: State
) -> None:
    assert (one + two) + three == one + (two + three)
    assert (one + two).render(state) == "\n".join(filter(None, [one.render(state), two.render(state)]))


@given(builders, states)
def test_rendering_has_no_empty_lines_and_changes_nothing(builder: ContextBuilder, state: State) -> None:
    before = state.to_dict()
    text = builder.render(state)
    assert "" not in text.split("\n") or text == ""
    assert builder.build().render(state) == text
    assert state.to_dict() == before
    assert state.mutation_cursor() == 0
