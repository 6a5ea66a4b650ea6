"""How several agents work as one, in the four ways that have an operator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from trio_live._callables import answered_truth
from trio_live.agents._events import AgentTransferred, FallbackActivated, LoopIteration
from trio_live.agents._layers import tell
from trio_live.agents._together import all_of
from trio_live.dispatch._internal import INPUT, work_branch
from trio_live.errors import AgentError, AgentErrorKind
from trio_live.state import State
from trio_live.state._internal import branch


class Works(Protocol):
    """What this file needs to know of an agent."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    async def run(self, state: State) -> str:
        """Do the work."""
        ...


async def run_in_sequence(name: str, children: Sequence[Works], state: State) -> str:
    """One after the other, each asked what the one before has said. Cancellation: as the one that works."""
    said = ""
    for number, child in enumerate(children):
        if number:
            await tell(AgentTransferred(name, children[number - 1].name, child.name))
        said = await child.run(state)
        state.set(INPUT, said)
    return said


async def run_at_once(name: str, children: Sequence[Works], state: State) -> str:
    """All at once, each on a branch of the State. Cancellation: all are cancelled."""
    question = state.get(INPUT)
    works = [partial(child.run, work_branch(state, question)) for child in children]
    return "\n".join(await all_of(works, f"another agent of {name!r} has failed"))


async def run_until_success(name: str, children: Sequence[Works], state: State) -> str:
    """One after the other, each on a State whose writes count if it succeeds. Cancellation: nothing was written."""
    last = AgentError("there is no candidate", kind=AgentErrorKind.EMPTY, agent=name)
    for number, child in enumerate(children):
        if number:
            await tell(FallbackActivated(name, child.name))
        view = branch(state, holds=True)
        try:
            reply = await child.run(view)
        except AgentError as error:
            last = error
        else:
            view.commit()
            return reply
    raise last


async def run_in_rounds(
    name: str, body: Works, at_most: int, until: Callable[[State], bool] | None, state: State
) -> str:
    """One again and again. Cancellation: as the one that works."""
    said = ""
    for index in range(at_most):
        await tell(LoopIteration(name, index))
        said = await body.run(state)
        if until is not None and answered_truth(until(state)):
            break
    return said
