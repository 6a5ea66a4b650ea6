from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.conversation._internal import cut_at_word

texts = st.text(st.characters(categories=["L", "M", "Zs", "Po"]), max_size=40) | st.text(" ab日本語ก่", max_size=30)


@pytest.mark.parametrize(
    ("text", "characters", "kept"),
    [
        ("Hello world", 11, "Hello world"),
        ("Hello world", 99, "Hello world"),
        ("Hello world ", 99, "Hello world "),
        ("Hello world", 10, "Hello"),
        ("Hello world", 6, "Hello"),
        ("Hello world", 5, "Hello"),
        ("Hello world", 4, ""),
        ("Hello, world", 6, "Hello,"),
        ("Hello  \n world", 9, "Hello"),
        ("Hello", 0, ""),
        ("Hello", -3, ""),
        ("", 3, ""),
    ],
)
def test_keeps_whole_words(text: str, characters: int, kept: str) -> None:
    assert cut_at_word(text, characters) == kept


@pytest.mark.parametrize(
    ("text", "characters", "kept"),
    [
        ("今日は晴れです", 3, "今日は"),
        ("Windowsを使う", 9, "Windowsを使"),
        ("Windowsを使う", 4, ""),
        ("안녕하세요 여러분", 7, "안녕하세요"),
        ("ก่อน", 1, ""),  # the tone mark belongs to the letter before it
    ],
)
def test_scripts_without_spaces_are_cut_between_characters(text: str, characters: int, kept: str) -> None:
    assert cut_at_word(text, characters) == kept


@given(texts, st.integers(-5, 50))
def test_what_is_kept_is_a_beginning_short_enough_that_ends_well(text: str, characters: int) -> None:
    kept = cut_at_word(text, characters)
    assert text.startswith(kept)
    if kept != text:
        assert len(kept) <= max(characters, 0)
        assert kept == kept.rstrip()


@given(texts, st.integers(0, 50), st.integers(0, 50))
def test_more_room_never_keeps_less(text: str, one: int, other: int) -> None:
    assert cut_at_word(text, max(one, other)).startswith(cut_at_word(text, min(one, other)))


@given(st.lists(st.text("abc", min_size=1, max_size=5), max_size=8), st.integers(0, 50))
def test_spaced_text_is_cut_to_whole_words(words: list[str], characters: int) -> None:
    text = " ".join(words)
    kept = cut_at_word(text, characters).split()
    assert kept == words[: len(kept)]
    if len(kept) < len(words):
        assert len(" ".join(words[: len(kept) + 1])) > characters
