"""The keys by which text agents hand each other their work, and a State on which several can work at once.

An agent reads its question under ``input`` and leaves its reply under ``output``. Two that work at once on one State
would read each other's; so each gets a branch of it, on which these keys are its own, and everything else is shared.
"""

from __future__ import annotations

from typing import Final

from trio_live._typing import Json, JsonObject
from trio_live.state import State
from trio_live.state._internal import branch

INPUT: Final = "input"
"""What an agent is asked."""
OUTPUT: Final = "output"
"""What it replied."""
ARGUMENTS: Final = "agent_tool_args"
"""All arguments of the call, for an agent that is a tool."""
SCRATCH: Final = "_"
"""What begins like this is passed between agents of one work, and means nothing outside of it."""


def is_private(key: str) -> bool:
    """Whether a key belongs to one work."""
    return key in {INPUT, OUTPUT, ARGUMENTS} or key.startswith(SCRATCH)


def work_branch(state: State, question: Json, *, args: JsonObject | None = None, holds: bool = False) -> State:
    """A State for one work among several at once.

    Args:
        state: what all of them share.
        question: stands under ``input``; ``None`` for none.
        args: stands under ``agent_tool_args``.
        holds: whether its writes wait for ``commit``.
    """
    given = {INPUT: question, ARGUMENTS: args}
    own = {key: each for key, each in given.items() if each is not None}
    return branch(state, is_private=is_private, own=own, holds=holds)
