"""What a conversation does when its connection is replaced: what the model has then, and what it must be told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trio_live.control._conversation._conversation import Conversation
from trio_live.phases._internal import StandingContext, declared_names
from trio_live.resilience._internal import retold
from trio_live.wire import Content, Setup

CONTEXT_LOST: Final = (
    "the connection was replaced by one that knows nothing of the talk so far: there was no handle that the server took,"
    " and no history that the model takes; the talk begins anew in its present phase"
)


def set_up_again(talk: Conversation, setup: Setup) -> None:
    """A setup is about to be sent: what the model has, it has from there."""
    said = setup.system_instruction
    talk.ledger.begin_again("".join(part.text or "" for part in said.parts or ()) if said else None)
    if talk.declared is not None:
        talk.declared = declared_names(setup.tools or ())


def history_of(talk: Conversation) -> Sequence[Content]:
    """The talk so far, as a server can be told of it.

    Not the running turn, whose words are sent again; but for that which another agent is to answer.
    """
    carried = talk.handed.history
    return retold(talk.buffer.all_turns() if carried is None else carried)


def forget_what_was_told(talk: Conversation) -> None:
    """The model knows nothing but its setup: what stood before it is said again, and what was counted is counted anew."""
    talk.standing, talk.unsaid = StandingContext(), None
    if talk.patterns is not None:
        talk.patterns.reset()
    if talk.soft_turn is not None:
        talk.soft_turn.on_model_response()
