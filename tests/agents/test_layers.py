"""What stands around agents, models and tools: in order, each told of the end once, whatever fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from trio_live import State, ToolContext, ToolError
from trio_live.agents import AgentMiddleware, AgentRun, FnTextAgent, LlmTextAgent
from trio_live.agents._layers import LayeredLlm
from trio_live.errors import AgentError, AgentErrorKind, LlmError, LlmErrorKind
from trio_live.llm import LlmRequest, LlmResponse, MockLlm
from trio_live.wire import FunctionCall

BEFORE = ["before_agent", "before_model", "before_tool"]
ENDS = {
    "agent": ["after_agent", "on_error"],
    "model": ["after_model", "on_model_error"],
    "tool": ["after_tool", "on_tool_error", "on_tool_cancelled"],
}
HOOKS = [*BEFORE, "after_agent", "after_model", "check_model", "around_agent", "around_model", "around_tool"]


class HookError(Exception):
    """What hooks raise here."""


@attrs.define(eq=False)
class Witness(AgentMiddleware):
    """Writes down which hooks have returned, and raises in those it is told to."""

    number: int
    raises: frozenset[tuple[int, str]]
    log: list[tuple[int, str]]

    async def _at(self, hook: str) -> None:
        ends = hook.startswith(("after", "on"))  # it is told when it is called, whatever becomes of it then
        if ends:
            self._seen(hook)
        await trio.sleep(0.1)
        if not ends:
            self._seen(hook)

    def _seen(self, hook: str) -> None:
        if (self.number, hook) in self.raises:
            self.log.append((self.number, f"{hook} raised"))
            raise HookError(hook)
        self.log.append((self.number, hook))

    async def before_agent(self, run: AgentRun) -> None:
        await self._at("before_agent")

    async def after_agent(self, run: AgentRun, output: str) -> None:
        await self._at("after_agent")

    async def on_error(self, run: AgentRun, error: AgentError) -> None:
        await self._at("on_error")

    async def before_model(self, request: LlmRequest) -> LlmResponse | None:
        await self._at("before_model")
        return None

    async def after_model(self, request: LlmRequest, response: LlmResponse) -> LlmResponse | None:
        await self._at("after_model")
        return None

    async def check_model(self, request: LlmRequest, response: LlmResponse) -> None:
        await self._at("check_model")

    async def on_model_error(self, request: LlmRequest, error: Exception) -> None:
        await self._at("on_model_error")

    def on_cancelled(self, what: AgentRun | LlmRequest) -> None:
        self._seen("cancelled agent" if isinstance(what, AgentRun) else "cancelled model")

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        await self._at("before_tool")

    async def after_tool(self, call: FunctionCall, context: ToolContext, result: Any) -> None:
        await self._at("after_tool")

    async def on_tool_error(self, call: FunctionCall, context: ToolContext, error: ToolError) -> None:
        await self._at("on_tool_error")

    def on_tool_cancelled(self, call: FunctionCall, context: ToolContext) -> None:
        self._seen("on_tool_cancelled")

    async def around_agent(self, run: AgentRun, proceed: Callable[[], Awaitable[str]]) -> str:
        await self._at("around_agent")
        return await proceed()

    async def around_model(
        self, request: LlmRequest, ask: Callable[[LlmRequest], Awaitable[LlmResponse]]
    ) -> LlmResponse:
        await self._at("around_model")
        return await ask(request)

    async def around_tool(self, call: FunctionCall, context: ToolContext, proceed: Callable[[], Awaitable[Any]]) -> Any:
        await self._at("around_tool")
        return await proceed()


async def look(place: str) -> str:
    """Look."""
    await trio.sleep(0.1)
    if place == "nowhere":
        raise LookupError(place)
    return "there"


def asks(place: str) -> MockLlm:
    calls = LlmResponse.from_calls([FunctionCall(name="look", args={"place": place})])
    return MockLlm.script([calls, LlmResponse.from_text("found")])


FAILURES = st.frozensets(st.tuples(st.integers(0, 2), st.sampled_from(HOOKS)), max_size=2)


@given(FAILURES, st.sampled_from(["here", "nowhere"]), st.none() | st.floats(0.05, 5))
def test_k2_whoever_has_begun_is_told_of_the_end_once(
    raises: frozenset[tuple[int, str]], place: str, cut: float | None
) -> None:
    log: list[tuple[int, str]] = []
    layers = [Witness(number, raises, log) for number in range(3)]

    async def main() -> None:
        agent = LlmTextAgent("a", asks(place), tools=[look]).with_middleware(*layers)
        with trio.move_on_after(cut if cut is not None else 1000):
            try:
                await agent.run(State({"input": "q"}))
            except AgentError as error:
                assert isinstance(error.__cause__, HookError)  # noqa: PT017

    trio.run(main, clock=MockClock(autojump_threshold=0))
    seen = Counter(log)
    for number in range(3):
        for subject, ends in ENDS.items():
            told = sum(seen[number, end] + seen[number, f"{end} raised"] for end in [*ends, f"cancelled {subject}"])
            assert told == seen[number, f"before_{subject}"], (number, subject, log)


async def test_hooks_go_in_and_out_in_order(autojump_clock: MockClock) -> None:
    log: list[tuple[int, str]] = []
    layers = [Witness(number, frozenset(), log) for number in range(2)]
    agent = LlmTextAgent("a", MockLlm.text("hello")).with_middleware(layers[0]).with_middleware(layers[1])
    assert await agent.ask("q") == "hello"
    assert [entry for entry in log if "agent" in entry[1]] == [
        (1, "before_agent"),
        (0, "before_agent"),
        (1, "around_agent"),
        (0, "around_agent"),
        (0, "after_agent"),
        (1, "after_agent"),
    ], "what was added last stands outside"


class Answering(AgentMiddleware):
    async def before_model(self, request: LlmRequest) -> LlmResponse | None:
        return LlmResponse.from_text("from memory")


class Adding(AgentMiddleware):
    def __init__(self, words: str) -> None:
        self.words = words

    async def after_model(self, request: LlmRequest, response: LlmResponse) -> LlmResponse | None:
        return LlmResponse.from_text(response.text() + self.words)


class Judging(AgentMiddleware):
    def __init__(self) -> None:
        self.judged: list[str] = []

    async def check_model(self, request: LlmRequest, response: LlmResponse) -> None:
        self.judged.append(response.text())


async def test_an_answer_that_a_layer_gives_goes_through_all_of_them_and_is_judged_last() -> None:
    judge, model = Judging(), MockLlm.text("from the model")
    agent = LlmTextAgent("a", model).with_middleware(judge, Answering(), Adding(" one"), Adding(" two"))
    assert await agent.ask("q") == "from memory two one"
    assert judge.judged == ["from memory two one"]
    assert model.call_count == 0


async def test_middleware_stands_around_a_model_alone() -> None:
    judge = Judging()
    model = LayeredLlm(MockLlm.text("hello"), [judge, Adding("!")])
    assert (await model.generate(LlmRequest.from_text("q"))).text() == "hello!"
    assert judge.judged == ["hello!"]
    await model.warm_up()
    outer = Judging()
    assert await LlmTextAgent("a", model).with_middleware(outer).ask("q") == "hello!"
    assert (judge.judged, outer.judged) == (["hello!"] * 2, ["hello!"])


async def test_errors_keep_their_kind() -> None:
    refused = LlmError("HTTP 429", kind=LlmErrorKind.RATE_LIMITED, retryable=True)
    agent = FnTextAgent("f", lambda _: "x") >> LlmTextAgent("a", MockLlm.script([refused])) | FnTextAgent("g", str)
    with pytest.raises(AgentError, match="the agent 'a': too many questions: HTTP 429") as caught:
        await agent.ask("q")
    assert (caught.value.kind, caught.value.agent, caught.value.retryable) == (AgentErrorKind.MODEL, "a", True)
    assert caught.value.model_error is refused


class Loud(AgentMiddleware):
    async def on_error(self, run: AgentRun, error: AgentError) -> None:
        raise HookError

    async def on_model_error(self, request: LlmRequest, error: Exception) -> None:
        raise HookError

    def on_cancelled(self, what: AgentRun | LlmRequest) -> None:
        raise HookError


async def test_what_a_hook_of_the_end_raises_changes_nothing(autojump_clock: MockClock) -> None:
    with pytest.raises(AgentError, match="the script has 0 replies"):
        await LlmTextAgent("a", MockLlm.script([])).with_middleware(Loud()).ask("q")

    async def slow(_: LlmRequest) -> None:
        await trio.sleep(9)

    class Slow(AgentMiddleware):
        async def around_model(
            self, request: LlmRequest, ask: Callable[[LlmRequest], Awaitable[LlmResponse]]
        ) -> LlmResponse:
            await trio.sleep(9)
            return await ask(request)

    with trio.move_on_after(1) as scope:
        await LlmTextAgent("a", MockLlm.text("x")).with_middleware(Loud(), Slow()).ask("q")
    assert scope.cancelled_caught


async def test_errors_beside_a_cancellation_are_logged_and_the_cancellation_goes_on(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def untidy() -> None:
        try:
            await trio.sleep(9)
        finally:
            raise HookError("no tidying")

    class Untidy:
        async def run(self, state: State) -> str:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(untidy)
                nursery.start_soon(trio.sleep, 9)
            return ""

    with trio.move_on_after(1) as scope:
        await (FnTextAgent("f", lambda _: "x") >> Untidy()).ask("q")
    assert scope.cancelled_caught
    assert "raised while it was cancelled" in caplog.text


async def test_a_group_of_one_is_that_one() -> None:
    class Grouping:
        name = "groups"

        async def run(self, state: State) -> str:
            raise ExceptionGroup("one", [HookError("alone")])

    with pytest.raises(AgentError, match="alone") as caught:
        await (FnTextAgent("f", lambda _: "x") | Grouping()).ask("q")
    assert isinstance(caught.value.__cause__, HookError)
    assert caught.value.agent == "groups"
