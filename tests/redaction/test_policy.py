from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.events import ToolExecution
from trio_live.redaction import HIDDEN_NUMBER, Redaction
from trio_live.redaction._policy import is_card

CARDS = ["4111111111111111", "5500005555555559", "340000000000009", "6011000000000004", "4222222222222"]

separators = st.sampled_from(["", " ", "-"])


@st.composite
def spelt_cards(draw: st.DrawFn) -> tuple[str, str]:
    """A card number, and how it is said."""
    length = draw(st.integers(13, 19))
    body = draw(st.text("0123456789", min_size=length - 1, max_size=length - 1))
    number = next(body + digit for digit in "0123456789" if is_card(body + digit))
    groups = re.findall("....?", number)
    return number, draw(separators).join(groups) if len("".join(groups)) == len(number) else number


@pytest.mark.parametrize("number", CARDS)
def test_a_card_is_known_by_its_check_digit(number: str) -> None:
    assert is_card(number)
    assert not is_card(number[:-1] + str((int(number[-1]) + 1) % 10))


@given(spelt_cards(), st.text("abc .,:"), st.text("abc .,:"))
def test_a_card_number_becomes_its_last_four_digits(card: tuple[str, str], before: str, after: str) -> None:
    number, spelt = card
    hidden = Redaction().text(f"{before}{spelt}{after}")
    assert hidden == f"{before}[card ending {number[-4:]}]{after}"


def test_a_card_beside_other_numbers_is_found() -> None:
    said = "2 4111 1111 1111 1111 0427 and 17"
    assert Redaction().text(said) == "2 [card ending 1111] 0427 and 17"
    assert Redaction(digits=4).text(said) == f"2 [card ending 1111] {HIDDEN_NUMBER} and 17"


@pytest.mark.parametrize("text", ["4111 1111 1111 1112", "411111111111", "4111  1111  1111  1111", "no number", ""])
def test_what_is_no_card_stays(text: str) -> None:
    assert Redaction().text(text) == text


@given(st.integers(1, 12), st.text("0123456789 -ab", max_size=30))
def test_no_number_of_so_many_digits_is_left(least: int, text: str) -> None:
    hidden = Redaction(cards=False, digits=least).text(text)
    assert all(len(re.sub("[ -]", "", run)) < least for run in re.findall(r"\d(?:[ -]?\d)*", hidden))
    assert re.sub(r"[\d -]", "", hidden.replace(HIDDEN_NUMBER, "")) == re.sub(r"[\d -]", "", text)


@given(st.text("0123456789 -[]card ending", max_size=60), st.none() | st.integers(1, 8))
def test_what_was_redacted_stays_as_it_is(text: str, digits: int | None) -> None:
    redaction = Redaction(digits=digits, patterns=((r"ending [a-z]+", "[ending]"),))
    once = redaction.text(text)
    assert redaction.text(once) == once


def test_patterns_come_after_numbers() -> None:
    redaction = Redaction(patterns=((r"\b[\w.]+@[\w.]+\b", "[mail]"),))
    assert redaction.text("ann@example.com, 4111111111111111") == "[mail], [card ending 1111]"


def test_json_is_looked_through_and_keys_stay() -> None:
    found = {"4111111111111111": ["4111-1111-1111-1111", 4111111111111111, 1.5, True, None, {"n": 12}]}
    assert Redaction().json(found) == {
        "4111111111111111": ["[card ending 1111]", "[card ending 1111]", 1.5, True, None, {"n": 12}]
    }


def test_json_that_is_too_deep_to_look_through_is_hidden() -> None:
    deep: list[object] = ["4111111111111111"]
    for _ in range(200):
        deep = [deep]
    assert "4111" not in repr(Redaction().json(deep))


def test_a_value_is_made_anew_only_if_something_is_hidden_in_it() -> None:
    plain = ToolExecution("pay", {"amount": 5}, {"ok": True})
    assert Redaction().fields(plain) is plain
    assert Redaction().fields(ToolExecution("pay", {"card": "4111111111111111"}, {})) == ToolExecution(
        "pay", {"card": "[card ending 1111]"}, {}
    )


def test_a_policy_that_hides_nothing_says_so() -> None:
    assert Redaction().is_active
    assert not Redaction(cards=False).is_active
    assert Redaction(cards=False, keys=frozenset({"card"})).is_active
