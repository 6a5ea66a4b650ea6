"""Layers that keep a record, and change nothing."""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import attrs
import trio

from trio_live._typing import Json, JsonObject, Seconds
from trio_live._values import value
from trio_live._wording import describe
from trio_live.agents import AgentEvent, AgentRun, AgentsDispatched, AgentsJoined, AgentStarted
from trio_live.agents._internal import agent_path, current_model
from trio_live.compose._layers._layer import Layer
from trio_live.errors import AgentError, ToolError
from trio_live.llm import LlmRequest, LlmResponse
from trio_live.tools import ToolContext
from trio_live.wire import FunctionCall

logger = logging.getLogger("trio_live.agents")

CAPACITY: Final = 10_000
"""Entries that a record keeps."""
DROPPED: Final = 1_000
"""The oldest ones, dropped at once when it is full."""


@value
class ToolLatency:
    """How long one call of a tool took."""

    tool: str
    call_id: str | None
    seconds: Seconds
    success: bool


class Latency(Layer):
    """How long tools take, each call by itself."""

    def __init__(self) -> None:
        self._begun: dict[int, Seconds] = {}
        self._seen: deque[ToolLatency] = deque(maxlen=CAPACITY)

    def tool_latencies(self) -> list[ToolLatency]:
        """What was seen, in the order in which the calls ended."""
        return list(self._seen)

    def clear(self) -> None:
        """Forget it."""
        self._seen.clear()

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        self._begun[id(context)] = trio.current_time()

    async def after_tool(self, call: FunctionCall, context: ToolContext, result: Json) -> None:
        self._end(call, context, success=True)

    async def on_tool_error(self, call: FunctionCall, context: ToolContext, error: ToolError) -> None:
        self._end(call, context, success=False)

    def on_tool_cancelled(self, call: FunctionCall, context: ToolContext) -> None:
        self._begun.pop(id(context), None)

    def _end(self, call: FunctionCall, context: ToolContext, *, success: bool) -> None:
        seconds = trio.current_time() - self._begun.pop(id(context))
        self._seen.append(ToolLatency(call.name, call.id, seconds, success))


class Cost(Layer):
    """Counts the tools that did what was asked."""

    tool_call_count = 0
    """So many."""

    async def after_tool(self, call: FunctionCall, context: ToolContext, result: Json) -> None:
        self.tool_call_count += 1


@attrs.define
class AuditEntry:
    """One call of a tool."""

    tool: str
    args: JsonObject
    success: bool | None = None
    """``None``: it runs, or was cancelled."""


class Audit(Layer):
    """Every call of a tool, and whether it worked."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []
        """The oldest first; when there are ten thousand, the oldest thousand are dropped."""
        self._open: dict[int, AuditEntry] = {}

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        if len(self.entries) >= CAPACITY:
            del self.entries[:DROPPED]
        entry = self._open[id(context)] = AuditEntry(call.name, dict(call.args or {}))
        self.entries.append(entry)

    async def after_tool(self, call: FunctionCall, context: ToolContext, result: Json) -> None:
        self._open.pop(id(context)).success = True

    async def on_tool_error(self, call: FunctionCall, context: ToolContext, error: ToolError) -> None:
        self._open.pop(id(context)).success = False

    def on_tool_cancelled(self, call: FunctionCall, context: ToolContext) -> None:
        self._open.pop(id(context), None)


class Metrics(Layer):
    """Counts runs of agents, and those that failed."""

    def __init__(self) -> None:
        self.requests = 0
        """Runs that began."""
        self.errors = 0
        """Runs that failed."""

    async def before_agent(self, run: AgentRun) -> None:
        self.requests += 1

    async def on_error(self, run: AgentRun, error: AgentError) -> None:
        self.errors += 1


@value
class Span:
    """From the beginning to the end of an agent, a question to a model, or a tool."""

    kind: str
    """``agent``, ``model`` or ``tool``."""
    name: str
    inside: tuple[str, ...]
    """The agents around it, the outermost first."""
    begun: Seconds
    """On Trio's clock."""
    ended: Seconds
    outcome: str
    """``ok``, ``cancelled``, or the words of the error."""


class Trace(Layer):
    """Spans around agents, questions to models and tools; ``on_span`` is called with each as it ends."""

    def __init__(self, on_span: Callable[[Span], object] | None = None) -> None:
        self.spans: deque[Span] = deque(maxlen=CAPACITY)
        """The last ones, in the order in which they ended."""
        self._on_span = on_span
        self._begun: dict[int, Seconds] = {}

    async def before_agent(self, run: AgentRun) -> None:
        self._begin(run)

    async def after_agent(self, run: AgentRun, output: str) -> None:
        self._end(run, "agent", run.agent, "ok")

    async def on_error(self, run: AgentRun, error: AgentError) -> None:
        self._end(run, "agent", run.agent, describe(error))

    async def before_model(self, request: LlmRequest) -> LlmResponse | None:
        self._begin(request)
        return None

    async def after_model(self, request: LlmRequest, response: LlmResponse) -> LlmResponse | None:
        if id(request) in self._begun:  # a layer further out may have answered in our place
            self._end(request, "model", current_model(), "ok")
        return None

    async def on_model_error(self, request: LlmRequest, error: Exception) -> None:
        self._end(request, "model", current_model(), describe(error))

    def on_cancelled(self, what: AgentRun | LlmRequest) -> None:
        kind, name = ("agent", what.agent) if isinstance(what, AgentRun) else ("model", current_model())
        self._end(what, kind, name, "cancelled")

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        self._begin(context)

    async def after_tool(self, call: FunctionCall, context: ToolContext, result: Json) -> None:
        self._end(context, "tool", call.name, "ok")

    async def on_tool_error(self, call: FunctionCall, context: ToolContext, error: ToolError) -> None:
        self._end(context, "tool", call.name, describe(error))

    def on_tool_cancelled(self, call: FunctionCall, context: ToolContext) -> None:
        self._end(context, "tool", call.name, "cancelled")

    def _begin(self, subject: object) -> None:
        self._begun[id(subject)] = trio.current_time()

    def _end(self, subject: object, kind: str, name: str, outcome: str) -> None:
        path = agent_path()
        inside = path[:-1] if kind == "agent" else path
        span = Span(kind, name, inside, self._begun.pop(id(subject)), trio.current_time(), outcome)
        self.spans.append(span)
        if self._on_span is not None:
            self._on_span(span)


class Log(Layer):
    """Logs what agents, models and tools do, a line each."""

    async def before_agent(self, run: AgentRun) -> None:
        logger.info("agent %s begins", run.agent)

    async def after_agent(self, run: AgentRun, output: str) -> None:
        logger.info("agent %s replies (%d characters)", run.agent, len(output))

    async def on_error(self, run: AgentRun, error: AgentError) -> None:
        logger.warning("agent %s fails: %s", run.agent, error)

    async def before_model(self, request: LlmRequest) -> LlmResponse | None:
        logger.info("model %s is asked (%d contents)", current_model(), len(request.contents))
        return None

    async def on_model_error(self, request: LlmRequest, error: Exception) -> None:
        logger.warning("model %s gives no answer: %s", current_model(), describe(error))

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        logger.info("tool %s is called", call.name)

    async def on_tool_error(self, call: FunctionCall, context: ToolContext, error: ToolError) -> None:
        logger.warning("tool %s fails: %s", call.name, error)


class EventLog(Layer):
    """Logs events as JSON, those of some kinds or all."""

    def __init__(self, *kinds: type[AgentEvent]) -> None:
        self._kinds = kinds or (AgentEvent,)

    async def on_event(self, event: AgentEvent) -> None:
        if isinstance(event, self._kinds):
            fields = {field.name: getattr(event, field.name) for field in attrs.fields(type(event))}
            log_json({"event": type(event).__name__, **fields})


class TopologyLog(Layer):
    """Logs as JSON which agent runs inside of which, each once."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, ...]] = set()

    async def on_event(self, event: AgentEvent) -> None:
        path = agent_path()
        if isinstance(event, AgentStarted) and path not in self._seen and len(self._seen) < CAPACITY:
            self._seen.add(path)
            log_json({"agent": event.agent, "inside": list(path[:-1])})


def log_json(fields: dict[str, Any]) -> None:
    """One line of JSON; what is none is written in words."""
    logger.info("%s", json.dumps(fields, ensure_ascii=False, default=str))


DISPATCHING: Final = (AgentsDispatched, AgentsJoined)
