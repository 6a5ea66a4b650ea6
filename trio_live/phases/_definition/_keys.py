"""The state keys that say where the talk stands, and the writing of them."""

from __future__ import annotations

from typing import Final

from trio_live._typing import Json
from trio_live.phases._definition._phase import Phase
from trio_live.state import ABSENT, Absent, State
from trio_live.state._internal import as_owner

PHASE_KEY: Final = "session:phase"
"""Name of the current phase."""
PHASE_NEEDS_KEY: Final = "session:phase_needs"
"""The current phase's ``needs``; absent when there are none."""
PHASE_REQUIRES_KEY: Final = "session:phase_requires"
"""The current phase's ``requires``; absent when there are none."""
NAVIGATION_KEY: Final = "session:navigation_context"
"""Where the talk stands, in words: see ``PhaseMachine.describe_navigation``."""
ACTIVE_TOOLS_KEY: Final = "session:active_tools"
"""The tools the model was last told to keep to; absent when it was told of no limit, or that the limit is lifted."""
DECLARED_TOOLS_KEY: Final = "session:declared_tools"
"""The functions that are declared to the model; absent unless the phases declare them (`SteeringMode.CONTEXT_UPDATE`)."""
TURN_COUNT_KEY: Final = "session:turn_count"
"""Turns completed so far; absent means none."""
AGENT_KEY: Final = "session:agent"
"""Name of the agent who speaks; absent where a call has only one."""
USER_HAS_SPOKEN_KEY: Final = "session:user_has_spoken"
"""True from the first turn whose transcript holds words of the user, typed ones included."""
VOICE_TIMING_KEY: Final = "session:voice_timing"
"""What holds of the timing of the talk in the current phase; absent where nothing was said of it."""

OWN_KEYS: Final = frozenset(
    {
        *(PHASE_KEY, PHASE_NEEDS_KEY, PHASE_REQUIRES_KEY, NAVIGATION_KEY, ACTIVE_TOOLS_KEY, DECLARED_TOOLS_KEY),
        *(TURN_COUNT_KEY, USER_HAS_SPOKEN_KEY, AGENT_KEY, VOICE_TIMING_KEY),
    }
)
"""What a running session writes of these, and nobody else."""


def presented_key(concept: str) -> str:
    """The key that says whether a concept was presented."""
    return f"presented:{concept}"


def is_presented(state: State, concept: str) -> bool:
    """Whether a concept was presented; anything but a stored ``True`` is a no."""
    return state.get(presented_key(concept)) is True


def turn_count(state: State) -> int:
    """Turns completed so far."""
    count = state.get_raw(TURN_COUNT_KEY, 0)
    return count if type(count) is int else 0


def count_turn(state: State) -> None:
    """One turn more is completed."""
    as_owner(state).set(TURN_COUNT_KEY, turn_count(state) + 1)


def publish_phase(state: State, phase: Phase) -> None:
    """Say in the state which phase is current. Writes only what differs, so that publishing again costs no record."""
    as_owner(state).update(_of_phase(phase))


def publish_standing(state: State, phase: Phase, navigation: str) -> None:
    """As `publish_phase`, with the navigation text."""
    as_owner(state).update({**_of_phase(phase), NAVIGATION_KEY: navigation})


def _of_phase(phase: Phase) -> dict[str, Json | Absent]:
    return {
        PHASE_KEY: phase.name,
        PHASE_NEEDS_KEY: list(phase.needs) or ABSENT,
        PHASE_REQUIRES_KEY: list(phase.requires) or ABSENT,
    }


def publish_agent(state: State, name: str) -> None:
    """Say who speaks from now on. What stood there of the phases and functions of whoever spoke before is gone."""
    of_phases = (PHASE_KEY, PHASE_NEEDS_KEY, PHASE_REQUIRES_KEY, NAVIGATION_KEY, ACTIVE_TOOLS_KEY, DECLARED_TOOLS_KEY)
    as_owner(state).update({**dict.fromkeys(of_phases, ABSENT), AGENT_KEY: name})


def publish_active_tools(state: State, tools: tuple[str, ...] | None) -> None:
    """Store which tools the model was told to keep to; ``None`` removes the key."""
    as_owner(state).update({ACTIVE_TOOLS_KEY: ABSENT if tools is None else list(tools)})


def publish_declared_tools(state: State, names: tuple[str, ...]) -> None:
    """Store which functions are declared to the model."""
    as_owner(state).update({DECLARED_TOOLS_KEY: list(names)})


def enter_phase_keys(state: State, phase: Phase) -> None:
    """What entering changes: ``clear_on_enter`` is removed, ``presented:{concept}`` set for what the phase presents.

    A key in both lists ends up set.
    """
    presented = {presented_key(concept): True for concept in phase.presents}
    state.update({**dict.fromkeys(phase.clear_on_enter, ABSENT), **presented})


def mark_presented(state: State, phase: Phase) -> None:
    """Set ``presented:{concept}`` for what the phase presents."""
    state.update({presented_key(concept): True for concept in phase.presents})
