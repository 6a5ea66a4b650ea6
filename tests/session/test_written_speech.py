"""Answers in text from a model that only speaks."""

from __future__ import annotations

import base64
from typing import Any

from tests.session.link import ENTERED, PCM, hear
from trio_live import wire_events
from trio_live.session import SessionPhase
from trio_live.session._internal import SessionProtocol
from trio_live.wire import Platform, Setup, profile_for

SOUND: dict[str, Any] = {
    "modelTurn": {"parts": [{"inlineData": {"mimeType": "audio/pcm", "data": base64.b64encode(PCM).decode()}}]}
}


def listening() -> SessionProtocol:
    protocol = SessionProtocol(
        Setup("gemini-3.8-live"),
        profile_for("gemini-3.8-live", Platform.GOOGLE_AI),
        on_lost=lambda _: None,
        writes_speech=True,
    )
    protocol.begin()
    hear(protocol, setupComplete={})
    return protocol


def test_what_is_said_is_written_and_the_sound_is_dropped() -> None:
    protocol = listening()
    assert hear(protocol, serverContent=SOUND) == []
    said = hear(protocol, serverContent={**SOUND, "outputTranscription": {"text": "Hello "}})
    assert said == [ENTERED[SessionPhase.MODEL_SPEAKING], wire_events.TextDelta("Hello ")]
    assert hear(protocol, serverContent=SOUND) == [], "also on the short way of sound"
    assert hear(protocol, serverContent={"outputTranscription": {"text": "Ann."}}) == [wire_events.TextDelta("Ann.")]
    end = hear(protocol, serverContent={"turnComplete": True})
    assert end[:2] == [wire_events.TextComplete("Hello Ann."), wire_events.TurnComplete()]


def test_everything_else_is_as_it_was() -> None:
    protocol = listening()
    heard = hear(protocol, serverContent={"inputTranscription": {"text": "Hi"}, "outputTranscription": {}})
    assert heard == [wire_events.InputTranscription("Hi")]
