"""`M`: makes layers of middleware."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from trio_live._typing import Seconds
from trio_live.agents import AgentMiddleware
from trio_live.agents._internal import BringsLayers, LayeredLlm, flat_layers
from trio_live.compose._layers import Layer, MiddlewareComposite, Span, hooks, limits, records
from trio_live.errors import ConfigError
from trio_live.llm import BaseLlm


class M:
    """Makes layers: ``M.log() >> M.retry(2) >> M.cache()``.

    Given to ``agent.with_middleware``, they stand around every agent, model and tool inside of it; `around` puts them
    around one model; `Live.middleware` around the tools of a live session, and the agents among them.
    """

    @staticmethod
    def around(llm: BaseLlm, *middleware: AgentMiddleware | BringsLayers) -> BaseLlm:
        """A model inside of layers, for whatever asks a model: an `LlmExtractor`, a judge.

        Args:
            llm: the model.
            middleware: layers and guards, the first outermost.

        Raises:
            ConfigError: one of them does nothing about models.
            TypeError: one of them is no middleware.
        """
        layers = flat_layers(middleware)
        if idle := [type(each).__name__ for each in layers if "models" not in each.acts_on]:
            raise ConfigError(f"{idle[0]} does nothing about models; put it around an agent, with `with_middleware`")
        return LayeredLlm(llm, layers)

    @staticmethod
    def scope(names: Iterable[str], inner: AgentMiddleware | BringsLayers) -> MiddlewareComposite:
        """``inner`` layers for agents of these names: their runs, and the models and tools that they use themselves."""
        chosen = frozenset([names] if isinstance(names, str) else names)
        return MiddlewareComposite(tuple(hooks.Scoped(layer, chosen) for layer in flat_layers([inner])))

    # -- records --------------------------------------------------------------------------------------------------

    @staticmethod
    def log() -> Layer:
        """Logs what agents, models and tools do, under ``trio_live.agents``."""
        return records.Log()

    @staticmethod
    def structured_log() -> Layer:
        """Logs every agent event as a line of JSON, under ``trio_live.agents``."""
        return records.EventLog()

    @staticmethod
    def dispatch_log() -> Layer:
        """As `structured_log`, what is started in the background and waited for."""
        return records.EventLog(*records.DISPATCHING)

    @staticmethod
    def topology_log() -> Layer:
        """Logs as JSON which agent runs inside of which, each once."""
        return records.TopologyLog()

    @staticmethod
    def latency() -> records.Latency:
        """How long each call of a tool takes: ``tool_latencies()``, ``clear()``."""
        return records.Latency()

    @staticmethod
    def cost() -> records.Cost:
        """Counts the tools that did what was asked: ``tool_call_count``."""
        return records.Cost()

    @staticmethod
    def audit() -> records.Audit:
        """Every call of a tool and whether it worked: ``entries``."""
        return records.Audit()

    @staticmethod
    def metrics() -> records.Metrics:
        """Counts runs of agents and those that failed: ``requests``, ``errors``."""
        return records.Metrics()

    @staticmethod
    def trace(on_span: Callable[[Span], object] | None = None) -> records.Trace:
        """Spans around agents, models and tools: ``spans``, and told to ``on_span`` as they end."""
        return records.Trace(on_span)

    # -- limits ---------------------------------------------------------------------------------------------------

    @staticmethod
    def timeout(seconds: Seconds) -> Layer:
        """So many seconds for each agent, each question to a model and each tool; then it is cancelled, and fails."""
        return limits.TimeLimit(seconds)

    @staticmethod
    def retry(times: int) -> limits.Retry:
        """Asks a model up to so many times again, when its error says that this may help; waits as the service asks."""
        return limits.Retry(times)

    @staticmethod
    def rate_limit(per_second: float) -> Layer:
        """So many questions to models and calls of tools ``per_second``; what comes sooner waits."""
        return limits.Pace(per_second)

    @staticmethod
    def circuit_breaker(failures: int, *, cool_off: Seconds = limits.COOL_OFF) -> limits.CircuitBreaker:
        """Lets no tool run after so many failures in a row; after ``cool_off`` seconds one may try."""
        return limits.CircuitBreaker(failures, cool_off)

    @staticmethod
    def fallback_model(llm: BaseLlm) -> Layer:
        """Asks another model, once, when one gives no answer."""
        return limits.FallbackModel(llm)

    @staticmethod
    def cache(most: int = limits.KEPT) -> limits.Cache:
        """Gives the same question to the same model the answer of before, of the ``most`` last: ``size``, ``clear()``."""
        return limits.Cache(most)

    @staticmethod
    def dedup() -> Layer:
        """Refuses a question to a model that is the same as the one right before it."""
        return limits.Dedup()

    @staticmethod
    def sample(rate: float) -> Layer:
        """Lets a share of the questions to models pass, the ``rate`` (0 to 1), and refuses the others."""
        return limits.Sample(rate)

    # -- functions: plain or async; a text that one returns fails what it stands around ----------------------------

    @staticmethod
    def before_agent(function: hooks.Function) -> Layer:
        """``function(run)`` before each agent."""
        return hooks.BeforeAgent(function)

    @staticmethod
    def after_agent(function: hooks.Function) -> Layer:
        """``function(run, reply)`` after each agent."""
        return hooks.AfterAgent(function)

    @staticmethod
    def before_model(function: hooks.Function) -> Layer:
        """``function(request)`` before each question; an `LlmResponse` that it returns is the answer."""
        return hooks.BeforeModel(function)

    @staticmethod
    def after_model(function: hooks.Function) -> Layer:
        """``function(request, response)`` after each answer; an `LlmResponse` that it returns takes its place."""
        return hooks.AfterModel(function)

    @staticmethod
    def before_tool(function: hooks.Function) -> Layer:
        """``function(call)`` before each tool; a text that it returns vetoes the call."""
        return hooks.BeforeTool(function)

    @staticmethod
    def validate(function: hooks.Function) -> Layer:
        """``function(call)`` before each tool; a text that it returns says what is wrong with the arguments."""
        return hooks.Validate(function)

    @staticmethod
    def tap(function: hooks.Function) -> Layer:
        """``function(event)`` at each agent event."""
        return hooks.tap(function)

    @staticmethod
    def on_loop(function: hooks.Function) -> Layer:
        """``function(index)`` at each round of a loop, from 0."""
        return hooks.on_loop(function)

    @staticmethod
    def on_timeout(function: hooks.Function) -> Layer:
        """``function(agent)`` when an agent took too long."""
        return hooks.on_timeout(function)

    @staticmethod
    def on_route(function: hooks.Function) -> Layer:
        """``function(branch)`` when a route has chosen."""
        return hooks.on_route(function)

    @staticmethod
    def on_fallback(function: hooks.Function) -> Layer:
        """``function(candidate)`` when another candidate is tried."""
        return hooks.on_fallback(function)
