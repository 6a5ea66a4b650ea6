"""A session without a socket, driven by hand: frames in as JSON, events out."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from typing import Any

from trio_live import wire_events
from trio_live.events._internal import SendToolResponse
from trio_live.session import SessionPhase
from trio_live.session._internal import SessionProtocol
from trio_live.wire import FunctionResponse, Platform, Setup, profile_for

MODEL = "models/gemini-2.5-flash-native-audio-latest"
PCM = b"\x01\x00\x02\x00"

ENTERED = {phase: wire_events.PhaseChanged(phase) for phase in SessionPhase}
"""The event of entering each phase."""
ACTIVE = ENTERED[SessionPhase.ACTIVE]
MODEL_SPEAKING = ENTERED[SessionPhase.MODEL_SPEAKING]


def ignore(_: str) -> None:
    """For what nobody counts."""


def new_protocol(
    model: str = MODEL,
    platform: Platform = Platform.GOOGLE_AI,
    on_lost: Callable[[str], None] = ignore,
    **settings: Any,
) -> SessionProtocol:
    return SessionProtocol(Setup(model=model, **settings), profile_for(model, platform), on_lost=on_lost)


def open_protocol(
    model: str = MODEL,
    platform: Platform = Platform.GOOGLE_AI,
    on_lost: Callable[[str], None] = ignore,
    **settings: Any,
) -> SessionProtocol:
    """A session whose setup was accepted."""
    protocol = new_protocol(model, platform, on_lost, **settings)
    protocol.begin()
    hear(protocol, setupComplete={})
    assert protocol.phase is SessionPhase.ACTIVE
    return protocol


def hear(protocol: SessionProtocol, **frame: Any) -> list[wire_events.SessionEvent]:
    """The events of one frame of the server."""
    return protocol.receive(json.dumps(frame))


def hear_content(protocol: SessionProtocol, **fields: Any) -> list[wire_events.SessionEvent]:
    """The events of one ``serverContent``."""
    return hear(protocol, serverContent=fields)


def hear_calls(protocol: SessionProtocol, *calls: tuple[str | None, str]) -> list[wire_events.SessionEvent]:
    """The events of one ``toolCall`` with these ids and names."""
    listed = [{"name": name} if key is None else {"id": key, "name": name} for key, name in calls]
    return hear(protocol, toolCall={"functionCalls": listed})


def said(*parts: dict[str, Any]) -> dict[str, Any]:
    """The value of ``modelTurn``."""
    return {"parts": list(parts)}


def sound(data: bytes = PCM, mime_type: str | None = "audio/pcm;rate=24000") -> dict[str, Any]:
    """One part of inline data."""
    blob = {"data": base64.b64encode(data).decode()}
    return {"inlineData": blob if mime_type is None else {"mimeType": mime_type, **blob}}


def kinds(events: Iterable[wire_events.SessionEvent]) -> list[str]:
    """The classes of events by name, and phases by theirs."""
    return [
        str(event.phase) if isinstance(event, wire_events.PhaseChanged) else type(event).__name__ for event in events
    ]


AUDIO = {"modelTurn": said(sound())}
"""The content of one piece of audio."""


def text(words: str) -> dict[str, Any]:
    """The content of one piece of text."""
    return {"modelTurn": said({"text": words})}


def answer(*answers: tuple[str | None, str], will_continue: bool | None = None) -> SendToolResponse:
    """Answers to the calls with these ids and names."""
    return SendToolResponse(
        tuple(FunctionResponse(key, name, {"output": 1}, will_continue=will_continue) for key, name in answers)
    )


# Sessions that stand somewhere.


def pending() -> SessionProtocol:
    protocol = open_protocol()
    hear_calls(protocol, ("a", "f"))
    return protocol


def executing() -> SessionProtocol:
    protocol = pending()
    protocol.tools_started()
    return protocol


def user_speaking() -> SessionProtocol:
    protocol = open_protocol()
    hear(protocol, voiceActivity={"type": "ACTIVITY_START"})
    return protocol


def closing() -> SessionProtocol:
    protocol = open_protocol()
    protocol.begin_close()
    return protocol


def waiting_for_setup() -> SessionProtocol:
    protocol = new_protocol()
    protocol.begin()
    return protocol
