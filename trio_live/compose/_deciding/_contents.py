"""What of a conversation is kept: functions from contents to contents.

A model refuses a conversation in which a function was called and not answered, or answered and not called. So whatever
is dropped here takes its other half along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from trio_live.redaction import Redaction
from trio_live.wire import Content, Part
from trio_live.wire._internal import evolve

Contents: TypeAlias = list[Content]

TOKEN: Final = 4
"""Characters of a token, as a rule of thumb."""
REDACTED: Final = "[REDACTED]"
_AGENT: Final = re.compile(r"\[Agent: ([^\]]*)\]")


def text_of(content: Content) -> str:
    """Everything it says."""
    return "".join(part.text for part in content.parts or () if part.text)


def calls_in(content: Content) -> bool:
    """Whether a function is called in it."""
    return any(part.function_call is not None for part in content.parts or ())


def answers_in(content: Content) -> bool:
    """Whether the call of a function is answered in it."""
    return any(part.function_response is not None for part in content.parts or ())


def selected(contents: Sequence[Content], keep: Callable[[int, Content], bool]) -> Contents:
    """Those that are wanted; a call goes with its answer, and an answer with its call.

    Args:
        contents: all.
        keep: whether one is wanted, by its place and itself.
    """
    wanted = [keep(place, content) for place, content in enumerate(contents)]
    for place in range(len(contents) - 1):
        if calls_in(contents[place]) and answers_in(contents[place + 1]):
            wanted[place] = wanted[place + 1] = wanted[place] and wanted[place + 1]
    return [content for content, is_wanted in zip(contents, wanted, strict=True) if is_wanted]


def last(contents: Sequence[Content], count: int) -> Contents:
    """The last ones, at most so many; where they would begin with the answer to a call, that goes too.

    The last one of all is always there; if it is an answer, the call as well.
    """
    if len(contents) > 1 and answers_in(contents[-1]) and calls_in(contents[-2]):
        count = max(count, 2)
    return selected(contents, lambda place, _: place >= len(contents) - max(count, 1))


def truncated(contents: Sequence[Content], characters: int) -> Contents:
    """The newest that have so many characters together; the last one always, as in `last`."""
    left, begin = characters, len(contents)
    for place in range(len(contents) - 1, -1, -1):
        left -= len(text_of(contents[place]))
        if left < 0:
            break
        begin = place
    return last(contents, len(contents) - begin)


def fitted(contents: Sequence[Content], tokens: int) -> Contents:
    """As `truncated`; a first content says how many were left out."""
    kept = truncated(contents, tokens * TOKEN)
    omitted = len(contents) - len(kept)
    return [Content.of(f"[{omitted} earlier messages omitted]"), *kept] if omitted else kept


def without_repeats(contents: Sequence[Content]) -> Contents:
    """Of neighbours that say the same, and something, the first."""

    def is_new(place: int, content: Content) -> bool:
        said = text_of(content)
        return not (place and said and said == text_of(contents[place - 1]))

    return selected(contents, is_new)


def redacted(contents: Sequence[Content], patterns: Sequence[str]) -> Contents:
    """The same with every occurrence of these texts covered, in words and around functions. The longest of them counts."""
    longest_first = "|".join(re.escape(pattern) for pattern in sorted(patterns, key=len, reverse=True))
    redaction = Redaction(cards=False, patterns=((longest_first, REDACTED),))

    def part_of(part: Part) -> Part:
        call, answer = part.function_call, part.function_response
        return evolve(
            part,
            text=part.text and redaction.text(part.text),
            function_call=call and evolve(call, args=redaction.json(call.args)),
            function_response=answer and evolve(answer, response=redaction.json(answer.response)),
        )

    return [evolve(each, parts=[part_of(part) for part in each.parts or ()]) for each in contents]


def agent_of(content: Content) -> str | None:
    """The agent that a content says it is of: ``[Agent: name]``."""
    found = _AGENT.search(text_of(content))
    return found[1] if found else None
