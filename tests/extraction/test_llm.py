"""Facts that a text model finds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.extraction.samples import window
from trio_live import ConfigError
from trio_live.conversation import TranscriptTurn, TranscriptWindow
from trio_live.errors import ExtractionFailed, LlmError
from trio_live.events import ToolCallSummary
from trio_live.extraction import FieldPromotion, Interval, LlmExtractor
from trio_live.extraction._llm import word_count
from trio_live.llm import MockLlm


@dataclass
class Order:
    """What the caller wants."""

    dish: str | None = None
    guests: int = 0


def extractor(reply: Any, **options: Any) -> LlmExtractor:
    return LlmExtractor("Order", MockLlm.script([reply]), "Find the order.", **options)


async def test_the_model_is_shown_the_turns_and_asked_for_json() -> None:
    llm = MockLlm.text('{"dish": "soup"}')
    asked = LlmExtractor("Order", llm, "Find the order.").with_schema({"type": "object"})
    turn = TranscriptTurn(0, "Soup", "Coming", (ToolCallSummary("order", '{"dish":"soup"}', '"ok"'),))
    assert await asked.extract(TranscriptWindow((turn,))) == {"dish": "soup"}
    request = llm.requests[0]
    assert request.system_instruction == "Find the order."
    assert (request.response_mime_type, request.response_json_schema) == ("application/json", {"type": "object"})
    shown = str(request.contents[0].parts[0].text)  # type: ignore[index]
    assert shown.startswith('User: Soup\n[Tool: order({"dish":"soup"}) → "ok"]\nAssistant: Coming')
    assert shown.endswith("use null for what was not said.")


@pytest.mark.parametrize(
    "reply",
    ['{"a": 1}', ' {"a": 1}\n', '```json\n{"a": 1}\n```', '```\n{"a": 1}\n```\n', '```{"a": 0}\n{"a": 1}```'],
)
async def test_a_fence_around_json_is_taken_off(reply: str) -> None:
    assert await extractor(reply).extract(window("x")) == {"a": 1}


@pytest.mark.parametrize("reply", ["", "Sure! The dish is soup.", "{", "[" * 100_000, "secret " * 100])
async def test_what_is_no_json_is_an_error_that_repeats_little(reply: str) -> None:
    with pytest.raises(ExtractionFailed, match="the extractor 'Order': the answer is no JSON") as failure:
        await extractor(reply).extract(window("x"))
    assert len(str(failure.value)) < 400


async def test_a_model_without_an_answer_is_its_own_error() -> None:
    with pytest.raises(LlmError, match="nobody home"):
        await extractor(LlmError("nobody home")).extract(window("x"))


async def test_a_type_gives_name_schema_and_a_least_number_of_words() -> None:
    made = LlmExtractor.of_type(Order, MockLlm.text('{"dish": "soup", "guests": 4.0}'), "Find it.")
    assert (made.name, made.window_size, made.min_words) == ("Order", 3, 3)
    assert made.schema is not None
    assert set(made.schema["properties"]) == {"dish", "guests"}
    assert json.dumps(await made.extract(window("soup for four"))) == '{"dish": "soup", "guests": 4}'


@pytest.mark.parametrize("reply", ['{"dish": null}', "{}", '{"guests": null, "dish": "soup"}'])
async def test_what_the_model_could_not_know_is_no_mistake(reply: str) -> None:
    made = LlmExtractor.of_type(Order, MockLlm.text(reply), "Find it.")
    assert await made.extract(window("x")) == json.loads(reply)


@pytest.mark.parametrize("reply", ['{"guests": "many"}', "[1]", "3", '{"dish": 4}', '{"more": 1}'])
async def test_another_shape_than_the_type_is_an_error(reply: str) -> None:
    with pytest.raises(ExtractionFailed, match=r"another shape|an object is wanted"):
        await LlmExtractor.of_type(Order, MockLlm.text(reply), "Find it.").extract(window("x"))


@pytest.mark.parametrize("kind", [int, list[str], "Order"])
def test_what_has_no_fields_cannot_be_extracted(kind: Any) -> None:
    with pytest.raises(ConfigError, match="cannot be extracted"):
        LlmExtractor.of_type(kind, MockLlm.text(""), "Find it.")


def test_every_setter_returns_another_extractor() -> None:
    plain = extractor("{}")
    changed = (
        plain.with_min_words(3)
        .with_trigger(Interval(2))
        .with_promotions(FieldPromotion.overwrite("dish"))
        .with_timeout(2)
    )
    assert (plain.min_words, plain.promotion_rules, plain.timeout) == (0, (), 10.0)
    assert (changed.min_words, changed.trigger, changed.timeout) == (3, Interval(2), 2)
    assert changed.promotion_rules == (FieldPromotion.overwrite("dish"),)


def test_only_the_last_turn_decides_whether_enough_was_said() -> None:
    picky = extractor("{}", min_words=3)
    assert picky.should_extract(window("yes", "I would like soup"))
    assert not picky.should_extract(window("I would like soup", "yes"))
    assert not picky.should_extract(window("I would like soup", ("", "Soup it is")))
    assert extractor("{}").should_extract(window(""))


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("yes please", 2), ("予約をお願いします", 4), ("ok 予約する", 3), ("สวัสดีครับ", 5), ("two\n lines", 2)],
)
def test_words_are_counted_in_languages_without_spaces_too(text: str, words: int) -> None:
    assert word_count(text) == words
