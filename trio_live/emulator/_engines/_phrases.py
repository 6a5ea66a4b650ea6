"""What a persona listens for: the words of its rules and of what its callers say.

The phrases restrict a recogniser that follows a grammar; the names help one that writes down anything to spell them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from trio_live.emulator._engines._patterns import phrases_in, whole_phrases
from trio_live.emulator._persona import Heard, Persona

MOST_PHRASES: Final = 1_000
"""That are listened for at a time; those of the first rules, where a persona has more."""


@attrs.frozen
class Expected:
    """What somebody may say."""

    phrases: tuple[str, ...] = ()
    """Words and sentences: lower case, each once."""
    names: tuple[str, ...] = ()
    """Those among them that are hard to spell, as they are written."""


def expected_of(persona: Persona, state: str, further: Iterable[str] = ()) -> Expected:
    """What can be said to a persona in a state.

    Args:
        persona: who listens.
        state: rules of other states are left out.
        further: names and words that the client asked to be listened for.
    """
    names = (*further, *persona.vocabulary)
    phrases = [phrase for text in (*names, *persona.utterances) for phrase in whole_phrases(text)]
    for rule in persona.rules:
        if not rule.states or state in rule.states:
            phrases += _listened_for(rule.heard)
    return Expected(tuple(dict.fromkeys(phrases))[:MOST_PHRASES], names)


def _listened_for(heard: Heard) -> Iterator[str]:
    for sentence in heard.exact:
        yield from whole_phrases(sentence)
    for keyword in heard.keywords:
        for either in keyword.split("|"):
            yield from whole_phrases(either)
    if heard.pattern is not None:
        yield from phrases_in(heard.pattern)
