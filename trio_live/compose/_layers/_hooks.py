"""Layers that are made of functions, and layers for some agents only."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from trio_live._typing import Json
from trio_live.agents import (
    AgentEvent,
    AgentMiddleware,
    AgentRun,
    AgentTimedOut,
    FallbackActivated,
    LoopIteration,
    RouteSelected,
)
from trio_live.agents._internal import agent_path
from trio_live.compose._layers._layer import Layer
from trio_live.errors import AgentError, AgentErrorKind, ConfigError, ToolError
from trio_live.llm import LlmRequest, LlmResponse
from trio_live.tools import ToolContext
from trio_live.wire import FunctionCall

Function: TypeAlias = Callable[..., Any]
"""Plain or async."""


async def called(function: Function, *arguments: object) -> Any:
    """What a function answers, plain or async. Cancellation: as the function's."""
    answer = function(*arguments)
    return await answer if inspect.isawaitable(answer) else answer


class FunctionLayer(Layer):
    """One function in the place of one hook."""

    def __init__(self, function: Function) -> None:
        if not callable(function):
            raise ConfigError(f"this layer takes a function, not {function!r}")
        self._function = function

    async def _asked(self, *arguments: object) -> Any:
        answer = await called(self._function, *arguments)
        if isinstance(answer, str):
            raise AgentError(answer, kind=AgentErrorKind.REFUSED)
        return answer


class BeforeAgent(FunctionLayer):
    """Called before an agent."""

    async def before_agent(self, run: AgentRun) -> None:
        await self._asked(run)


class AfterAgent(FunctionLayer):
    """Called after an agent."""

    async def after_agent(self, run: AgentRun, output: str) -> None:
        await self._asked(run, output)


class BeforeModel(FunctionLayer):
    """Called before a model."""

    async def before_model(self, request: LlmRequest) -> LlmResponse | None:
        answer: LlmResponse | None = await self._asked(request)
        return answer


class AfterModel(FunctionLayer):
    """Called after a model."""

    async def after_model(self, request: LlmRequest, response: LlmResponse) -> LlmResponse | None:
        answer: LlmResponse | None = await self._asked(request, response)
        return answer


class BeforeTool(FunctionLayer):
    """Called before a tool, and may veto it."""

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        if isinstance(why := await called(self._function, call), str):
            raise ToolError(why)


class Validate(FunctionLayer):
    """Called before a tool, and may refuse its arguments."""

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        if isinstance(why := await called(self._function, call), str):
            raise ToolError.invalid(why)


class OnEvent(Layer):
    """Called with something of each event of one kind."""

    def __init__(self, kind: type[AgentEvent], what: Callable[[Any], object], function: Function) -> None:
        if not callable(function):
            raise ConfigError(f"this layer takes a function, not {function!r}")
        self._kind, self._what, self._function = kind, what, function

    async def on_event(self, event: AgentEvent) -> None:
        if isinstance(event, self._kind):
            await called(self._function, self._what(event))


def tap(function: Function) -> Layer:
    """Called with every event."""
    return OnEvent(AgentEvent, lambda event: event, function)


def on_loop(function: Function) -> Layer:
    """Called with the number of each round of a loop."""
    return OnEvent(LoopIteration, lambda event: event.index, function)


def on_timeout(function: Function) -> Layer:
    """Called with the name of each agent that took too long."""
    return OnEvent(AgentTimedOut, lambda event: event.agent, function)


def on_route(function: Function) -> Layer:
    """Called with the name of each branch that is chosen."""
    return OnEvent(RouteSelected, lambda event: event.branch, function)


def on_fallback(function: Function) -> Layer:
    """Called with the name of each candidate that is tried after another."""
    return OnEvent(FallbackActivated, lambda event: event.candidate, function)


class Scoped(Layer):
    """A layer for agents of some names: their runs and events, and the models and tools that they use themselves."""

    def __init__(self, inner: AgentMiddleware, names: frozenset[str]) -> None:
        self._inner, self._names = inner, names

    @property
    def acts_on(self) -> frozenset[str]:
        """What the inner one does anything about."""
        return self._inner.acts_on

    @property
    def _is_here(self) -> bool:
        return bool(agent_path()) and agent_path()[-1] in self._names

    async def before_agent(self, run: AgentRun) -> None:
        if run.agent in self._names:
            await self._inner.before_agent(run)

    async def around_agent(self, run: AgentRun, proceed: Callable[[], Awaitable[str]]) -> str:
        return await (self._inner.around_agent(run, proceed) if run.agent in self._names else proceed())

    async def after_agent(self, run: AgentRun, output: str) -> None:
        if run.agent in self._names:
            await self._inner.after_agent(run, output)

    async def on_error(self, run: AgentRun, error: AgentError) -> None:
        if run.agent in self._names:
            await self._inner.on_error(run, error)

    async def on_event(self, event: AgentEvent) -> None:
        if event.agent in self._names:
            await self._inner.on_event(event)

    def on_cancelled(self, what: AgentRun | LlmRequest) -> None:
        if what.agent in self._names if isinstance(what, AgentRun) else self._is_here:
            self._inner.on_cancelled(what)

    async def before_model(self, request: LlmRequest) -> LlmResponse | None:
        return await self._inner.before_model(request) if self._is_here else None

    async def around_model(
        self, request: LlmRequest, ask: Callable[[LlmRequest], Awaitable[LlmResponse]]
    ) -> LlmResponse:
        return await (self._inner.around_model(request, ask) if self._is_here else ask(request))

    async def after_model(self, request: LlmRequest, response: LlmResponse) -> LlmResponse | None:
        return await self._inner.after_model(request, response) if self._is_here else None

    async def check_model(self, request: LlmRequest, response: LlmResponse) -> None:
        if self._is_here:
            await self._inner.check_model(request, response)

    async def on_model_error(self, request: LlmRequest, error: Exception) -> None:
        if self._is_here:
            await self._inner.on_model_error(request, error)

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        if self._is_here:
            await self._inner.before_tool(call, context)

    async def around_tool(
        self, call: FunctionCall, context: ToolContext, proceed: Callable[[], Awaitable[Json]]
    ) -> Json:
        return await (self._inner.around_tool(call, context, proceed) if self._is_here else proceed())

    async def after_tool(self, call: FunctionCall, context: ToolContext, result: Json) -> None:
        if self._is_here:
            await self._inner.after_tool(call, context, result)

    async def on_tool_error(self, call: FunctionCall, context: ToolContext, error: ToolError) -> None:
        if self._is_here:
            await self._inner.on_tool_error(call, context, error)

    def on_tool_cancelled(self, call: FunctionCall, context: ToolContext) -> None:
        if self._is_here:
            self._inner.on_tool_cancelled(call, context)
