"""By which road each thing that is said reaches the model at hand. Pure, and the table of the docs.

The roads differ in more than their frames. `contextUpdate` replaces the instruction; a turn among the history can only
say that it does. Realtime text counts as activity: the model may answer it, so it says that no answer is wanted
wherever none is. And where a model takes no words at all, what is to be said becomes part of the next setup, or the
caller is told that it is not supported. Nothing is dropped in silence.
"""

from __future__ import annotations

from typing import Final, assert_never

from trio_live.events import Applied, Road, SteeringChannel, SteeringOutcome
from trio_live.wire import ClientContentUse, LiveModelProfile

_UNTOLD: Final = SteeringOutcome(Applied.UNSUPPORTED, Road.NOWHERE, "this model takes no words in mid-session")
_IN_CONTENT: Final = SteeringOutcome(Applied.NEXT_TURN, Road.CONTENT, "it stands in the history")
_AS_REALTIME: Final = SteeringOutcome(
    Applied.NEXT_TURN, Road.REALTIME_TEXT, "it counts as activity, so the model may answer it"
)


def lower(channel: SteeringChannel, abilities: LiveModelProfile) -> SteeringOutcome:
    """What becomes of one channel with a model of these abilities."""
    match channel:
        case SteeringChannel.TOOLS:
            return _tools(abilities)
        case SteeringChannel.INSTRUCTION:
            return _instruction(abilities)
        case SteeringChannel.FACTS:
            return _words(abilities)
        case SteeringChannel.PROMPT:
            road = _words(abilities)
            if road is _UNTOLD:
                return SteeringOutcome(Applied.UNSUPPORTED, Road.NOWHERE, "this model speaks when it hears, only then")
            return SteeringOutcome(Applied.NOW, road.road, "the model speaks")
        case _:
            assert_never(channel)


def answers_remarks(abilities: LiveModelProfile) -> bool:
    """Whether the model may answer what it is only told, because it cannot tell it from the user's words."""
    return _words(abilities) is _AS_REALTIME


def _tools(abilities: LiveModelProfile) -> SteeringOutcome:
    if abilities.context_update:
        return SteeringOutcome(Applied.NOW, Road.CONTEXT_UPDATE, "the server replaces the declarations")
    if not abilities.call_behaviors:
        return SteeringOutcome(Applied.UNSUPPORTED, Road.NOWHERE, "this model has no tools")
    return SteeringOutcome(Applied.NEXT_TURN, Road.ADVICE, "the declarations stay until the session ends")


def _instruction(abilities: LiveModelProfile) -> SteeringOutcome:
    if abilities.context_update:
        return SteeringOutcome(Applied.NOW, Road.CONTEXT_UPDATE, "the server replaces its system instruction")
    words = _words(abilities)
    if words is _IN_CONTENT:
        if abilities.system_turns:
            return SteeringOutcome(Applied.NEXT_TURN, Road.SYSTEM_TURN, "it stands in the history as the system's")
        heeded = "the model follows it" if abilities.heeds_new_instructions else "the model is known to ignore it"
        return SteeringOutcome(Applied.NEXT_TURN, Road.USER_TURN, f"it stands in the history; {heeded}")
    if words is _AS_REALTIME:
        return words
    if abilities.instructions:
        return SteeringOutcome(Applied.NEXT_CONNECTION, Road.SETUP, "this model takes instructions in the setup only")
    return SteeringOutcome(Applied.UNSUPPORTED, Road.NOWHERE, "this model takes no instructions")


def _words(abilities: LiveModelProfile) -> SteeringOutcome:
    if abilities.client_content is ClientContentUse.ALWAYS:
        return _IN_CONTENT
    return _AS_REALTIME if abilities.realtime_text else _UNTOLD
