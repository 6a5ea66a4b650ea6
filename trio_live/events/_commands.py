"""What we wish to say: one frozen value for each verb of `SessionWriter`."""

from __future__ import annotations

from typing import TypeAlias

from trio_live._values import value
from trio_live.wire import Content, FunctionResponse, Tool


@value
class SendAudio:
    """Sound of the user: whole PCM16 LE samples, mono, 16 kHz."""

    data: bytes


@value
class SendVideo:
    """One still picture."""

    data: bytes
    mime_type: str = "image/jpeg"


@value
class SendText:
    """A typed user turn that wants an answer."""

    text: str
    facts: tuple[Content, ...] = ()
    """Context that goes along with it, in the same step."""
    question: int = 0
    """Its number among the questions whose askers wait for the answer; 0: nobody waits."""


@value
class SendClientContent:
    """Turns for the history; with ``turn_complete`` the model answers."""

    turns: tuple[Content, ...]
    turn_complete: bool


@value
class SendToolResponse:
    """Answers to function calls, as one message."""

    responses: tuple[FunctionResponse, ...]


@value(kw_only=True)
class Steer:
    """Everything that is said to the model at once beside the user's words; see `SteeringChannel`."""

    tools: tuple[Tool, ...] | None = None
    """All tools there are from now on."""
    instruction: str | None = None
    """The whole system instruction from now on."""
    facts: tuple[Content, ...] = ()
    prompt: bool = False
    """Whether the model is then to speak."""

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return self.tools is not None or self.instruction is not None or bool(self.facts) or self.prompt


@value
class ActivityStart:
    """The user began to speak (only where the server's own detection is off)."""


@value
class ActivityEnd:
    """The user stopped speaking (only where the server's own detection is off)."""


@value
class AudioStreamEnd:
    """The microphone was switched off; what was heard so far is to be understood."""


Command: TypeAlias = (
    SendAudio
    | SendVideo
    | SendText
    | SendClientContent
    | SendToolResponse
    | Steer
    | ActivityStart
    | ActivityEnd
    | AudioStreamEnd
)
"""Everything a session can be told."""
