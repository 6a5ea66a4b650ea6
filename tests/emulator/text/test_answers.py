"""Single questions to a persona."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.callers import persona
from trio_live.emulator._text import BadQuestion, answer_question
from trio_live.llm._internal import GenerateRequest, GenerateResponse, decode_request
from trio_live.wire import Content

DESK = persona(
    r"""
[[rule]]
heard = { pattern = '''free on (?P<day>\w+)''' }
call = { tool = "find_slots", args = { day = "{day:title}" } }
then = { say = "On {day:title} there is {find_slots}." }
without_tool = { say = "I cannot look." }

[[rule]]
heard = { keywords = ["thanks"] }
say = "You asked for {day:title}."

[[default]]
say = "You said {heard}."
"""
)
TOOLS = [{"functionDeclarations": [{"name": "find_slots"}]}]


def asked(*contents: dict[str, Any], **fields: Any) -> GenerateResponse:
    body = {"contents": list(contents), **fields}
    return answer_question(DESK, "gemini-3.8-flash", decode_request(json.dumps(body).encode()))


def text(words: str, role: str = "user") -> dict[str, Any]:
    return {"role": role, "parts": [{"text": words}]}


def said(response: GenerateResponse) -> Content:
    assert response.candidates
    content = response.candidates[0].content
    assert content is not None
    return content


def test_a_question_is_answered_in_words_and_counted() -> None:
    response = asked(text("Hello"))
    assert said(response) == Content.of("You said Hello.", "model")
    assert response.model_version == "gemini-3.8-flash"
    usage = response.usage_metadata
    assert usage is not None
    assert usage.prompt_token_count
    assert usage.total_token_count == usage.prompt_token_count + (usage.candidates_token_count or 0)


def test_the_whole_conversation_comes_with_the_question() -> None:
    history = [text("Who is free on friday"), text("I cannot look.", "model")]
    assert said(asked(*history, text("thanks"))) == Content.of("You asked for Friday.", "model")


def test_a_declared_function_is_called_and_its_answer_used() -> None:
    question = text("Who is free on friday")
    parts = said(asked(question, tools=TOOLS)).parts
    assert parts is not None
    call = parts[0].function_call
    assert call is not None
    assert (call.name, call.args) == ("find_slots", {"day": "Friday"})
    told = {"role": "user", "parts": [{"functionResponse": {"name": "find_slots", "response": {"output": "Chen"}}}]}
    asks = {"role": "model", "parts": [{"functionCall": {"name": "find_slots", "args": {"day": "Friday"}}}]}
    assert said(asked(question, asks, told, tools=TOOLS)) == Content.of("On Friday there is Chen.", "model")
    assert said(asked(question)) == Content.of("I cannot look.", "model")


def test_json_is_filled_from_what_the_user_said() -> None:
    config = {
        "responseMimeType": "application/json",
        "responseSchema": {"type": "OBJECT", "properties": {"day": {"type": "STRING"}, "name": {"type": "STRING"}}},
    }
    response = asked(text("User: free on Friday?\nAssistant: free on Monday"), generationConfig=config)
    assert json.loads(str((said(response).parts or [])[0].text)) == {"day": "Friday", "name": None}


@pytest.mark.parametrize(
    ("model", "contents", "words"),
    [
        ("gemini-3.8-live", [text("Hello")], "is not supported for generateContent"),
        ("gemini-3.8-flash", [], "contents is not specified"),
    ],
)
def test_what_makes_no_sense_is_refused(model: str, contents: list[Any], words: str) -> None:
    with pytest.raises(BadQuestion, match=words):
        answer_question(DESK, model, GenerateRequest(contents=contents))
