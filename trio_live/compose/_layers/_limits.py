"""Layers that limit: time, pace, failures, repetitions; and those that ask again, or somebody else."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Final, NoReturn

import trio

from trio_live._typing import Json, Seconds
from trio_live.agents import AgentRun, AgentTimedOut
from trio_live.agents._internal import current_model, tell
from trio_live.compose._deciding import whole_number
from trio_live.compose._layers._layer import Layer
from trio_live.errors import AgentError, AgentErrorKind, ConfigError, LlmError, LlmErrorKind, ToolError, ToolErrorKind
from trio_live.llm import BaseLlm, LlmRequest, LlmResponse
from trio_live.llm._internal import encode_request
from trio_live.tools import ToolContext
from trio_live.wire import FunctionCall

FIRST_WAIT: Final[Seconds] = 0.5
LONGEST_WAIT: Final[Seconds] = 8.0
"""Between two questions, where the service does not say how long; doubled each time."""
COOL_OFF: Final[Seconds] = 30.0
KEPT: Final = 256

Ask = Callable[[LlmRequest], Awaitable[LlmResponse]]


def positive(what: str, number: float) -> float:
    """A number above 0.

    Raises:
        ConfigError: it is none.
    """
    if type(number) not in {int, float} or not 0 < number < float("inf"):
        raise ConfigError(f"M.{what} takes a number above 0, not {number!r}")
    return number


def fingerprint(request: LlmRequest) -> str:
    """One for each question to each model: everything that is sent, and to whom."""
    return sha256(current_model().encode() + b"\0" + encode_request(request)).hexdigest()


class TimeLimit(Layer):
    """So many seconds for each agent, each question to a model and each tool."""

    def __init__(self, seconds: Seconds) -> None:
        self.seconds = positive("timeout", seconds)
        """For one of them."""

    async def around_agent(self, run: AgentRun, proceed: Callable[[], Awaitable[str]]) -> str:
        with trio.move_on_after(self.seconds):
            return await proceed()
        await tell(AgentTimedOut(run.agent, self.seconds))
        words = f"no reply within {self.seconds:g} s"
        raise AgentError(words, kind=AgentErrorKind.TIMED_OUT, agent=run.agent)

    async def around_model(self, request: LlmRequest, ask: Ask) -> LlmResponse:
        with trio.move_on_after(self.seconds):
            return await ask(request)
        raise LlmError(f"no answer within {self.seconds:g} s", kind=LlmErrorKind.TRANSPORT, retryable=True)

    async def around_tool(
        self, call: FunctionCall, context: ToolContext, proceed: Callable[[], Awaitable[Json]]
    ) -> Json:
        with trio.move_on_after(self.seconds):
            return await proceed()
        context.cancellation.request("it took too long")
        raise ToolError.timed_out(self.seconds)


class Retry(Layer):
    """Asks a model again when its error says that this may help, at most so many ``times``."""

    def __init__(self, times: int) -> None:
        self.max_retries = whole_number("M.retry", times)
        """Questions after the first."""
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self.attempts = 0
        """Questions that were asked again, since the last one that was new."""
        self._errors = 0

    @property
    def should_retry(self) -> bool:
        """Whether the last question failed and may be asked again."""
        return self._errors > 0 and self.attempts < self.max_retries

    def record_attempt(self) -> None:
        """A question is asked again."""
        self.attempts += 1
        self._errors = 0

    async def around_model(self, request: LlmRequest, ask: Ask) -> LlmResponse:
        self.reset()
        for attempt in range(self.max_retries):
            try:
                return await ask(request)
            except LlmError as error:
                self._errors += 1
                if not error.retryable:
                    raise
                wait = min(FIRST_WAIT * 2**attempt, LONGEST_WAIT) if error.retry_after is None else error.retry_after
            await trio.sleep(wait)
            self.record_attempt()
        return await ask(request)


class Pace(Layer):
    """So many questions and tools in a second; what comes sooner waits."""

    def __init__(self, per_second: float) -> None:
        self._between = 1 / positive("rate_limit", per_second)
        self._next = float("-inf")

    async def before_model(self, request: LlmRequest) -> LlmResponse | None:
        await self._wait()
        return None

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        await self._wait()

    async def _wait(self) -> None:
        mine = max(self._next, trio.current_time())
        self._next = mine + self._between
        await trio.sleep_until(mine)


class CircuitBreaker(Layer):
    """Lets no tool run after so many failures in a row; after a while one may try, and its success closes it again."""

    def __init__(self, failures: int, cool_off: Seconds = COOL_OFF) -> None:
        self._limit = whole_number("M.circuit_breaker", failures)
        self._cool_off = positive("circuit_breaker", cool_off)
        self._failures = 0
        self._opened: Seconds | None = None
        self._is_trying = False

    @property
    def is_open(self) -> bool:
        """Whether tools are kept from running."""
        return self._opened is not None

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        if self._opened is None:
            return
        left = self._opened + self._cool_off - trio.current_time()
        if left > 0 or self._is_trying:
            raise ToolError(f"{self._failures} tools in a row have failed; ask again in a while", retry=True)
        self._is_trying = True

    async def after_tool(self, call: FunctionCall, context: ToolContext, result: Json) -> None:
        self._failures, self._opened, self._is_trying = 0, None, False

    async def on_tool_error(self, call: FunctionCall, context: ToolContext, error: ToolError) -> None:
        self._is_trying = False
        if error.kind is ToolErrorKind.DECLINED:  # it never ran
            return
        self._failures += 1
        if self._failures >= self._limit:
            self._opened = trio.current_time()

    def on_tool_cancelled(self, call: FunctionCall, context: ToolContext) -> None:
        self._is_trying = False


class FallbackModel(Layer):
    """Asks another model, once, when the one that was asked gives no answer."""

    def __init__(self, llm: BaseLlm) -> None:
        if not isinstance(llm, BaseLlm):
            raise ConfigError(f"M.fallback_model takes a model such as GeminiLlm(…), not {llm!r}")
        self._llm = llm

    async def around_model(self, request: LlmRequest, ask: Ask) -> LlmResponse:
        try:
            return await ask(request)
        except LlmError:
            return await self._llm.generate(request)


class Cache(Layer):
    """Gives the same question to the same model the answer of before; keeps the ``most`` used last, a number above 0."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = whole_number("M.cache", most)
        self._kept: OrderedDict[str, LlmResponse] = OrderedDict()

    @property
    def size(self) -> int:
        """Answers that are kept."""
        return len(self._kept)

    def clear(self) -> None:
        """Forget them."""
        self._kept.clear()

    async def before_model(self, request: LlmRequest) -> LlmResponse | None:
        key = fingerprint(request)
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    async def after_model(self, request: LlmRequest, response: LlmResponse) -> LlmResponse | None:
        self._kept[fingerprint(request)] = response
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return None


class Dedup(Layer):
    """Refuses a question that is the same as the one right before it."""

    def __init__(self) -> None:
        self._last = ""

    async def before_model(self, request: LlmRequest) -> LlmResponse | None:
        now, self._last = fingerprint(request), self._last
        if now == self._last:
            _refuse("the same question was asked right before")
        self._last = now
        return None


class Sample(Layer):
    """Lets a share of the questions pass, evenly, and refuses the others."""

    def __init__(self, rate: float) -> None:
        if type(rate) not in {int, float} or rate != rate:  # noqa: PLR0124  # NaN
            raise ConfigError(f"M.sample takes a share from 0 to 1, not {rate!r}")
        self._rate = min(max(float(rate), 0.0), 1.0)
        self._due = 0.0

    async def before_model(self, request: LlmRequest) -> LlmResponse | None:
        self._due += self._rate
        if self._due < 1.0 - 1e-9:
            _refuse(f"only {self._rate:.0%} of the questions are asked")
        self._due -= 1.0
        return None


def _refuse(why: str) -> NoReturn:
    raise LlmError(why, kind=LlmErrorKind.CONFIG)
