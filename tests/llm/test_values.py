"""Questions and answers of text models."""

from __future__ import annotations

from trio_live.llm import LlmRequest, LlmResponse, TokenUsage
from trio_live.wire import Content, FunctionCall, Part


def test_a_question_of_one_text_is_the_users() -> None:
    request = LlmRequest.from_text("Hello", system_instruction="Be kind.")
    assert request.contents == (Content.of("Hello"),)
    assert request.system_instruction == "Be kind."
    asked = request.asking_for("application/json", {"type": "object"})
    assert (asked.response_mime_type, asked.response_json_schema) == ("application/json", {"type": "object"})


def test_an_answer_says_what_is_said_and_not_what_is_thought() -> None:
    call = FunctionCall(id="1", name="f")
    parts = [Part(text="hm", thought=True), Part(text="It "), Part(function_call=call), Part(text="rains.")]
    response = LlmResponse(Content(role="model", parts=parts))
    assert response.text() == "It rains."
    assert response.function_calls() == [call]
    assert LlmResponse.from_calls([call]).function_calls() == [call]
    assert (LlmResponse(Content()).text(), LlmResponse(Content()).function_calls()) == ("", [])


def test_usages_add_up() -> None:
    assert sum([TokenUsage(1, 2, 3), TokenUsage(4, 5, 9)], TokenUsage()) == TokenUsage(5, 7, 12)
