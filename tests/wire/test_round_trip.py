"""What holds for every message: writing and reading are inverse, and no spelling that is allowed changes anything."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.wire.strategies import client_messages, server_messages, spelled_freely
from trio_live.wire import (
    ClientMessage,
    ServerMessage,
    decode_client_message,
    decode_server_message,
    encode_client_message,
    encode_server_message,
)

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

MESSAGES_SPELLED_FREELY = client_messages.flatmap(
    lambda message: st.tuples(st.just(message), spelled_freely(message, snake=True))
)
SERVER_MESSAGES_SPELLED_FREELY = server_messages.flatmap(
    lambda message: st.tuples(st.just(message), spelled_freely(message, snake=False))
)


@patient
@given(message=server_messages, indent=st.sampled_from([None, 0, 2]), as_text=st.booleans())
def test_a_server_message_survives_the_wire(message: ServerMessage, indent: int | None, *, as_text: bool) -> None:
    frame = encode_server_message(message, indent=indent)
    assert decode_server_message(frame.decode() if as_text else frame) == message


@patient
@given(message=client_messages, as_text=st.booleans())
def test_a_client_message_survives_the_wire(message: ClientMessage, *, as_text: bool) -> None:
    frame = encode_client_message(message)
    assert decode_client_message(frame.decode() if as_text else frame) == message


@patient
@given(MESSAGES_SPELLED_FREELY)
def test_every_spelling_of_a_client_message_reads_the_same(pair: tuple[ClientMessage, Any]) -> None:
    message, frame = pair
    assert decode_client_message(json.dumps(frame)) == message


@patient
@given(SERVER_MESSAGES_SPELLED_FREELY)
def test_every_spelling_of_a_server_message_reads_the_same(pair: tuple[ServerMessage, Any]) -> None:
    message, frame = pair
    decoded = decode_server_message(json.dumps(frame))
    if message == ServerMessage() and frame.get("fieldOfTheFuture") is not None:
        assert decoded.unknown == frame
    else:
        assert decoded == message
