"""Phrases as a grammar that a recogniser follows, with a way past everything else.

A recogniser that may only hear a few phrases hears one of them in anything. So beside the phrases the grammar has *other
speech*: any run of the sounds of English, each as a word of its own. It competes with the phrases for every stretch of the
sound, and what it wins was none of them.

::

      ┌── hello ──────────────┐
      ├── good ──▶ morning ───┤
    ▶ ● ──────────────────────┘   from the one state, through a phrase or a sound, and back to it
      ├── (AA) ───────────────┐
      └── (AE) … ─────────────┘

The graph is made by hand. The same grammar written in JSGF has a transition without a word at each fork, and closing over
those takes minutes where this takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

Transition: TypeAlias = tuple[int, int, float, str]
"""From a state, to a state, how likely, by which word."""

PHONES: Final = [
    "AA",
    "AE",
    "AH",
    "AO",
    "AW",
    "AY",
    "B",
    "CH",
    "D",
    "DH",
    "EH",
    "ER",
    "EY",
    "F",
    "G",
    "HH",
    "IH",
    "IY",
    "JH",
    "K",
    "L",
    "M",
    "N",
    "NG",
    "OW",
    "OY",
    "P",
    "R",
    "S",
    "SH",
    "T",
    "TH",
    "UH",
    "UW",
    "V",
    "W",
    "Y",
    "Z",
    "ZH",
]
"""The sounds of English, as CMU's dictionary names them."""
OTHER: Final = "other_"
"""Before the name of a sound: the word that is nothing but it."""
PHRASE_LIKELY: Final = 0.01
OTHER_LIKELY: Final = 0.001
"""How likely a phrase comes next, or a sound of other speech: a phrase wins where both fit."""
SILENT: Final = ("<", "[", "+")
"""How the words begin that a recogniser puts in by itself: silence, breath, noise."""


def other_words() -> dict[str, str]:
    """The words of other speech, and how each sounds."""
    return {f"{OTHER}{phone}": phone for phone in PHONES}


def transitions_of(phrases: Iterable[str], is_known: Callable[[str], bool]) -> Iterator[Transition]:
    """The grammar: phrases and other speech, in any order, any number of times. It begins and ends in state 0.

    Args:
        phrases: words with single spaces between them.
        is_known: whether it is known how a word sounds; phrases with others are left out.
    """
    states = 1
    for phrase in phrases:
        words = phrase.split()
        if not all(is_known(word) for word in words):
            continue
        inner = range(states, states + len(words) - 1)
        states += len(inner)
        path = [0, *inner, 0]
        for index, word in enumerate(words):
            yield path[index], path[index + 1], 1.0 if index else PHRASE_LIKELY, word
    for word in other_words():
        yield 0, 0, OTHER_LIKELY, word


def is_silence(word: str) -> bool:
    """Whether a word of a result is silence or noise."""
    return word.startswith(SILENT)


def is_other(word: str) -> bool:
    """Whether a word of a result is other speech."""
    return word.startswith(OTHER)


def spelling(word: str) -> str:
    """A word of a result as it is written: ``read(2)`` is *read*, in its second pronunciation."""
    return word.partition("(")[0]
