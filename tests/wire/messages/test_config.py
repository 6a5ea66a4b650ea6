"""The settings of ``setup``."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from tests.wire.frames import client, example, written
from tests.wire.strategies import JSON, structs
from trio_live.wire import (
    AudioTranscriptionConfig,
    ClientMessage,
    FunctionDeclaration,
    GenerationConfig,
    SessionResumptionConfig,
    Setup,
    SlidingWindow,
    Tool,
    encode_client_message,
)


def setup(note: str) -> Setup:
    found = client(example(note)).setup
    assert found is not None
    return found


def test_presence_switches_a_feature_on() -> None:
    asked = setup("voice agent, Google AI")
    assert asked.input_audio_transcription == AudioTranscriptionConfig()
    assert asked.session_resumption == SessionResumptionConfig()
    assert asked.context_window_compression is not None
    assert asked.context_window_compression.sliding_window == SlidingWindow()
    assert asked.proactivity is None


def test_numbers_keep_their_spelling() -> None:
    asked = setup("ODD: camel and snake mixed, as the official Python client sends").generation_config
    assert asked is not None
    assert isinstance(asked.top_k, float)
    whole = client({"setup": {"model": "m", "generationConfig": {"topK": 40, "temperature": 1}}}).setup
    assert whole is not None
    assert whole.generation_config == GenerationConfig(top_k=40, temperature=1)
    assert b'"topK":40}' in encode_client_message(ClientMessage(setup=whole))


def test_counts_of_64_bits_are_kept_as_strings() -> None:
    compression = setup("compression with explicit int64 as strings").context_window_compression
    assert compression is not None
    assert compression.trigger_tokens == "25000"
    assert compression.sliding_window == SlidingWindow("8000")


@pytest.mark.parametrize("number", ["20", 20, 20.0, "20.0"])
def test_a_count_is_read_from_every_spelling(number: Any) -> None:
    detection = {"prefixPaddingMs": number}
    asked = client({"setup": {"model": "m", "realtimeInputConfig": {"automaticActivityDetection": detection}}})
    assert asked.setup is not None
    assert asked.setup.realtime_input_config is not None
    found = asked.setup.realtime_input_config.automatic_activity_detection
    assert found is not None
    assert found.prefix_padding_ms == 20
    assert type(found.prefix_padding_ms) is int


SCHEMA = {
    "type": "OBJECT",
    "properties": {"some_key": {"type": "STRING"}, "someKey": {"any_of": [{"type": "NULL"}]}, "zqx": None},
    "additional_properties": False,
}


@pytest.mark.parametrize("field", ["parameters", "parametersJsonSchema", "response", "responseJsonSchema"])
def test_a_schema_is_data_and_keeps_its_keys(field: str) -> None:
    frame = {"setup": {"model": "m", "tools": [{"functionDeclarations": [{"name": "f", field: SCHEMA}]}]}}
    assert written(client(frame)) == frame
    snake = {"setup": {"model": "m", "tools": [{"function_declarations": [{"name": "f", field: SCHEMA}]}]}}
    assert written(client(snake, strict=True)) == frame


def test_labels_keep_their_keys() -> None:
    frame = {"setup": {"model": "m", "labels": {"cost_center": "voice", "costCenter": "x"}}}
    assert written(client(frame, strict=True)) == frame


@settings(deadline=None)
@given(JSON)
def test_no_schema_is_changed_on_the_way(schema: Any) -> None:
    declaration = FunctionDeclaration(name="f", parameters_json_schema=schema)
    message = ClientMessage(setup=Setup(model="m", tools=[Tool(function_declarations=[declaration])]))
    frame = written(message)
    frame["setup"]["generation_config"] = {}  # one name in the other case sends it along the slow road
    read = client(frame, strict=True).setup
    assert read is not None
    assert read.tools == [Tool(function_declarations=[declaration])]


@settings(deadline=None)
@given(structs(Setup))
def test_a_whole_setup_survives_a_strict_server(setup: Setup) -> None:
    frame = {"setup": written(ClientMessage(setup=Setup(model="m", tools=setup.tools)))["setup"]}
    assert written(ClientMessage(setup=client(frame).setup)) == frame
