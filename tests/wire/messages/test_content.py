"""The values inside messages, and the little they can do."""

from __future__ import annotations

import pytest

from tests.wire.frames import example, server
from trio_live.wire import Content, FunctionCall, FunctionResponse, ModalityTokenCount, Part, UsageMetadata

CALL = FunctionCall(id="fc_1", name="get_weather", args={"city": "London"})


def usage(note: str) -> UsageMetadata:
    found = server(example(note)).usage_metadata
    assert found is not None
    return found


def test_text_becomes_content_of_one_part() -> None:
    assert Content.of("hi") == Content(role="user", parts=[Part(text="hi")])
    assert Content.of("hi", None) == Content(parts=[Part(text="hi")])


@pytest.mark.parametrize("result", ["fog", 12, None, True, [1, 2], 1.5])
def test_a_result_that_is_no_object_is_wrapped(result: object) -> None:
    assert FunctionResponse.of(CALL, result).response == {"output": result}


def test_a_result_that_is_an_object_stays_as_it_is() -> None:
    answer = FunctionResponse.of(CALL, {"temp_c": 12}, scheduling="SILENT")
    assert answer == FunctionResponse(id="fc_1", name="get_weather", response={"temp_c": 12}, scheduling="SILENT")
    assert FunctionResponse.of(CALL, {}).response == {}


def test_an_error_is_an_answer_too() -> None:
    answer = FunctionResponse.error(CALL, "no seats")
    assert answer == FunctionResponse(
        id="fc_1", name="get_weather", response={"status": "error", "error": "no seats", "retry": False}
    )


def test_google_ai_counts_the_answer_as_response() -> None:
    counted = usage("turn done with usage")
    assert (counted.prompt_token_count, counted.response_tokens, counted.total_token_count) == (1131, 26, 1157)
    assert counted.response_details == [ModalityTokenCount("AUDIO", 26)]
    assert counted.thoughts_token_count == 24


def test_vertex_counts_the_answer_as_candidates() -> None:
    counted = usage("Vertex turn done: candidates*, zero count omitted, empty grounding")
    assert counted.response_tokens == 3
    assert counted.response_details == [ModalityTokenCount("TEXT", 3), ModalityTokenCount("AUDIO")]
    assert counted.traffic_type == "ON_DEMAND"


def test_an_answer_that_was_not_counted_is_none() -> None:
    counted = usage("usage alone")
    assert counted.response_tokens is None
    assert counted.response_details == []


def test_an_answer_of_no_tokens_is_zero_whatever_the_other_dialect_says() -> None:
    assert UsageMetadata(response_token_count=0, candidates_token_count=9).response_tokens == 0


def test_counts_may_come_as_strings() -> None:
    counted = usage("ODD: counts as strings")
    assert (counted.prompt_token_count, counted.total_token_count) == (12, 15)
