"""Cutting text where a word ends."""

from __future__ import annotations

import unicodedata
from typing import Final

# Scripts that do not put spaces between words. There is no telling where a word ends without a dictionary, so every
# character may be the last. Hangul is not among them.
_UNSPACED: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x30FF),  # radicals, CJK punctuation, Hiragana, Katakana
    (0x31F0, 0x9FFF),  # more Kana, Han
    (0xF900, 0xFAFF),  # Han, compatibility forms
    (0xFF00, 0xFF9F),  # full-width forms, half-width Kana
    (0x20000, 0x3FFFF),  # Han, the rarer characters
)


def cut_at_word(text: str, characters: int) -> str:
    """The longest beginning of ``text`` that has at most so many characters and does not end inside a word.

    What is cut off takes the space before it along; text that is short enough stays as it is.
    """
    if characters >= len(text):
        return text
    end = max(characters, 0)
    while end and not _may_cut(text, end):
        end -= 1
    return text[:end].rstrip()


def _may_cut(text: str, index: int) -> bool:
    before, after = text[index - 1], text[index]
    if before.isspace() or after.isspace():
        return True
    return (_is_unspaced(before) or _is_unspaced(after)) and not unicodedata.category(after).startswith("M")


def _is_unspaced(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _UNSPACED)
