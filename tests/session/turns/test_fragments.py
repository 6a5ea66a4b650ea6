"""The pieces of a transcript: which are news, and which tell again what was told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.session._turns._fragments import EXTENDS_FROM, REMEMBERED, REPEATS_FROM, Fragments


def told(*pieces: str | tuple[str, bool]) -> list[str]:
    side = Fragments()
    return [
        side.take(*piece[:1], finished=piece[1]) if isinstance(piece, tuple) else side.take(piece) for piece in pieces
    ]


@pytest.mark.parametrize(
    "pieces",
    [
        ["Your name", " is", " Alice,", " and"],
        [" no", " no", " no"],
        ["Hello?", "Hello?"],
        ["No", " No, I said"],
        ["It", "It", " is"],
        ["Well", "Wellington"],
        ["a", "ab", "abc"],
        ["今日は", "今日は天気"],
    ],
)
def test_deltas_are_told_as_they_come(pieces: list[str]) -> None:
    assert told(*pieces) == pieces


@pytest.mark.parametrize(
    ("pieces", "news"),
    [
        (["What is the weather?", "What is the weather?"], ["What is the weather?", ""]),
        (["What is", " the weather?", "What is the weather?"], ["What is", " the weather?", ""]),
        ([" the weather", " the weather"], [" the weather", ""]),
    ],
)
def test_a_repetition_is_not_told(pieces: list[str], news: list[str]) -> None:
    assert told(*pieces) == news


def test_pieces_that_hold_everything_so_far_are_told_from_there_on() -> None:
    assert told("What is", "What is the", "What is the weather?") == ["What is", " the", " weather?"]


def test_the_whole_utterance_that_comes_with_its_end_is_no_news() -> None:
    assert told("Hi", (" Hi", True)) == ["Hi", ""]
    assert told("Hi", ("Hi there.", True)) == ["Hi", " there."]
    assert told("It is", (" foggy.", True)) == ["It is", " foggy."]


def test_after_the_end_of_an_utterance_the_same_words_are_said_again() -> None:
    assert told(("What is the weather?", True), ("What is the weather?", True)) == ["What is the weather?"] * 2


def test_a_mark_of_the_beginning_forgets_what_was_said() -> None:
    side = Fragments()
    side.take("What is the weather?")
    side.mark(finished=False)
    assert side.take("What is the weather?") == "What is the weather?"


def test_only_what_is_told_is_counted() -> None:
    side = Fragments()
    for text in ["What is", "What is", "What is the weather?", "What is the weather?"]:
        side.take(text)
    assert side.count == 3, "two short words may be said twice"


words = st.lists(st.text("abc", min_size=1, max_size=4), max_size=40).map(lambda each: [f" {word}" for word in each])


@given(words)
def test_short_deltas_are_never_lost(pieces: list[str]) -> None:
    assert "".join(told(*pieces)) == "".join(pieces)
    assert max(map(len, pieces), default=0) < REPEATS_FROM


@given(st.lists(st.text("abcdefgh", min_size=EXTENDS_FROM, max_size=9), max_size=20, unique=True))
def test_cumulative_pieces_add_up_to_the_last_one(pieces: list[str]) -> None:
    so_far = [" ".join(pieces[: end + 1]) for end in range(len(pieces))]
    assert "".join(told(*so_far)) == " ".join(pieces)


def test_what_is_compared_with_is_bounded() -> None:
    side = Fragments()
    for number in range(2000):
        side.take(f" word {number}")
    assert len(side._so_far or "") <= REMEMBERED
