"""What is no message of a phone is refused, with words that say what was wrong, and never with anything else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.phone.wire_examples import STARTS
from trio_live.phone import PLIVO, TELNYX, TWILIO
from trio_live.phone._dialects import NotADialect, PhoneEvent, PhoneProtocol, Sound, Started, Told

START = STARTS["twilio"].frame
assert isinstance(START, dict)


def changed(**fields: Any) -> dict[str, Any]:
    assert isinstance(START, dict)
    return {**START, "start": {**START["start"], **fields}}


BAD: dict[str, tuple[str | bytes, str]] = {
    "no JSON": ("hello", "no JSON"),
    "bytes of nothing": (b"\x00\xff", "no JSON"),
    "a list": ("[]", 'without a string "event"'),
    "an event that is a number": ('{"event": 3}', 'without a string "event"'),
    "deep nesting": ("[" * 100_000, "no JSON"),
    "media without its object": ('{"event": "media"}', "without its object"),
    "media without a payload": ('{"event": "media", "media": {}}', "without a payload"),
    "media that is no base64": ('{"event": "media", "media": {"payload": "a"}}', "no base64"),
    "a mark without a name": ('{"event": "mark", "mark": {}}', "without mark.name"),
    "a key that no phone has": ('{"event": "dtmf", "dtmf": {"digit": "12"}}', "no phone has: '12'"),
    "a start without an id": (json.dumps(changed(callSid=None)), "without start.callSid"),
    "a start without a format": (json.dumps(changed(mediaFormat={})), "a sample rate of None"),
    "a strange coding": (
        json.dumps(changed(mediaFormat={"encoding": "audio/opus", "sampleRate": 8000})),
        "'audio/opus' is not spoken here",
    ),
    "a rate that is a digit and no number": (
        json.dumps(changed(mediaFormat={"encoding": "audio/x-mulaw", "sampleRate": "²"})),
        "a sample rate of '²'",
    ),
    "an endless rate": (
        json.dumps(changed(mediaFormat={"encoding": "audio/x-mulaw", "sampleRate": "9" * 5000})),
        "a sample rate of '999",
    ),
    "a strange rate": (
        json.dumps(changed(mediaFormat={"encoding": "audio/x-mulaw", "sampleRate": 7})),
        "7 samples a second",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_no_phone_says_is_refused_with_the_reason(name: str) -> None:
    frame, words = BAD[name]
    with pytest.raises(NotADialect) as refused:
        TWILIO.protocol(None).receive(frame)
    assert words in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("number", ['"x"', "null", "Infinity", "NaN", "[]", f'"{"9" * 5000}"'])
def test_sound_of_telnyx_needs_its_number(number: str) -> None:
    with pytest.raises(NotADialect, match="whose number is"):
        TELNYX.protocol(None).receive(f'{{"event": "media", "media": {{"payload": "AAAA", "chunk": {number}}}}}')


def test_an_event_of_tomorrow_is_let_pass() -> None:
    assert TWILIO.protocol(None).receive('{"event": "hologram"}') == (Told("'hologram': not needed here"),)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a=1;b=2", {"a": "1", "b": "2"}),
        ("a=1,b=2=3", {"a": "1", "b": "2=3"}),
        ('{"a": "1", "b": 2}', {"a": "1", "b": "2"}),
        ("{}", {}),
        ("{no", {}),
        pytest.param('{"a":' * 100_000, {}, id="deep nesting"),
        ("", {}),
        (None, {}),
        ({"a": {"b": 1}}, {"a": '{"b": 1}'}),
    ],
)
def test_parameters_are_read_in_every_form_that_was_seen(given: Any, expected: dict[str, str]) -> None:
    start = STARTS["plivo"].frame
    assert isinstance(start, dict)
    (started,) = PLIVO.protocol(None).receive(json.dumps({**start, "extra_headers": given}))
    assert isinstance(started, Started)
    assert started.parameters == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
messages = st.dictionaries(
    st.sampled_from(["event", "media", "start", "dtmf", "mark", "stop", "streamSid", "stream_id", "name", "payload"]),
    json_values | st.sampled_from(["media", "start", "dtmf", "mark", "stop", "error", "playedStream"]),
)


@given(st.lists(messages.map(json.dumps) | st.text(max_size=20) | st.binary(max_size=20), max_size=5))
def test_nothing_but_a_refusal_comes_of_anything(frames: Sequence[str | bytes]) -> None:
    for dialect in (TWILIO, TELNYX, PLIVO):
        protocol: PhoneProtocol = dialect.protocol(None)
        for frame in frames:
            found: Sequence[PhoneEvent] = ()
            with suppress(NotADialect):
                found = protocol.receive(frame)
            assert all(isinstance(each, PhoneEvent) for each in found)


@given(st.binary(max_size=400))
def test_sound_comes_back_as_it_went(payload: bytes) -> None:
    protocol = TWILIO.protocol(None)
    protocol.receive(json.dumps(START))
    message = json.loads(protocol.sound(payload))
    assert list(protocol.receive(json.dumps(message))) == [Sound(payload)]
