"""One run of an agent, and one question to a model, inside of everything that stands around them.

::

    before… ─▶ around( around( the work ) ) ─▶ after…   (the other way round)
       │ raises         │ raises                │ raises
       └────────────────┴───────────────────────┴─────▶ on_error of whoever has begun and was not told yet
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextvars import ContextVar
from functools import partial
from typing import Protocol, runtime_checkable

from trio_live._tasks import cancellation_in, holds_cancellation, unwrapped
from trio_live._wording import describe
from trio_live.agents._events import AgentCompleted, AgentEvent, AgentFailed, AgentStarted
from trio_live.agents._middleware import AgentMiddleware, AgentRun
from trio_live.dispatch._internal import middleware_in_force
from trio_live.errors import AgentError, AgentErrorKind, LlmError
from trio_live.llm import BaseLlm, LlmRequest, LlmResponse
from trio_live.state import State

logger = logging.getLogger("trio_live.agents")

_PATH: ContextVar[tuple[str, ...]] = ContextVar("trio_live_agents", default=())
_MODEL: ContextVar[str] = ContextVar("trio_live_model", default="")


def agent_path() -> tuple[str, ...]:
    """The names of the agents inside of which the code that asks runs, the outermost first."""
    return _PATH.get()


def current_model() -> str:
    """The name of the model around whose question the code that asks runs."""
    return _MODEL.get()


def layers_in_force() -> tuple[AgentMiddleware, ...]:
    """What stands around the code that asks, outermost first."""
    return tuple(each for each in middleware_in_force() if isinstance(each, AgentMiddleware))


@runtime_checkable
class BringsLayers(Protocol):
    """Layers as one value; what `M` and `G` make are some."""

    @property
    def layers(self) -> tuple[AgentMiddleware, ...]:
        """The layers, the first outermost."""
        ...


def flat_layers(middleware: Iterable[object]) -> tuple[AgentMiddleware, ...]:
    """Layers and sets of layers as one row.

    Raises:
        TypeError: one of them is no `AgentMiddleware`.
    """
    found: list[AgentMiddleware] = []
    for each in middleware:
        if isinstance(each, AgentMiddleware):
            found.append(each)
        elif isinstance(each, BringsLayers):
            found += each.layers
        else:
            raise TypeError(f"middleware of an agent is an AgentMiddleware, such as M.log(), not {each!r}")
    return tuple(found)


async def tell(event: AgentEvent) -> None:
    """Tell every layer of an event. Cancellation: the rest is not told."""
    for layer in layers_in_force():
        await layer.on_event(event)


async def run_agent(name: str, state: State, perform: Callable[[], Awaitable[str]]) -> str:
    """Run an agent inside of what stands around it.

    Raises:
        AgentError: it has no result. Nothing else comes out, but a cancellation.

    Cancellation: it is cancelled, and no task of it is left.
    """
    token = _PATH.set((*_PATH.get(), name))
    run, layers = AgentRun(name, state), layers_in_force()
    begun: list[AgentMiddleware] = []
    try:
        return await _run(run, layers, begun, perform)
    except Exception as raised:  # noqa: BLE001  # becomes an AgentError
        error = as_agent_error(name, raised)
        await _tell_failed(begun, run, lambda layer: _told(layer.on_error, run, error))
        for layer in layers:
            await _told(layer.on_event, AgentFailed(name, error))
        raise error from error.__cause__
    except BaseExceptionGroup as group:
        _tell_cancelled(begun, run, group)
        raise cancellation_in(group, partial(_log_errors, name)) from None
    except BaseException as stopped:
        _tell_cancelled(begun, run, stopped)
        raise
    finally:
        _PATH.reset(token)


async def _run(
    run: AgentRun,
    layers: Iterable[AgentMiddleware],
    begun: list[AgentMiddleware],
    perform: Callable[[], Awaitable[str]],
) -> str:
    await tell(AgentStarted(run.agent))
    for layer in layers:
        await layer.before_agent(run)
        begun.append(layer)
    for layer in reversed(begun):
        perform = partial(layer.around_agent, run, perform)
    output = await perform()
    while begun:
        await begun.pop().after_agent(run, output)
    await tell(AgentCompleted(run.agent, output))
    return output


async def ask_model(llm: BaseLlm, request: LlmRequest, layers: Sequence[AgentMiddleware]) -> LlmResponse:
    """Ask a model inside of layers, the first outermost.

    Raises:
        LlmError: it gives no answer.
        Exception: whatever a layer raises.

    Cancellation: the question is withdrawn.
    """
    begun: list[AgentMiddleware] = []
    token = _MODEL.set(llm.model_id)
    try:
        response = await _answer(llm, request, layers, begun)
        for layer in reversed(layers):
            if layer in begun:
                begun.remove(layer)
            response = await layer.after_model(request, response) or response
        for layer in layers:
            await layer.check_model(request, response)
    except Exception as raised:
        error = raised
        await _tell_failed(begun, request, lambda layer: _told(layer.on_model_error, request, error))
        raise
    except BaseException as stopped:
        _tell_cancelled(begun, request, stopped)
        raise
    finally:
        _MODEL.reset(token)
    return response


async def _answer(
    llm: BaseLlm, request: LlmRequest, layers: Iterable[AgentMiddleware], begun: list[AgentMiddleware]
) -> LlmResponse:
    ask: Callable[[LlmRequest], Awaitable[LlmResponse]] = llm.generate
    for layer in layers:
        answered = await layer.before_model(request)
        begun.append(layer)
        if answered is not None:
            return answered
    for layer in reversed(begun):
        ask = partial(_around, layer, ask)
    return await ask(request)


async def _around(
    layer: AgentMiddleware, ask: Callable[[LlmRequest], Awaitable[LlmResponse]], request: LlmRequest
) -> LlmResponse:
    return await layer.around_model(request, ask)


class LayeredLlm(BaseLlm):
    """A model inside of middleware, for whatever asks a model: an `LlmExtractor`, a judge.

    Args:
        llm: the model.
        layers: what stands around it, the first outermost.
    """

    def __init__(self, llm: BaseLlm, layers: Iterable[AgentMiddleware]) -> None:
        self.model_id = llm.model_id
        self._llm = llm
        self._layers = tuple(layers)

    async def generate(self, request: LlmRequest) -> LlmResponse:
        """Ask, inside of the layers.

        Args:
            request: the question.

        Raises:
            LlmError: there is no answer.
            Exception: whatever a layer raises.

        Cancellation: the question is withdrawn.
        """
        return await ask_model(self._llm, request, self._layers)

    async def warm_up(self) -> None:
        """As the model's; no layer sees it. Cancellation: harmless."""
        await self._llm.warm_up()


def as_agent_error(name: str, raised: Exception) -> AgentError:
    """The error of an agent, with the original as its cause; one that is an `AgentError` already stays it."""
    cause = unwrapped(raised)
    if isinstance(cause, AgentError):
        cause.agent = cause.agent or name
        return cause
    kind = AgentErrorKind.MODEL if isinstance(cause, LlmError) else AgentErrorKind.FAILED
    error = AgentError(describe(cause), kind=kind, agent=name)
    error.__cause__ = cause
    return error


async def _told(hook: Callable[..., Awaitable[None]], *arguments: object) -> None:
    """Call a hook that can change nothing any more."""
    try:
        await hook(*arguments)
    except Exception:
        logger.exception("%s raised", getattr(hook, "__qualname__", hook))


async def _tell_failed(
    begun: list[AgentMiddleware], what: AgentRun | LlmRequest, told: Callable[[AgentMiddleware], Awaitable[None]]
) -> None:
    try:
        while begun:
            await told(begun.pop(0))
    except BaseException as stopped:
        _tell_cancelled(begun, what, stopped)
        raise


def _tell_cancelled(layers: Iterable[AgentMiddleware], what: AgentRun | LlmRequest, stopped: BaseException) -> None:
    for layer in layers if holds_cancellation(stopped) else ():
        try:
            layer.on_cancelled(what)
        except Exception:
            logger.exception("on_cancelled of %s raised", type(layer).__name__)


def _log_errors(name: str, errors: BaseException) -> None:
    logger.error("the agent %s raised while it was cancelled", name, exc_info=errors)
