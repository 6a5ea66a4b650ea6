"""A test that plays the server itself: it decides which frame comes when, and reads what the session sent."""

from __future__ import annotations

import base64
import json

import pytest
from trio.testing import MockClock, wait_all_tasks_blocked

from trio_live import Live
from trio_live.transport import memory_transport_pair


def sound(pcm: bytes) -> str:
    """A frame with a piece of the answer."""
    blob = {"mimeType": "audio/pcm;rate=24000", "data": base64.b64encode(pcm).decode()}
    return json.dumps({"serverContent": {"modelTurn": {"parts": [{"inlineData": blob}]}}})


@pytest.mark.trio
async def test_what_was_queued_before_an_interruption_is_never_played(autojump_clock: MockClock) -> None:
    played: list[bytes] = []
    live = Live.builder().model("gemini-3.8-live").on_audio(played.append).callback_errors("raise")
    ours, theirs = memory_transport_pair()
    await theirs.send(['{"setupComplete": {}}'])
    async with live.connect_with_transport(ours):
        await theirs.send([sound(b"old!"), '{"serverContent": {"interrupted": true}}', sound(b"new!")])
        await wait_all_tasks_blocked()
        assert played == [b"new!"]
    assert "setup" in json.loads(ours.sent[0])


@pytest.mark.trio
async def test_the_reason_of_a_close_is_told(autojump_clock: MockClock) -> None:
    reasons: list[str | None] = []

    async def note(reason: str | None) -> None:
        reasons.append(reason)

    ours, theirs = memory_transport_pair()
    await theirs.send(['{"setupComplete": {}}'])
    live = Live.builder().model("gemini-3.8-live").on_disconnected(note)
    async with live.connect_with_transport(ours) as session:
        theirs.close(1011, "The service is currently unavailable.")
        await session.done()
    assert reasons == [
        "the service is overloaded (connection closed with code 1011: The service is currently unavailable.)"
    ]
