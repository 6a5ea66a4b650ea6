"""The other side of each dialect says what the documentation shows, and complains of what a provider would not take."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.phone.wire_examples import STARTS
from trio_live.phone import ASTERISK_WEBSOCKET, AUDIOSOCKET, PLIVO, TELNYX, TWILIO, AudioFormat, Dialect
from trio_live.phone._dialects import Played, Pressed, Sound, Started
from trio_live.testing.phone._asterisk_sides import AsteriskWebSocketSide, AudioSocketSide
from trio_live.testing.phone._far_sides import Clear, FarSide, HangUp, Mark, Play, PlivoSide, TelnyxSide, TwilioSide

SIDES: dict[str, tuple[Dialect, FarSide]] = {
    "Twilio": (TWILIO, TwilioSide()),
    "Telnyx": (TELNYX, TelnyxSide()),
    "Plivo": (PLIVO, PlivoSide()),
    "AudioSocket": (AUDIOSOCKET, AudioSocketSide()),
    "chan_websocket": (ASTERISK_WEBSOCKET, AsteriskWebSocketSide()),
    "chan_websocket, JSON": (ASTERISK_WEBSOCKET, AsteriskWebSocketSide(is_json=True)),
}
UUID = "e226e283-c90a-4ea9-9e37-389000b9ef47"
SOUND = bytes(range(160)) * 2


@pytest.mark.parametrize("name", SIDES)
def test_both_sides_understand_each_other(name: str) -> None:
    dialect, side = SIDES[name]
    protocol = dialect.protocol(dialect.sends)
    said = [event for frame in side.start(UUID, {"a": "b"}) for event in protocol.receive(frame)]
    (started,) = [event for event in said if isinstance(event, Started)]
    assert (started.call_id, started.format) == (UUID, side.format)
    (heard,) = protocol.receive(side.media(SOUND))
    assert isinstance(heard, Sound)
    assert heard.payload == SOUND
    assert list(protocol.receive(side.press("#"))) == [Pressed("#")]
    assert list(side.orders(protocol.sound(SOUND))) == [Play(SOUND)]
    mark = protocol.mark("1:200")
    if mark is not None:
        assert list(side.orders(mark)) == [Mark("1:200")]
        assert [event for frame in side.played("1:200") for event in protocol.receive(frame)] == [Played("1:200")]
    assert [order for frame in protocol.clear() for order in side.orders(frame)] == [Clear()] * len(protocol.clear())
    assert {type(order) for frame in protocol.hang_up() for order in side.orders(frame)} <= {HangUp}


@pytest.mark.parametrize(
    ("side", "example"),
    [(TwilioSide(), "twilio"), (TelnyxSide(), "telnyx"), (PlivoSide(), "plivo")],
    ids=lambda x: str(x)[:9],
)
def test_a_call_begins_with_the_fields_that_the_page_shows(side: FarSide, example: str) -> None:
    shown: Any = STARTS[example].frame
    said = json.loads(side.start("c", {})[-1])
    assert set(said) == set(shown)
    assert set(shown["start"]) - {"tags"} == set(said["start"])
    assert {name: type(each) for name, each in said.items()} == {name: type(each) for name, each in shown.items()}


@pytest.mark.parametrize(
    ("side", "frame"),
    [
        (TwilioSide(), '{"event": "media", "streamSid": "MZ0", "media": {"payload": ""}}'),
        (TwilioSide(), f'{{"event": "stop", "streamSid": "{TwilioSide.STREAM}"}}'),
        (TelnyxSide(), '{"event": "playAudio"}'),
        (PlivoSide(), '{"event": "clear"}'),
        (
            PlivoSide(AudioFormat("audio/x-l16", 16_000)),
            '{"event": "playAudio", "media": {"contentType": "audio/x-mulaw", "sampleRate": 8000, "payload": ""}}',
        ),
    ],
    ids=["another stream", "a word of the phone", "a word of Plivo", "a word of Twilio", "another coding"],
)
def test_what_a_provider_would_not_take_is_a_complaint(side: FarSide, frame: str) -> None:
    with pytest.raises(AssertionError):
        side.orders(frame)
