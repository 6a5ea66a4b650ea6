"""Layers that limit."""

from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from trio_live import ConfigError, FunctionCall, ToolDispatcher, ToolError
from trio_live.agents import FnTextAgent, LlmTextAgent
from trio_live.compose import M
from trio_live.errors import AgentError, AgentErrorKind, LlmError, LlmErrorKind, ToolErrorKind
from trio_live.llm import BaseLlm, LlmRequest, LlmResponse, MockLlm

Q = LlmRequest.from_text("q")
BUSY = LlmError("busy", kind=LlmErrorKind.RATE_LIMITED, retryable=True)
WAIT = LlmError("busy", kind=LlmErrorKind.RATE_LIMITED, retryable=True, retry_after=7)
FATAL = LlmError("no", kind=LlmErrorKind.AUTH)


class Slow(BaseLlm):
    model_id = "slow"

    async def generate(self, request: LlmRequest) -> LlmResponse:
        await trio.sleep(9)
        return LlmResponse.from_text("late")


async def sleepy() -> str:
    """Sleep."""
    await trio.sleep(9)
    return "late"


async def test_time_is_limited_for_agents_models_and_tools(autojump_clock: MockClock) -> None:
    told: list[str] = []
    slow = LlmTextAgent("a", Slow())
    with pytest.raises(AgentError, match="no reply within 2 s") as caught:
        await (
            (FnTextAgent("f", lambda _: "x") >> slow).with_middleware(M.on_timeout(told.append), M.timeout(2)).ask("q")
        )
    assert (caught.value.kind, told) == (AgentErrorKind.TIMED_OUT, ["f >> a"])
    with pytest.raises(LlmError, match="no answer within 2 s") as late:
        await M.around(Slow(), M.timeout(2)).generate(Q)
    assert late.value.retryable
    with pytest.raises(ToolError) as tool:
        await ToolDispatcher(sleepy, middleware=(M.timeout(2),)).call(FunctionCall(name="sleepy"))
    assert tool.value.kind is ToolErrorKind.TIMED_OUT
    assert trio.current_time() == pytest.approx(6)


async def test_a_model_is_asked_again_when_that_may_help(autojump_clock: MockClock) -> None:
    retry = M.retry(2)
    model = MockLlm.script([BUSY, WAIT, "done"])
    assert (await M.around(model, retry).generate(Q)).text() == "done"
    assert trio.current_time() == pytest.approx(7.5)
    assert (retry.attempts, retry.max_retries, retry.should_retry) == (2, 2, False)
    with pytest.raises(LlmError, match="busy"):
        await M.around(MockLlm.script([BUSY] * 3), retry).generate(Q)
    hopeless = MockLlm.script([FATAL, "never"])
    with pytest.raises(LlmError, match="no"):
        await M.around(hopeless, retry).generate(Q)
    assert hopeless.call_count == 1
    assert retry.should_retry
    retry.record_attempt()
    assert (retry.attempts, retry.should_retry) == (1, False)
    retry.reset()
    assert retry.attempts == 0


async def test_questions_and_tools_keep_their_pace(autojump_clock: MockClock) -> None:
    model = M.around(MockLlm.text("x"), M.rate_limit(2))
    async with trio.open_nursery() as nursery:
        for _ in range(5):
            nursery.start_soon(model.generate, Q)
    assert trio.current_time() == pytest.approx(2)


async def test_tools_that_fail_are_left_alone_for_a_while(autojump_clock: MockClock) -> None:
    fails = True

    async def act() -> str:
        """Act."""
        if fails:
            raise LookupError("broken")
        return "done"

    breaker = M.circuit_breaker(2, cool_off=10)
    tools = ToolDispatcher(act, middleware=(breaker,))

    async def outcome() -> str:
        try:
            return str(await tools.call(FunctionCall(name="act")))
        except ToolError as error:
            return error.kind.name

    assert [await outcome() for _ in range(4)] == ["FAILED", "FAILED", "DECLINED", "DECLINED"]
    assert breaker.is_open
    await trio.sleep(10)
    assert [await outcome() for _ in range(2)] == ["FAILED", "DECLINED"], "one may try; it fails, and it is open again"
    fails = False
    await trio.sleep(10)
    assert [await outcome() for _ in range(2)] == ["done", "done"]
    assert not breaker.is_open


async def test_a_trial_that_is_cancelled_lets_another_one_try(autojump_clock: MockClock) -> None:
    breaker = M.circuit_breaker(1, cool_off=1)
    tools = ToolDispatcher(sleepy, middleware=(breaker,), timeout=2)
    with pytest.raises(ToolError):
        await tools.call(FunctionCall(name="sleepy"))
    await trio.sleep(1)
    with trio.move_on_after(1):
        await tools.call(FunctionCall(name="sleepy"))
    with pytest.raises(ToolError) as caught:
        await tools.call(FunctionCall(name="sleepy"))
    assert caught.value.kind is ToolErrorKind.TIMED_OUT, "it was let in"


async def test_another_model_is_asked_once() -> None:
    second = MockLlm.script(["second", FATAL])
    model = M.around(MockLlm.script([FATAL, FATAL]), M.fallback_model(second))
    assert (await model.generate(Q)).text() == "second"
    with pytest.raises(LlmError):
        await model.generate(Q)
    assert second.call_count == 2


async def test_the_same_question_to_the_same_model_gets_the_answer_of_before() -> None:
    cache, one, two = M.cache(2), MockLlm.text("one", model_id="one"), MockLlm.text("two", model_id="two")
    asks = [M.around(one, cache), M.around(two, cache)]
    for _ in range(2):
        assert [(await ask.generate(Q)).text() for ask in asks] == ["one", "two"]
    assert (one.call_count, two.call_count, cache.size) == (1, 1, 2)
    await asks[0].generate(LlmRequest.from_text("q", system_instruction="other"))
    assert (one.call_count, cache.size) == (2, 2)
    cache.clear()
    await asks[0].generate(Q)
    assert (one.call_count, cache.size) == (3, 1)


async def test_repetitions_and_shares_are_refused() -> None:
    model = M.around(MockLlm.text("x"), M.dedup())
    await model.generate(Q)
    with pytest.raises(LlmError, match="right before"):
        await model.generate(Q)
    await model.generate(LlmRequest.from_text("other"))
    await model.generate(Q)
    for rate, passed in ((0.25, 5), (0, 0), (-3, 0), (1, 20), (7, 20)):
        plain = MockLlm.text("x")
        sampled = M.around(plain, M.sample(rate))
        for _ in range(20):
            try:
                await sampled.generate(Q)
            except LlmError as error:
                assert "of the questions are asked" in str(error)  # noqa: PT017
        assert plain.call_count == passed


@pytest.mark.parametrize(
    "make",
    [
        lambda: M.timeout(0),
        lambda: M.retry(0),
        lambda: M.retry(0.5),  # type: ignore[arg-type]
        lambda: M.cache(0.5),  # type: ignore[arg-type]
        lambda: M.circuit_breaker(1.5),  # type: ignore[arg-type]
        lambda: M.rate_limit(-1),
        lambda: M.circuit_breaker(0),
        lambda: M.cache(0),
        lambda: M.sample(float("nan")),
        lambda: M.fallback_model("gemini"),  # type: ignore[arg-type]
    ],
)
def test_what_limits_nothing_is_refused_at_once(make: Any) -> None:
    with pytest.raises(ConfigError, match=r"^M\."):
        make()
