"""Every dialect reads and writes the messages that its pages show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.phone.wire_examples import FROM_PHONES, SOUND, STARTS, TO_PHONES, Example
from trio_live import ConfigError
from trio_live.phone import ASTERISK_WEBSOCKET, AUDIOSOCKET, DIALECTS, PLIVO, TELNYX, TWILIO, AudioFormat
from trio_live.phone._dialects import Frame, PhoneProtocol, Started

FIRST = {each.dialect.name: each for each in reversed(STARTS.values())}


def frame_of(found: Any) -> Any:
    return json.dumps(found) if isinstance(found, dict) else found


def begun(example: Example) -> PhoneProtocol:
    protocol = example.dialect.protocol(example.dialect.sends)
    assert list(protocol.receive(frame_of(example.frame))) == list(example.means)
    return protocol


@pytest.mark.parametrize("name", STARTS)
def test_a_documented_call_begins(name: str) -> None:
    begun(STARTS[name])


@pytest.mark.parametrize(
    "example", [pytest.param(each, id=f"{each.dialect.name}: {each.name}") for each in FROM_PHONES]
)
def test_a_documented_message_is_understood(example: Example) -> None:
    protocol = begun(FIRST[example.dialect.name])
    found = list(protocol.receive(frame_of(example.frame)))
    if example.means and isinstance(example.means[0], type):
        assert [type(each) for each in found] == list(example.means)
    else:
        assert found == list(example.means)


def read(frame: Frame | None) -> Any:
    return json.loads(frame) if isinstance(frame, str) and frame.startswith("{") else frame


@pytest.mark.parametrize("name", TO_PHONES)
def test_what_a_phone_is_told_is_what_its_page_shows(name: str) -> None:
    protocol, expected = begun(STARTS[name]), TO_PHONES[name]
    assert read(protocol.sound(SOUND)) == expected["sound"]
    assert read(protocol.mark("my label")) == expected["mark"]
    assert [read(frame) for frame in protocol.clear()] == expected["clear"]
    assert [read(frame) for frame in protocol.hang_up()] == expected["hang_up"]


def test_marks_are_asked_for_in_words_where_asterisk_can_answer_them() -> None:
    protocol = ASTERISK_WEBSOCKET.protocol(None)
    protocol.receive("MEDIA_START connection_id:a channel:b channel_id:c format:slin16 optimal_frame_size:640 ptime:20")
    assert protocol.mark("0:100") == "MARK_MEDIA 0:100"


def test_every_dialect_has_its_examples() -> None:
    assert {each.dialect.name for each in FROM_PHONES} == {each.name for each in DIALECTS}
    assert set(FIRST) == {each.name for each in DIALECTS}
    assert set(STARTS) == set(TO_PHONES)


def test_what_is_sent_is_what_the_provider_was_asked_for() -> None:
    dialect = TELNYX.sending("L16", 16_000)
    assert dialect.sends == AudioFormat("L16", 16_000)
    assert TELNYX.sends == AudioFormat("PCMU"), "the table stays as it was"
    protocol = dialect.protocol(dialect.sends)
    (started,) = protocol.receive(frame_of(STARTS["telnyx"].frame))
    assert isinstance(started, Started)
    assert started.format == AudioFormat("PCMU"), "that is the other direction"


@pytest.mark.parametrize(
    ("encoding", "rate"), [("slin", 8_000), ("slin16", 16_000), ("slin44", 44_100), ("slin48", 48_000)]
)
def test_audiosocket_has_a_type_for_each_rate(encoding: str, rate: int) -> None:
    dialect = AUDIOSOCKET.sending(encoding, rate)
    protocol = dialect.protocol(dialect.sends)
    (started,) = protocol.receive(b"\x01\x00\x10" + bytes(16))
    assert isinstance(started, Started)
    assert started.format.rate == rate
    sent = protocol.sound(b"\1\0")
    assert isinstance(sent, bytes)
    (heard,) = protocol.receive(sent)
    assert getattr(heard, "payload", None) == b"\1\0"


@pytest.mark.parametrize("dialect", [TWILIO, PLIVO, ASTERISK_WEBSOCKET], ids=lambda each: each.name)
def test_a_dialect_that_says_it_itself_takes_no_choice(dialect: Any) -> None:
    with pytest.raises(ConfigError, match="says itself how sound is coded"):
        dialect.sending("PCMU")


def test_a_choice_that_a_provider_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(ConfigError, match="PCMU at 8000, PCMA at 8000, L16"):
        TELNYX.sending("OPUS", 16_000)
