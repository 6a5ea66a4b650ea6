"""The text API's requests and answers as JSON.

Source: the reference of ``models.generateContent`` (ai.google.dev) and of the same method of Vertex AI; the two differ
in nothing that is used here.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from trio_live._typing import JsonObject
from trio_live.errors import LlmError, LlmErrorKind
from trio_live.llm._values import LlmRequest, LlmResponse, TokenUsage
from trio_live.tools import normalise
from trio_live.transport import Address
from trio_live.wire import Content, Tool
from trio_live.wire._internal import Wire

_SCHEMES: Final = {"ws": "http", "wss": "https"}


class _Thinking(Wire, frozen=True):
    thinking_budget: int | None = None


class TextConfig(Wire, frozen=True):
    """``generationConfig`` of the text API."""

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_output_tokens: int | None = None
    stop_sequences: list[str] | None = None
    response_mime_type: str | None = None
    response_schema: JsonObject | None = None
    response_json_schema: JsonObject | None = None
    """The other way to say the schema; read, never sent."""
    thinking_config: _Thinking | None = None


class GenerateRequest(Wire, frozen=True):
    """The body of a question."""

    contents: list[Content] = []  # noqa: RUF012 - msgspec copies it
    system_instruction: Content | None = None
    tools: list[Tool] | None = None
    generation_config: TextConfig | None = None


class Candidate(Wire, frozen=True):
    """One answer. Only one is ever asked for."""

    content: Content | None = None
    finish_reason: str | None = None
    index: int | None = None


class PromptFeedback(Wire, frozen=True):
    """Why a question was not answered."""

    block_reason: str | None = None


class TextUsage(Wire, frozen=True):
    """Tokens; an absent count means zero."""

    prompt_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    total_token_count: int | None = None


class Trouble(Wire, frozen=True):
    """What goes wrong while an answer is streamed."""

    code: int | None = None
    message: str | None = None


class GenerateResponse(Wire, frozen=True):
    """The body of an answer, or one piece of it where it is streamed."""

    candidates: list[Candidate] | None = None
    prompt_feedback: PromptFeedback | None = None
    usage_metadata: TextUsage | None = None
    model_version: str | None = None
    error: Trouble | None = None


STATUS_KINDS: Final = {
    400: (LlmErrorKind.CONFIG, False),
    401: (LlmErrorKind.AUTH, False),
    403: (LlmErrorKind.AUTH, False),
    404: (LlmErrorKind.MODEL_NOT_AVAILABLE, False),
    408: (LlmErrorKind.API, True),
    429: (LlmErrorKind.RATE_LIMITED, True),
}
"""HTTP status → the kind of error, and whether asking again may help. Every other 5xx is worth another try."""


def error_of(status: int | None, words: str, retry_after: float | None = None) -> LlmError:
    """The error for a status, be it that of a response or one in the middle of it; without one, the service's fault."""
    fault = status is None or status >= 500  # noqa: PLR2004 - the server's
    kind, retryable = STATUS_KINDS.get(status or 0, (LlmErrorKind.API, fault))
    where = "in the middle of the answer" if status is None else f"HTTP {status}"
    told = f"{where}: {words}" if words else where
    return LlmError(told, kind=kind, status=status, retryable=retryable, retry_after=retry_after)


_encoder = msgspec.json.Encoder()
_request_decoder = msgspec.json.Decoder(GenerateRequest)
_response_decoder = msgspec.json.Decoder(GenerateResponse)
_plain_decoder = msgspec.json.Decoder()

_LIVE: Final = re.compile(r"(?:^|[-/])live(?:-|$)|native-audio")


def is_of_the_live_api(model: str) -> bool:
    """Whether a model answers no text requests: the Live API alone serves it."""
    return _LIVE.search(model) is not None


WITHHELD: Final = frozenset({"SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "RECITATION", "SPII", "IMAGE_SAFETY"})
"""Reasons to end for which the rest of an answer is kept back."""


def encode_request(request: LlmRequest) -> bytes:
    """The body of a question: every field of it."""
    config = TextConfig(
        temperature=request.temperature,
        top_p=request.top_p,
        top_k=request.top_k,
        max_output_tokens=request.max_output_tokens,
        stop_sequences=list(request.stop_sequences) or None,
        response_mime_type=request.response_mime_type,
        response_schema=None if request.response_json_schema is None else normalise(request.response_json_schema),
        thinking_config=None if request.thinking_budget is None else _Thinking(request.thinking_budget),
    )
    instruction = request.system_instruction
    return _encode(
        GenerateRequest(
            contents=list(request.contents),
            system_instruction=None if instruction is None else Content.of(instruction, None),
            tools=list(request.tools) or None,
            generation_config=None if config == TextConfig() else config,
        )
    )


def decode_request(body: bytes) -> GenerateRequest:
    """A question, as a server reads it.

    Raises:
        ValueError: it cannot be read; the words say where.
    """
    return _request_decoder.decode(body)


def encode_response(response: GenerateResponse) -> bytes:
    """An answer, as a server writes it."""
    return _encode(response)


def decode_response(body: bytes, *, is_piece: bool = False) -> LlmResponse:
    """The answer in a body.

    Args:
        body: of the HTTP response, or of one event of it.
        is_piece: it is a part of an answer, which may be nothing but a count of tokens; or an error.

    Raises:
        LlmError: it cannot be read, or holds no answer, or what there is of it is kept back.
    """
    try:
        read = _response_decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise LlmError(f"the answer cannot be read: {error}", kind=LlmErrorKind.API, retryable=True) from None
    if is_piece and read.error is not None:
        raise error_of(read.error.code, read.error.message or "")
    blocked = read.prompt_feedback and read.prompt_feedback.block_reason
    if blocked:
        raise LlmError(f"the question was refused: {blocked}", kind=LlmErrorKind.CONTENT_FILTERED)
    if not read.candidates and not (is_piece and read.usage_metadata is not None):
        raise LlmError("the answer holds no candidate", kind=LlmErrorKind.API, retryable=True)
    candidate = read.candidates[0] if read.candidates else Candidate()
    if candidate.finish_reason in WITHHELD:
        raise LlmError(f"the answer was kept back: {candidate.finish_reason}", kind=LlmErrorKind.CONTENT_FILTERED)
    content = candidate.content or Content(role="model")
    return LlmResponse(content, candidate.finish_reason, _usage(read.usage_metadata or TextUsage()), read.model_version)


def rest_base(address: Address) -> str:
    """Where plain HTTP requests go: the address of a dial, without what makes it one."""
    parts = urlsplit(address.url)
    return f"{_SCHEMES[parts.scheme]}://{parts.netloc}{parts.path.partition('/ws/')[0]}"


def error_words(body: bytes) -> str:
    """What the body of an error says: ``error.message`` where there is one, else its beginning."""
    try:
        read: Any = _plain_decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        read = None
    match read[0] if isinstance(read, list) and read else read:
        case {"error": {"message": str(message)}}:
            return message
        case _:
            return body[:200].decode(errors="replace").strip()


def _usage(usage: TextUsage) -> TokenUsage:
    prompt = usage.prompt_token_count or 0
    completion = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
    return TokenUsage(prompt, completion, usage.total_token_count or prompt + completion)


def _encode(body: Wire) -> bytes:
    try:
        return _encoder.encode(body)
    except (TypeError, ValueError, UnicodeEncodeError) as error:
        raise LlmError(f"the question holds what is not JSON: {error}", kind=LlmErrorKind.CONFIG) from None
