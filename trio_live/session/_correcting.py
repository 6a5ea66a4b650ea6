"""What a refusal teaches about a model. Pure.

The rows of the models can be wrong: rules change, and some are only reported. A server that refuses something names it
in the reason of its close, as Google's servers do (``Unknown name "contextUpdate"``), or it says nothing of use, and
then nothing is learnt. A close costs the connection, so what was learnt serves the connections after it.
"""

from __future__ import annotations

from typing import Any, Final

import attrs

from trio_live._values import value
from trio_live.errors import LinkLost
from trio_live.wire import LiveModelProfile

INVALID: Final = 1007
"""The close code of a message that the server could not accept."""


@value
class Lesson:
    """What a refusal says about a model."""

    named: str
    """Stands in the reason of the close; case and underscores do not matter."""
    ability: str
    becomes: Any

    def __str__(self) -> str:
        shown = getattr(self.becomes, "value", self.becomes)
        return f"the server refused it, so for the rest of this session {self.ability} is taken to be {shown!r}"


LESSONS: Final = (
    Lesson("contextUpdate", "context_update", False),
    Lesson("scheduling", "scheduling", False),
    Lesson("valid role", "system_turns", False),
)
"""The first row whose name stands in the reason counts.

A model that takes ``clientContent`` as history only, and is given it later, answers ``Request contains an invalid
argument``, as it does to much else: so that cannot be learnt.
"""


def learn(abilities: LiveModelProfile, lost: LinkLost) -> tuple[LiveModelProfile, Lesson | None]:
    """The abilities as they are after this close, and what was learnt from it."""
    reason = _plain(lost.reason)
    for lesson in LESSONS if lost.code == INVALID else ():
        if _plain(lesson.named) in reason and getattr(abilities, lesson.ability) != lesson.becomes:
            return attrs.evolve(abilities, **{lesson.ability: lesson.becomes}), lesson
    return abilities, None


def _plain(text: str) -> str:
    return text.replace("_", "").lower()
