"""What one frame may hold at most: at the limit it is read, one beyond it is one error that names the limit."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from trio_live.errors import RemoteProtocolError
from trio_live.wire import LIMITS, decode_client_message, decode_server_message, encode_client_message
from trio_live.wire._limits import LONG, check_free, check_long


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth - 1):
        value = {"a": value}
    return value


def call(**fields: Any) -> dict[str, Any]:
    return {"toolCall": {"functionCalls": [{"id": "1", "name": "f", **fields}]}}


FRAMES: dict[str, Callable[[int], Any]] = {
    "values": lambda most: {"future": [0] * (most - 1), "blob": "x" * LONG},
    "depth": lambda most: call(args=nested(most)),
    "parts": lambda most: {"serverContent": {"modelTurn": {"parts": [{"text": "x"}] * most}}},
    "text": lambda most: {"serverContent": {"inputTranscription": {"text": "x" * most}}},
    "calls": lambda most: {"toolCall": {"functionCalls": [{"name": "f"}] * most}},
    "pieces": lambda most: call(partialArgs=[{"jsonPath": "$.a"}] * most),
    "ids": lambda most: {"toolCallCancellation": {"ids": ["x"] * most}},
}
"""A frame of exactly so much, by the limit it meets."""


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_at_its_limit_is_read_and_beyond_it_is_refused_by_name(name: str) -> None:
    most = LIMITS[name].most
    decode_server_message(json.dumps(FRAMES[name](most)))
    with pytest.raises(RemoteProtocolError) as caught:
        decode_server_message(json.dumps(FRAMES[name](most + 1)))
    assert caught.value.limit == name
    assert name in str(caught.value)
    assert f"{most:,}" in str(caught.value)


@pytest.mark.parametrize("strict", [True, False])
def test_a_message_of_a_client_may_be_as_deep_as_the_limit_in_all(*, strict: bool) -> None:
    own = len(["setup", "tools", "0", "functionDeclarations", "0"])

    def setup(depth: int) -> str:
        function = {"name": "f", "parameters": nested(depth - own)}
        return json.dumps({"setup": {"model": "models/m", "tools": [{"functionDeclarations": [function]}]}})

    most = LIMITS["depth"].most
    message = decode_client_message(setup(most), strict=strict)
    encode_client_message(message)
    with pytest.raises(RemoteProtocolError) as caught:
        decode_client_message(setup(most + 1), strict=strict)
    assert caught.value.limit == "depth"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("often", [500, 20_000])
def test_values_that_are_alone_inside_of_others_count_although_they_have_no_commas(
    opening: str, closing: str, often: int
) -> None:
    deep = opening * 90 + "1" + closing * 90
    with pytest.raises(RemoteProtocolError) as caught:
        decode_server_message('{"goAway":{"timeLeft":[' + ",".join([deep] * often) + "]}}")
    assert caught.value.limit == "values"


def test_written_text_has_the_limit_of_a_transcript() -> None:
    half = "x" * (LIMITS["text"].most // 2)
    with pytest.raises(RemoteProtocolError, match="text"):
        decode_server_message(json.dumps({"serverContent": {"modelTurn": {"parts": [{"text": half}] * 3}}}))


@pytest.mark.parametrize("spelled", ["{}", '"{}"'])
@pytest.mark.parametrize("count", [-1, 2**53 + 1, 10**30, int("9" * 4000)])
def test_a_count_that_can_be_none_is_left_out_and_named_and_the_rest_is_read(spelled: str, count: int) -> None:
    number = spelled.format(count)
    message = decode_server_message(
        f'{{"usageMetadata": {{"totalTokenCount": {number}, "promptTokenCount": 7}}, "serverContent": {{}}}}'
    )
    assert message.usage_metadata is not None
    assert message.usage_metadata.total_token_count is None
    assert message.usage_metadata.prompt_token_count == 7
    assert message.server_content is not None
    assert message.problems is not None
    (problem,) = message.problems
    assert "'count'" in problem
    assert "usageMetadata.totalTokenCount" in problem


@pytest.mark.parametrize("time_left", ["1e308s", "-1s", 1e308, "NaNs", "soon", {"seconds": 10**300}])
def test_a_time_that_can_be_none_is_left_out_and_named(time_left: Any) -> None:
    message = decode_server_message(json.dumps({"goAway": {"timeLeft": time_left}, "serverContent": {}}))
    assert message.go_away is not None
    assert message.go_away.seconds_left is None
    assert message.server_content is not None
    assert message.problems is not None
    (problem,) = message.problems
    assert "goAway.timeLeft" in problem


@pytest.mark.parametrize(
    "frame", [call(args={"a": [10**400]}), call(partialArgs=[{"jsonPath": "$.a", "numberValue": -(10**400)}])]
)
def test_an_integer_that_no_double_holds_is_no_argument(frame: dict[str, Any]) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_server_message(json.dumps(frame))


def test_an_integer_of_many_digits_is_one_that_a_double_holds() -> None:
    check_free([10**308, -(10**308), True], "args")
    with pytest.raises(RemoteProtocolError, match="digits"):
        check_free([[{"a": 10**309}]], "args")


def test_commas_in_strings_are_no_values() -> None:
    text = r'He said: "a, b\\", ' * 20_000
    check_long(json.dumps({"future": text}))
    check_long(json.dumps({"future": text}).encode())
    with pytest.raises(RemoteProtocolError, match="values"):
        check_long(json.dumps({"future": text, "many": [0] * 20_000}))


def test_nothing_but_white_space_is_not_read_to_its_end() -> None:
    with pytest.raises(RemoteProtocolError, match="white space"):
        decode_server_message(" " * 10_000_000)


def test_a_clients_turns_are_limited_too() -> None:
    turns = [{"role": "user"}] * (LIMITS["turns"].most + 1)
    with pytest.raises(RemoteProtocolError, match="turns"):
        decode_client_message(json.dumps({"clientContent": {"turns": turns}}))
    with pytest.raises(RemoteProtocolError, match="values"):
        decode_client_message(json.dumps({"clientContent": {"turns": turns * 10}}))
