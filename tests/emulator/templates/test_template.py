from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.emulator._templates._template import (
    fill,
    fill_json,
    fill_known,
    fill_whole,
    holes,
    spoken,
    unfilled_holes,
    unknown_formats,
)

VALUES: dict[str, Any] = {
    "name": "ann lee",
    "n": "42",
    "free": {"slots": ["13:30", "16:00"], "count": 2.0, "open": True, "none": [], "nothing": None},
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hello {name}.", "Hello ann lee."),
        ("{name:title}", "Ann Lee"),
        ("{free.slots}", "13:30 and 16:00"),
        ("{free.slots:clock}", "one thirty and four o'clock"),
        ("{free.slots.1}", "16:00"),
        ("{free.count} {free.open}", "2 yes"),
        ("{free.none}/{free.nothing}", "nothing/nothing"),
        ("{nobody|name}", "ann lee"),
        ("{nobody|'a: friend'}", "a: friend"),
        ("{nobody.home} is here", "{nobody.home} is here"),
        ("{free.slots.9}", "{free.slots.9}"),
        ("{{name}}", "{name}"),
        ("{name:int}", "ann lee"),
    ],
)
def test_holes_are_filled(template: str, text: str) -> None:
    assert fill(template, VALUES) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [("Hello {name}.", "Hello ann lee."), ("{{n}} {nobody|''}", "{n} "), ("{name} {nobody}", None)],
)
def test_a_text_is_filled_as_a_whole_or_not_at_all(template: str, text: str | None) -> None:
    assert fill_whole(template, VALUES) == text


def test_a_string_that_is_one_hole_takes_the_type_of_its_value() -> None:
    template = {"a": "{n:int}", "b": ["{free.slots}", "{n}!"], "c": 1, "d": "{n:number}"}
    assert fill_json(template, VALUES) == {"a": 42, "b": [["13:30", "16:00"], "42!"], "c": 1, "d": 42.0}


def test_holes_that_nothing_fills_are_found_and_what_holds_them_is_left_out() -> None:
    template: Any = {"a": "{n}", "b": ["{nobody} is here"], "c": "{{n}}", "d": "{free.slots.9|'none'}"}
    assert list(unfilled_holes(template, VALUES)) == ["{nobody}"]
    assert fill_known(template, VALUES) == {"a": "42", "c": "{n}", "d": "none"}


def test_holes_tell_which_names_could_fill_them() -> None:
    assert list(holes(["{a.b|c}", {"k": "{d:int}"}, "{e|'x'}", "{{f}}"])) == [("a", "c"), ("d",)]


def test_unknown_formats_are_found() -> None:
    assert list(unknown_formats({"k": ["{a:int}", "{b:loud}"]})) == ["loud"]


@given(st.text(alphabet=st.characters(exclude_characters="{}")))
def test_a_text_without_holes_stays_as_it_is(text: str) -> None:
    assert fill(text, VALUES) == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_every_value_can_be_spoken(value: Any) -> None:
    assert isinstance(spoken(value), str)
