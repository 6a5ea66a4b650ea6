"""What came of a session: how far it came, where it made no turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.session.link import AUDIO, hear, hear_content, open_protocol
from trio_live.events._internal import SendAudio, SendText
from trio_live.session import Outcome
from trio_live.session._internal import SessionProtocol


def sound(protocol: SessionProtocol) -> None:
    protocol.send(SendAudio(b"00"))


def text(protocol: SessionProtocol) -> None:
    protocol.send(SendText("Hi"))


def speech(protocol: SessionProtocol) -> None:
    hear(protocol, voiceActivity={"type": "ACTIVITY_START"})


def words(protocol: SessionProtocol) -> None:
    hear_content(protocol, inputTranscription={"text": "Hi"})


def turn(protocol: SessionProtocol) -> None:
    hear_content(protocol, **AUDIO)
    hear_content(protocol, turnComplete=True)


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ([], Outcome.NOTHING_SENT),
        ([sound], Outcome.NOTHING_HEARD),
        ([sound, speech], Outcome.NO_TURN),
        ([sound, words], Outcome.NO_TURN),
        ([text], Outcome.NO_TURN),
        ([turn], Outcome.TALKED),
        ([sound, words, turn, sound], Outcome.TALKED),
    ],
)
def test_what_happened_tells_what_came_of_it(steps: list[Callable[[SessionProtocol], None]], outcome: Outcome) -> None:
    protocol = open_protocol()
    for step in steps:
        step(protocol)
    assert protocol.turns.outcome(ready=True) is outcome
    assert protocol.turns.outcome(ready=False) is Outcome.NEVER_READY


def test_a_lost_connection_forgets_nothing_of_it() -> None:
    protocol = open_protocol()
    text(protocol)
    protocol.end()
    assert protocol.turns.outcome(ready=True) is Outcome.NO_TURN
