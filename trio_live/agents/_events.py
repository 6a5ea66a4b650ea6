"""What happens to text agents, as values. Told to `AgentMiddleware.on_event`, in order.

`AgentStarted` comes before everything else of one run, and one of `AgentCompleted` and `AgentFailed` after it; a run that
is cancelled tells neither (see `AgentMiddleware.on_cancelled`).
"""

from __future__ import annotations

from trio_live._typing import Json, Seconds
from trio_live._values import value
from trio_live.errors import AgentError, ToolError
from trio_live.wire import FunctionCall


@value
class AgentEvent:
    """Something happened to an agent."""

    agent: str
    """The name of the agent."""


@value
class AgentStarted(AgentEvent):
    """It has begun."""


@value
class AgentCompleted(AgentEvent):
    """It has a result."""

    output: str


@value
class AgentFailed(AgentEvent):
    """It has none."""

    error: AgentError


@value
class AgentToolStarted(AgentEvent):
    """Its model has called a function, which is run now."""

    call: FunctionCall


@value
class AgentToolCompleted(AgentEvent):
    """The function has a result."""

    call: FunctionCall
    result: Json
    seconds: Seconds


@value
class AgentToolFailed(AgentEvent):
    """The function has none; the model is told."""

    call: FunctionCall
    error: ToolError
    seconds: Seconds


@value
class LoopIteration(AgentEvent):
    """A loop begins another round."""

    index: int
    """From 0."""


@value
class AgentTimedOut(AgentEvent):
    """It was given up, because it took too long."""

    seconds: Seconds
    """The limit."""


@value
class RouteSelected(AgentEvent):
    """A route has chosen."""

    branch: str
    """The name of the agent that runs."""


@value
class FallbackActivated(AgentEvent):
    """A candidate has failed, and another one is tried."""

    candidate: str
    """The name of the one that is tried now."""


@value
class AgentTransferred(AgentEvent):
    """The work goes on from one agent to the next of a sequence, with the output of the one as the input of the other."""

    from_: str
    to: str


@value
class AgentsDispatched(AgentEvent):
    """Agents were started in the background."""

    names: tuple[str, ...]


@value
class AgentsJoined(AgentEvent):
    """Agents in the background were waited for."""

    names: tuple[str, ...]
    failed: tuple[str, ...] = ()
    """Those among them that had no result."""


@value
class StateChanged(AgentEvent):
    """A step that transforms the State has changed it."""

    keys: tuple[str, ...]
