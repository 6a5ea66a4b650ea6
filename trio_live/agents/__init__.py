"""Text agents: those who think in text beside a talk, put together with ``>>``, ``|``, ``*`` and ``/``."""

from __future__ import annotations

from trio_live.agents._agent import (
    Agent,
    Fallback,
    FnTextAgent,
    Loop,
    Parallel,
    Sequential,
    as_agent,
)
from trio_live.agents._background import AgentTasks, Dispatch, Join
from trio_live.agents._choosing import MapOver, Race, Route, Tap, Timeout, conditional
from trio_live.agents._events import (
    AgentCompleted,
    AgentEvent,
    AgentFailed,
    AgentsDispatched,
    AgentsJoined,
    AgentStarted,
    AgentTimedOut,
    AgentToolCompleted,
    AgentToolFailed,
    AgentToolStarted,
    AgentTransferred,
    FallbackActivated,
    LoopIteration,
    RouteSelected,
    StateChanged,
)
from trio_live.agents._llm import LlmTextAgent
from trio_live.agents._middleware import AgentMiddleware, AgentRun
from trio_live.agents._tool import agent_tool
from trio_live.agents._until import Until, until

__all__ = [
    "Agent",
    "AgentCompleted",
    "AgentEvent",
    "AgentFailed",
    "AgentMiddleware",
    "AgentRun",
    "AgentStarted",
    "AgentTasks",
    "AgentTimedOut",
    "AgentToolCompleted",
    "AgentToolFailed",
    "AgentToolStarted",
    "AgentTransferred",
    "AgentsDispatched",
    "AgentsJoined",
    "Dispatch",
    "Fallback",
    "FallbackActivated",
    "FnTextAgent",
    "Join",
    "LlmTextAgent",
    "Loop",
    "LoopIteration",
    "MapOver",
    "Parallel",
    "Race",
    "Route",
    "RouteSelected",
    "Sequential",
    "StateChanged",
    "Tap",
    "Timeout",
    "Until",
    "agent_tool",
    "as_agent",
    "conditional",
    "until",
]
