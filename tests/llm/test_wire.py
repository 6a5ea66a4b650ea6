"""Questions and answers as JSON."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from trio_live.errors import LlmError, LlmErrorKind
from trio_live.llm import LlmRequest, TokenUsage
from trio_live.llm._wire import decode_request, decode_response, encode_request, error_words
from trio_live.wire import Content, FunctionDeclaration, Tool

FULL = LlmRequest(
    [Content.of("Hello"), Content.of("Hi", "model")],
    system_instruction="Be kind.",
    tools=[Tool(function_declarations=[FunctionDeclaration(name="f")])],
    temperature=0.5,
    top_p=0.9,
    top_k=40,
    max_output_tokens=100,
    stop_sequences=["END"],
    response_mime_type="application/json",
    response_json_schema={"type": ["string", "null"]},
    thinking_budget=0,
)

WIRE: dict[str, tuple[str, Any]] = {
    "contents": ("contents", [{"role": r, "parts": [{"text": t}]} for r, t in (("user", "Hello"), ("model", "Hi"))]),
    "system_instruction": ("systemInstruction", {"parts": [{"text": "Be kind."}]}),
    "tools": ("tools", [{"functionDeclarations": [{"name": "f"}]}]),
    "temperature": ("generationConfig.temperature", 0.5),
    "top_p": ("generationConfig.topP", 0.9),
    "top_k": ("generationConfig.topK", 40),
    "max_output_tokens": ("generationConfig.maxOutputTokens", 100),
    "stop_sequences": ("generationConfig.stopSequences", ["END"]),
    "response_mime_type": ("generationConfig.responseMimeType", "application/json"),
    "response_json_schema": ("generationConfig.responseSchema", {"type": "STRING", "nullable": True}),
    "thinking_budget": ("generationConfig.thinkingConfig", {"thinkingBudget": 0}),
}


def test_every_field_of_a_question_has_a_row_here() -> None:
    assert set(WIRE) == {field.name for field in attrs.fields(LlmRequest)}


@pytest.mark.parametrize("field", WIRE)
def test_every_field_of_a_question_reaches_the_wire(field: str) -> None:
    path, value = WIRE[field]
    body: Any = json.loads(encode_request(FULL))
    for step in path.split("."):
        body = body[step]
    assert body == value


def test_what_was_not_asked_for_is_not_sent() -> None:
    assert json.loads(encode_request(LlmRequest.from_text("Hello"))) == {"contents": [WIRE["contents"][1][0]]}


def test_a_server_reads_what_was_asked() -> None:
    read = decode_request(encode_request(FULL))
    assert read.contents == list(FULL.contents)
    assert read.generation_config is not None
    assert read.generation_config.response_schema == {"type": "STRING", "nullable": True}
    with pytest.raises(ValueError, match="contents"):
        decode_request(b'{"contents": 3}')


def test_an_answer_is_read_with_its_tokens() -> None:
    usage = {"promptTokenCount": 5, "candidatesTokenCount": 2, "thoughtsTokenCount": 3, "totalTokenCount": 10}
    candidate = {"content": {"role": "model", "parts": [{"text": "Hi"}]}, "finishReason": "MAX_TOKENS"}
    body = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-3.8-flash-001"}
    response = decode_response(json.dumps(body).encode())
    assert response.model == "gemini-3.8-flash-001"
    assert (response.text(), response.finish_reason, response.usage) == ("Hi", "MAX_TOKENS", TokenUsage(5, 5, 10))


@pytest.mark.parametrize(
    ("body", "kind", "retryable"),
    [
        (b"<html>", LlmErrorKind.API, True),
        (b"\xff", LlmErrorKind.API, True),
        (b'{"candidates": "none"}', LlmErrorKind.API, True),
        (b"{}", LlmErrorKind.API, True),
        (b'{"promptFeedback": {"blockReason": "SAFETY"}}', LlmErrorKind.CONTENT_FILTERED, False),
        (b'{"candidates": [{"finishReason": "SAFETY"}]}', LlmErrorKind.CONTENT_FILTERED, False),
    ],
)
def test_what_is_no_answer_is_a_typed_error(body: bytes, kind: LlmErrorKind, retryable: bool) -> None:  # noqa: FBT001 - a row
    with pytest.raises(LlmError) as failure:
        decode_response(body)
    assert (failure.value.kind, failure.value.retryable) == (kind, retryable)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"code": 400, "message": "no such field"}}', "no such field"),
        (b'[{"error": {"message": "quota"}}]', "quota"),
        (b"<html>Bad gateway</html>", "<html>Bad gateway</html>"),
        (b"x" * 1000, "x" * 200),
        (b"", ""),
    ],
)
def test_the_words_of_an_error_are_found(body: bytes, words: str) -> None:
    assert error_words(body) == words


def test_what_cannot_be_sent_is_the_askers_mistake() -> None:
    content = Content.of("\ud800")
    with pytest.raises(LlmError) as failure:
        encode_request(LlmRequest([content]))
    assert failure.value.kind is LlmErrorKind.CONFIG
