"""The model that says what it was told to say."""

from __future__ import annotations

import pytest

from tests.cancellation import cancel_everywhere
from trio_live.errors import LlmError, LlmErrorKind
from trio_live.llm import LlmRequest, LlmResponse, MockLlm

HELLO = LlmRequest.from_text("Hello")


async def test_a_fixed_text_is_every_answer_and_every_question_is_kept() -> None:
    llm = MockLlm.text("Hi", model_id="greeter")
    assert not llm.last_request
    assert [(await llm.generate(HELLO)).text() for _ in range(3)] == ["Hi"] * 3
    assert (llm.model_id, llm.call_count, llm.last_request) == ("greeter", 3, HELLO)


async def test_a_script_is_played_in_order_and_fails_loudly_at_its_end() -> None:
    refusal = LlmError("later", kind=LlmErrorKind.RATE_LIMITED, retryable=True)
    llm = MockLlm.script(["one", refusal, LlmResponse.from_text("three")])
    assert (await llm.generate(HELLO)).text() == "one"
    with pytest.raises(LlmError, match="later"):
        await llm.generate(HELLO)
    assert (await llm.generate(HELLO)).text() == "three"
    with pytest.raises(LlmError, match="the script has 3 replies, and this is question 4"):
        await llm.generate(HELLO)


async def test_a_function_sees_the_question() -> None:
    llm = MockLlm.from_fn(lambda request: f"You said {request.contents[0].parts[0].text}")  # type: ignore[index]
    assert (await llm.generate(HELLO)).text() == "You said Hello"


async def test_it_needs_no_warming_up() -> None:
    llm = MockLlm.text("Hi")
    await llm.warm_up()
    assert llm.call_count == 0


async def test_asking_can_be_cancelled() -> None:
    assert await cancel_everywhere(lambda: MockLlm.text("Hi").generate(HELLO)) == 1
