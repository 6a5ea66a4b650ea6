"""Which thoughts of a turn are sent: those that a client asked for, and those that some models send unasked."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final, assert_never

from trio_live.emulator._persona import Action, Ask, Say, Think
from trio_live.emulator._service import Dialect
from trio_live.wire import Setup

UNASKED_THOUGHT: Final = Think("**Considering the Reply**\n\nI know what to say, and will keep it short.")
"""Thought unasked where the persona does not say what it thinks."""


class Thoughts(Enum):
    """Whose wish it is that thoughts are sent."""

    HIDDEN = "nobody's"
    ASKED = "the client's"
    UNASKED = "the model's"


def thoughts_for(setup: Setup, dialect: Dialect) -> Thoughts:
    """Which thoughts are sent after this setup. A client that has spoken of thoughts gets what it said."""
    config = setup.generation_config.thinking_config if setup.generation_config else None
    if config is not None and config.thinking_budget == 0:
        return Thoughts.HIDDEN
    if config is not None and config.include_thoughts is not None:
        return Thoughts.ASKED if config.include_thoughts else Thoughts.HIDDEN
    return Thoughts.UNASKED if dialect.thinks_unasked else Thoughts.HIDDEN


def with_thoughts(actions: Sequence[Action], thoughts: Thoughts, *, opens: bool) -> Sequence[Action]:
    """The same actions, with the thoughts that are sent and no others.

    As recorded, a model that was not asked thinks before it speaks, and neither before it calls a function nor before
    it speaks of the answer.

    Args:
        actions: what was decided.
        thoughts: which of them are sent.
        opens: whether a turn begins with these actions.
    """
    match thoughts:
        case Thoughts.ASKED:
            return actions
        case Thoughts.HIDDEN:
            return _without(actions)
        case Thoughts.UNASKED:
            first = next((at for at, action in enumerate(actions) if isinstance(action, Say)), None)
            if not opens or first is None or any(isinstance(action, Ask) for action in actions):
                return _without(actions)
            if any(isinstance(action, Think) for action in actions):
                return actions
            return (*actions[:first], UNASKED_THOUGHT, *actions[first:])
        case _:
            assert_never(thoughts)


def _without(actions: Sequence[Action]) -> Sequence[Action]:
    return [action for action in actions if not isinstance(action, Think)]
