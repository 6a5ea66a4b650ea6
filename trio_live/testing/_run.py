"""What came of a script: the value that tests look at."""

from __future__ import annotations

from typing import TypeVar

import attrs

from trio_live.conversation import TranscriptWindow
from trio_live.events import LiveEvent
from trio_live.state import State
from trio_live.testing._steps import Asked, Step
from trio_live.wire import ClientMessage, FunctionResponse, Setup

E = TypeVar("E", bound=LiveEvent)


@attrs.frozen(kw_only=True)
class Run:
    """A played script."""

    events: tuple[LiveEvent, ...]
    """Everything the session published after it was connected, to its `Disconnected`."""
    state: State
    """The session's State, as it was left."""
    setup: Setup
    """The first message."""
    transcript: TranscriptWindow
    """The session's record, as it was left: all its turns, put right where words came late; redacted if it is to be."""
    sent: tuple[ClientMessage, ...]
    """Every message after the setup."""
    asked: tuple[Asked, ...] = ()
    """The calls that were made."""
    cancelled: frozenset[str] = frozenset()
    """Ids of the calls whose answers were no longer wanted."""
    unplayed: tuple[Step, ...] = ()
    """Steps that were left over because the connection had ended."""

    @property
    def tool_responses(self) -> tuple[FunctionResponse, ...]:
        """Every answer to a function call."""
        messages = (message.tool_response for message in self.sent)
        return tuple(answer for m in messages if m is not None for answer in m.function_responses or ())

    @property
    def unanswered(self) -> tuple[Asked, ...]:
        """Calls that got no answer and were not cancelled."""
        answered = finished(self.sent) | self.cancelled
        return tuple(call for call in self.asked if call.id not in answered)

    @property
    def transcript_text(self) -> str:
        """What was said, typed words too: for each turn a line of the user and one of the model, by their labels.

        Functions are left out; ``str(run.transcript)`` tells them.
        """
        return "\n".join(self.transcript.lines(functions=False))

    def of(self, kind: type[E]) -> tuple[E, ...]:
        """The events of one kind, which is a class."""
        return tuple(event for event in self.events if isinstance(event, kind))


class NotSettled(AssertionError):  # noqa: N818  # named for what happened, as the errors of the house are
    """A script was not played to its end in time, and ``why``. ``run`` holds what came of it so far."""

    def __init__(self, why: str, run: Run) -> None:
        super().__init__(why)
        self.run = run


def finished(sent: tuple[ClientMessage, ...] | list[ClientMessage]) -> frozenset[str]:
    """Ids of the calls whose last answer has come."""
    return frozenset(
        answer.id or ""
        for message in sent
        if message.tool_response is not None
        for answer in message.tool_response.function_responses or ()
        if not answer.will_continue
    )
