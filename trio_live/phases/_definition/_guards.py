"""Guards for what many conversations ask.

A guard that is always true fires at the first completed turn, which after a greeting is before the user has said a
word. `user_has_spoken` and `after_turns` are there for that.
"""

from __future__ import annotations

from typing import Final

from trio_live.phases._definition._instruction import StatePredicate
from trio_live.phases._definition._keys import USER_HAS_SPOKEN_KEY, is_presented, turn_count
from trio_live.state import State

LAST_HEARD_KEY: Final = "session:last_input_transcription"
"""The last piece of the user's speech that was transcribed."""


def user_has_spoken(state: State) -> bool:
    """Whether the user has said anything yet; a guard as it stands."""
    return state.get(USER_HAS_SPOKEN_KEY) is True or bool(state.get(LAST_HEARD_KEY, "", type=str).strip())


def after_turns(count: int) -> StatePredicate:
    """A guard that opens once ``count`` turns were completed before the one in progress."""

    def enough_turns(state: State) -> bool:
        return turn_count(state) >= count

    return enough_turns


def presented_and_acknowledged(concept: str, ack_key: str) -> StatePredicate:
    """A guard that opens when a concept was presented and ``ack_key`` is ``True``."""

    def acknowledged(state: State) -> bool:
        return is_presented(state, concept) and state.get(ack_key) is True

    return acknowledged
