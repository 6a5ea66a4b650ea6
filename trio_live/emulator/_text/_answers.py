"""Answers to single questions: in words, as functions to be run, or as JSON.

A text API remembers nothing: each question brings the whole conversation along. So the persona is taken through it from
the beginning, and what it says last is the answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from trio_live._typing import JsonObject
from trio_live.emulator._persona import (
    Ask,
    Decision,
    Memory,
    Persona,
    Say,
    answer,
    fresh_memory,
    resume,
)
from trio_live.emulator._service import text_tokens
from trio_live.emulator._text._facts import facts_in, shaped
from trio_live.llm import LlmResponse
from trio_live.llm._internal import (
    Candidate,
    GenerateRequest,
    GenerateResponse,
    TextUsage,
    in_pieces,
    is_of_the_live_api,
)
from trio_live.wire import Content, FunctionCall, Part


class BadQuestion(ValueError):  # noqa: N818  # named for what it is
    """A question that makes no sense; its text says why."""


def answer_question(persona: Persona, model: str, question: GenerateRequest) -> GenerateResponse:
    """Answer one question.

    Args:
        persona: who answers.
        model: the model that is asked.
        question: with the whole conversation.

    Raises:
        BadQuestion: it cannot be answered.
    """
    if is_of_the_live_api(model):
        raise BadQuestion(f"{model} is not supported for generateContent.")
    if not question.contents:
        raise BadQuestion("* GenerateContentRequest.contents: contents is not specified")
    content = _content(persona, question)
    asked = sum(text_tokens(_words(each)) for each in question.contents)
    said = text_tokens(_words(content))
    return GenerateResponse(
        candidates=[Candidate(content=content, finish_reason="STOP", index=0)],
        usage_metadata=TextUsage(prompt_token_count=asked, candidates_token_count=said, total_token_count=asked + said),
        model_version=model,
    )


def cut(answer: GenerateResponse) -> list[GenerateResponse]:
    """An answer as it is streamed: word by word, the reason to end and the tokens with the last."""
    (candidate,) = answer.candidates or [Candidate()]
    whole = LlmResponse(candidate.content or Content(role="model"), candidate.finish_reason)
    pieces = [*in_pieces(whole)]
    return [
        GenerateResponse(
            candidates=[Candidate(content=piece.content, finish_reason=piece.finish_reason, index=0)],
            usage_metadata=answer.usage_metadata if number == len(pieces) else None,
            model_version=answer.model_version,
        )
        for number, piece in enumerate(pieces, start=1)
    ]


def _content(persona: Persona, question: GenerateRequest) -> Content:
    config = question.generation_config
    if config is not None and config.response_mime_type == "application/json":
        conversation = "\n".join(_words(content) for content in question.contents if content.role != "model")
        found = shaped(facts_in(persona, conversation), config.response_schema or config.response_json_schema)
        return Content.of(json.dumps(found, ensure_ascii=False), "model")
    return _said(_taken_through(persona, question))


def _taken_through(persona: Persona, question: GenerateRequest) -> Decision:
    """What the persona decides at the end of the conversation."""
    tools = {function.name for tool in question.tools or () for function in tool.function_declarations or ()}
    memory: Memory = fresh_memory(persona)
    decision: Decision | None = None
    for content in question.contents:
        if content.role == "model":
            continue
        answers = [part.function_response for part in content.parts or () if part.function_response is not None]
        ask = decision.actions[-1] if decision is not None and decision.actions else None
        if answers and isinstance(ask, Ask):
            given = [_given(call.tool, [(each.name, each.response) for each in answers]) for call in ask.calls]
            decision = resume(persona, memory, ask, given, tools)
        else:
            decision = answer(persona, memory, _words(content), tools)
        memory = decision.memory
    return decision or answer(persona, memory, "", tools)


def _given(name: str, answers: Sequence[tuple[str, JsonObject | None]]) -> JsonObject | None:
    return next((response or {} for each, response in answers if each == name), None)


def _said(decision: Decision) -> Content:
    """What was decided, as one content: words first, then the functions that are to be run."""
    lines = [line for action in decision.actions if isinstance(action, Say) for line in action.lines]
    calls = [call for action in decision.actions if isinstance(action, Ask) for call in action.calls]
    parts = [Part(text=" ".join(lines))] if lines else []
    parts += [Part(function_call=FunctionCall(name=call.tool, args=call.args)) for call in calls]
    return Content(role="model", parts=parts or [Part(text="")])


def _words(content: Content) -> str:
    return "\n".join(part.text for part in content.parts or () if part.text)
