"""What a transfer takes with the model at hand, as a value. Pure, and the table of the docs.

Three things change hands: the instruction, the functions that may be called, and the voice. Where ``contextUpdate`` is
known, the first two are replaced in mid-session. Elsewhere a new instruction is said among the talk, by whatever road the
model heeds, and all agents' functions are declared from the beginning: those of others are refused. Where the model
heeds no such words, or the voice changes, only another setup helps: the connection is replaced by one that is told the
talk so far.

And the new agent is made to speak exactly once. A model that asked for the transfer by a function call waits for the
answer, so the answer is the prompt; no other is sent.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Final

from trio_live._values import value
from trio_live.events import Road, SteeringChannel
from trio_live.session._internal import lower
from trio_live.wire import LiveModelProfile


class Passage(enum.Enum):
    """How the instruction of another agent reaches the model."""

    UPDATE = "it replaces the one before, at once"
    WORDS = "it is said among the talk"
    SPEECH = "it is said as words that the model answers"
    RECONNECT = "it stands in the setup of another connection, which is told the talk so far"
    NOWHERE = "this model takes no instructions"


PASSAGES: Final[dict[Road, Passage]] = {
    Road.CONTEXT_UPDATE: Passage.UPDATE,
    Road.SYSTEM_TURN: Passage.WORDS,
    Road.USER_TURN: Passage.WORDS,
    Road.REALTIME_TEXT: Passage.SPEECH,
    Road.SETUP: Passage.RECONNECT,
    Road.NOWHERE: Passage.NOWHERE,
}
"""The road of an instruction → what a transfer makes of it; but `passage_of` knows a model that heeds no new one."""


class ToolChange(enum.Enum):
    """What becomes of the declared functions."""

    DECLARED = "those of the new agent are declared in the place of the others"
    NARROWED = "all agents' are declared from the beginning, and those of others are refused"


class Prompt(enum.Enum):
    """What makes the new agent speak."""

    ANSWER = "the answer to the call that asked for the transfer"
    PROMPT = "a prompt"
    PENDING = "what the user has just said, and nobody has answered"


@value(kw_only=True)
class TransferPlan:
    """What one transfer takes."""

    passage: Passage
    tools: ToolChange
    prompt: Prompt

    @property
    def reconnects(self) -> bool:
        """Whether the connection is replaced."""
        return self.passage is Passage.RECONNECT

    @property
    def answer_tells(self) -> bool:
        """Whether the answer to the call has to say what the model cannot be told before it answers."""
        return self.prompt is Prompt.ANSWER and self.passage in {Passage.WORDS, Passage.SPEECH}


def passage_of(abilities: LiveModelProfile) -> Passage:
    """How an instruction reaches a model, when agents of one voice hand over."""
    road = lower(SteeringChannel.INSTRUCTION, abilities).road
    if road is Road.USER_TURN and not abilities.heeds_new_instructions:
        return Passage.RECONNECT
    return PASSAGES[road]


def plan_transfer(
    abilities: LiveModelProfile,
    *,
    undeclared: Sequence[str] = (),
    new_voice: bool = False,
    asked_by_call: bool = False,
    user_waits: bool = False,
) -> TransferPlan:
    """What a transfer takes.

    Args:
        abilities: of the model, as they are known now.
        undeclared: functions of the new agent that are not declared.
        new_voice: whether it speaks in another voice.
        asked_by_call: whether the model asked for it, and waits for an answer.
        user_waits: whether the user has said something that the model has not begun to answer.
    """
    passage = passage_of(abilities)
    replaces_tools = lower(SteeringChannel.TOOLS, abilities).road is Road.CONTEXT_UPDATE
    if passage is not Passage.NOWHERE and (new_voice or (undeclared and not replaces_tools)):
        passage = Passage.RECONNECT
    declared = replaces_tools or passage is Passage.RECONNECT
    prompt = Prompt.PROMPT
    if passage is not Passage.RECONNECT:  # the server of another connection waits for nothing, and has to be asked
        prompt = Prompt.ANSWER if asked_by_call else Prompt.PENDING if user_waits else Prompt.PROMPT
    return TransferPlan(passage=passage, tools=ToolChange.DECLARED if declared else ToolChange.NARROWED, prompt=prompt)
