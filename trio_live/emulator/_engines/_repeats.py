"""Sentences that a recogniser says again and again.

Whisper was trained on pieces of thirty seconds. Given a short one it may write its sentence over and over until it has
written enough, so what is the same from beginning to end is taken for one.
"""

from __future__ import annotations

from collections.abc import Sequence

from trio_live.emulator._persona import normalised

MOST_TIMES_BY_PEOPLE = 2
"""A word alone is said twice by people, too: *no, no*."""


def said_once(text: str) -> str:
    """The text without its repetitions, if it is nothing else; the last of them may be cut off."""
    words = text.split()
    plain = [normalised(word) for word in words]
    for length in range(1, len(words) // 2 + 1):
        if _repeats(plain, length) and (length > 1 or len(words) > MOST_TIMES_BY_PEOPLE):
            return " ".join(words[:length])
    return text


def _repeats(words: Sequence[str], length: int) -> bool:
    return all(word == words[index % length] for index, word in enumerate(words))
