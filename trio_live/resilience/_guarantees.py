"""What is promised of everything that is said, when a connection breaks while it is on its way. The table decides.

Where a server says how far it has read (`lastConsumedClientMessageIndex`: Vertex, with transparent resumption), nothing is
lost and nothing doubled. Everywhere else a message that was handed to the network in the last moment may have been read or
not, and nobody can tell. Then the kind of message decides what is worse, and what could not be decided is told.
"""

from __future__ import annotations

import enum
from typing import Final

from trio_live._values import value
from trio_live.events._internal import (
    ActivityEnd,
    ActivityStart,
    AudioStreamEnd,
    Command,
    SendAudio,
    SendClientContent,
    SendText,
    SendToolResponse,
    SendVideo,
    Steer,
)
from trio_live.session._internal import answers_remarks
from trio_live.wire import Content, LiveModelProfile


class Kind(enum.Enum):
    """What is said, by what a repetition or a loss of it would do."""

    WORDS = "typed words"
    """`send_text`."""
    QUESTION = "a question whose answer is waited for"
    """`ask`, until something of the answer has come; from then on it is typed words like others."""
    PROMPT = "a prompt"
    """Context that asks the model to speak, also what it is only told where it answers that, too."""
    CONTEXT = "context"
    """What the model is told and does not answer."""
    INSTRUCTION = "instructions and tools"
    ANSWER = "an answer to a function call"
    SOUND = "sound of the user"
    PICTURE = "a picture"
    MARK = "a mark of the user's activity"


class Guarantee(enum.Enum):
    """What is promised."""

    EXACTLY_ONCE = "exactly once"
    AT_MOST_ONCE = "at most once; what could not be decided is told by `events.Undelivered`"
    AT_LEAST_ONCE = "at least once"
    NEWEST = "the newest holds"
    BEST_EFFORT = "not promised"


@value
class Promise:
    """One row of `GUARANTEES`."""

    plain: Guarantee
    """What is promised of a message that was on its way."""
    indexed: Guarantee
    """The same, where the server says how far it has read."""
    in_gap: str
    """What becomes of it when it is said while there is no connection."""
    why: str


_G = Guarantee

GUARANTEES: Final[dict[Kind, Promise]] = {
    Kind.WORDS: Promise(_G.AT_MOST_ONCE, _G.EXACTLY_ONCE, "waits, in order", "the model would answer them twice"),
    Kind.QUESTION: Promise(
        _G.AT_LEAST_ONCE,
        _G.AT_LEAST_ONCE,
        "waits, in order",
        "whoever asked waits, and a server that resumes does not answer by itself what it was asked before",
    ),
    Kind.PROMPT: Promise(_G.AT_MOST_ONCE, _G.EXACTLY_ONCE, "waits, in order", "the model would speak twice"),
    Kind.CONTEXT: Promise(
        _G.AT_LEAST_ONCE, _G.EXACTLY_ONCE, "waits, in order", "to be told twice does no harm, to miss it may"
    ),
    Kind.INSTRUCTION: Promise(
        _G.NEWEST, _G.NEWEST, "goes into the next setup", "a setup says all of it, so nothing is repeated"
    ),
    Kind.ANSWER: Promise(
        _G.AT_LEAST_ONCE,
        _G.EXACTLY_ONCE,
        "waits, in order; is dropped, and told, if the server does not know its call any more",
        "its id makes a second one harmless; a server that asks again in another connection gets the same one again",
    ),
    Kind.SOUND: Promise(
        _G.BEST_EFFORT,
        _G.BEST_EFFORT,
        "the newest seconds wait, the rest is dropped and counted",
        "it is of its moment",
    ),
    Kind.PICTURE: Promise(
        _G.BEST_EFFORT, _G.BEST_EFFORT, "the newest waits, the others are dropped and counted", "it is of its moment"
    ),
    Kind.MARK: Promise(
        _G.NEWEST, _G.NEWEST, "waits, in order", "an activity that was open is opened again in the next connection"
    ),
}
"""What is promised of each kind."""


def kind_of(command: Command, abilities: LiveModelProfile) -> Kind:
    """Which kind a command is, with this model. One that says several things is what it says loudest."""
    match command:
        case SendToolResponse():
            return Kind.ANSWER
        case SendText(question=question):
            return Kind.QUESTION if question else Kind.WORDS
        case SendClientContent(_, turn_complete):
            return Kind.PROMPT if turn_complete or answers_remarks(abilities) else Kind.CONTEXT
        case Steer(prompt=True):
            return Kind.PROMPT
        case Steer(facts=facts) if facts:
            return Kind.PROMPT if answers_remarks(abilities) else Kind.CONTEXT
        case Steer():
            return Kind.INSTRUCTION
        case SendAudio():
            return Kind.SOUND
        case SendVideo():
            return Kind.PICTURE
        case ActivityStart() | ActivityEnd() | AudioStreamEnd():
            return Kind.MARK


def words_of(command: Command) -> str:
    """The text in a command; empty if it has none."""
    match command:
        case SendText(text):
            return text
        case SendClientContent(turns, _):
            return _texts(turns)
        case Steer(facts=facts):
            return _texts(facts)
        case _:
            return ""


def without_setup(command: Command) -> Command | None:
    """What is left of a command when the setup says its instruction and tools; ``None`` if nothing is."""
    if not isinstance(command, Steer):
        return command
    rest = Steer(facts=command.facts, prompt=command.prompt)
    return rest or None


def _texts(turns: tuple[Content, ...]) -> str:
    return "\n".join(part.text for turn in turns for part in turn.parts or () if part.text)
