from __future__ import annotations

import pytest

from trio_live.emulator._engines._grammar import (
    OTHER_LIKELY,
    PHRASE_LIKELY,
    is_other,
    is_silence,
    other_words,
    spelling,
    transitions_of,
)

OTHER = [(0, 0, OTHER_LIKELY, word) for word in other_words()]


@pytest.mark.parametrize(
    ("phrases", "transitions"),
    [
        ([], []),
        (["hello"], [(0, 0, PHRASE_LIKELY, "hello")]),
        (
            ["good old morning", "hi", "good bye"],
            [
                (0, 1, PHRASE_LIKELY, "good"),
                (1, 2, 1.0, "old"),
                (2, 0, 1.0, "morning"),
                (0, 0, PHRASE_LIKELY, "hi"),
                (0, 3, PHRASE_LIKELY, "good"),
                (3, 0, 1.0, "bye"),
            ],
        ),
    ],
)
def test_every_way_leads_back_to_where_it_began(phrases: list[str], transitions: list[object]) -> None:
    assert list(transitions_of(phrases, lambda _: True)) == [*transitions, *OTHER]


def test_a_phrase_with_a_word_that_has_no_sound_is_left_out() -> None:
    found = list(transitions_of(["hello xyzzy", "hello"], lambda word: word != "xyzzy"))
    assert found == [(0, 0, PHRASE_LIKELY, "hello"), *OTHER]


@pytest.mark.parametrize(
    ("word", "kind"),
    [("hello(2)", "hello"), ("that's", "that's"), ("other_AA", "other"), ("<sil>", "silence"), ("[NOISE]", "silence")],
)
def test_words_of_a_result_are_told_apart(word: str, kind: str) -> None:
    found = "silence" if is_silence(word) else "other" if is_other(word) else spelling(word)
    assert found == kind
