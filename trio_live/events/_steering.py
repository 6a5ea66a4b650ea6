"""What a session is steered by, and what became of it.

Three channels, each with a lifetime of its own. Which road a channel takes depends on the model;
`trio_live.session.lower` decides.
"""

from __future__ import annotations

from enum import Enum

from trio_live._values import value


class SteeringChannel(Enum):
    """What is said to the model beside the user's words."""

    TOOLS = "tools"
    """Which functions there are. Stands until it is replaced, in later connections too."""
    INSTRUCTION = "standing instruction"
    """What the model is to be. Stands until it is replaced, in later connections too."""
    FACTS = "facts"
    """What it is to know. Part of the history, like words that were said: cannot be taken back, and is forgotten with
    them."""
    PROMPT = "prompt"
    """That it is to speak now. Over when it has."""


class Road(Enum):
    """How a channel travels."""

    CONTEXT_UPDATE = "`contextUpdate`"
    SYSTEM_TURN = "`clientContent` of role `system`"
    USER_TURN = "`clientContent` of role `user` that says it replaces the instructions"
    CONTENT = "`clientContent`"
    REALTIME_TEXT = "`realtimeInput.text`"
    ADVICE = "a line among the facts; other calls are refused"
    SETUP = "the setup of the next connection"
    NOWHERE = "not at all"


class Applied(Enum):
    """When what was said holds."""

    NOW = "now"
    NEXT_TURN = "from the next turn"
    NEXT_CONNECTION = "with the next connection"
    UNSUPPORTED = "unsupported"


@value
class SteeringOutcome:
    """What became of something that was said to the model."""

    applied: Applied
    road: Road
    why: str
    """One sentence about the model at hand."""

    def __str__(self) -> str:
        return f"{self.applied.value}: {self.why}"
