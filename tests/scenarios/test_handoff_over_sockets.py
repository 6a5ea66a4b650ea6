"""Agents that hand over to each other on every model, over real sockets against a strict emulator."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio

from tests.scenarios.test_handoff import desk
from tests.scenarios.test_models import HASTY, LISTENERS, TALKERS, calling
from trio_live import ConfigError, Live, LiveEvent, LiveEventStream, LiveHandle, Platform, events
from trio_live.emulator import Direction, LogRecord, open_emulator, parse_persona
from trio_live.events import Continuation
from trio_live.handoff import Passage, passage_of
from trio_live.persistence import MemoryPersistence
from trio_live.wire import profile_for

G, V = Platform.GOOGLE_AI, Platform.VERTEX
NEWEST = "gemini-3.8-live"
PERSONA = parse_persona("""
name = "desk"
[[rule]]
heard = { keywords = ["money"] }
call = { tool = "transfer_to", args = { agent = "billing", reason = "money" } }
then = "This is billing."
on_error = "This is billing."
[[rule]]
heard = { keywords = ["table"] }
call = { tool = "book", args = { time = "eight" } }
then = "It is {book}."
on_error = "No: {book.error}"
[[default]]
say = "Yes."
""")


class Call:
    """A call with the desk."""

    def __init__(self, session: LiveHandle, stream: LiveEventStream[LiveEvent], records: list[LogRecord]) -> None:
        self.session = session
        self.stream = stream
        self.seen: list[LiveEvent] = []
        self._records = records

    async def until(self, kind: type[LiveEvent]) -> None:
        async for event in self.stream:
            self.seen.append(event)
            if isinstance(event, kind):
                return

    async def hear(self, words: str) -> None:
        """Until the model has said this, and its turn is over."""
        while words not in self.said:
            await self.until(events.TurnComplete)

    @property
    def said(self) -> list[str]:
        return [
            event.text.strip()
            for event in self.seen
            if isinstance(event, events.TextComplete) or (isinstance(event, events.OutputTranscript) and event.is_final)
        ]

    def of(self, kind: type[LiveEvent]) -> list[Any]:
        return [event for event in self.seen if isinstance(event, kind)]

    def told(self, connection: int) -> list[str]:
        """What the server of a connection received."""
        return [
            json.dumps(json.loads(record.frame))
            for record in self._records
            if record.connection == connection
            and record.direction is Direction.RECEIVED
            and record.frame is not None
            and not record.is_media
        ]

    @property
    def connections(self) -> int:
        return max(record.connection for record in self._records)


@asynccontextmanager
async def calling_the_desk(live: Live, platform: Platform = G, **choices: Any) -> AsyncGenerator[Call, None]:
    records: list[LogRecord] = []
    with trio.fail_after(20):
        async with (
            open_emulator(PERSONA, on_log=records.append, **{**HASTY, **choices}) as emulator,
            calling(emulator, live, platform) as session,
            session.events() as stream,
        ):
            yield Call(session, stream, records)


def fitted(live: Live, model: str) -> Live:
    return live.thinking_level("low") if "thinking" in model else live


@pytest.mark.parametrize(("model", "platform"), TALKERS, ids=str)
async def test_the_model_hands_over_and_the_new_agent_answers_once(model: str, platform: Platform) -> None:
    told: list[tuple[str, str]] = []

    async def on_transfer(from_: str, to: str) -> None:
        told.append((from_, to))

    live = fitted(desk(model).transcription().on_transfer(on_transfer), model)
    anew = passage_of(profile_for(model, platform)) is Passage.RECONNECT
    async with calling_the_desk(live, platform) as call:
        await call.session.send_text("Good morning.")
        await call.until(events.TurnComplete)
        await call.session.send_text("I want my money.")
        await call.hear("This is billing.")
        assert call.of(events.AgentTransfer) == [events.AgentTransfer("reception", "billing", "money")]
        assert told == [("reception", "billing")]
        assert call.session.agent == "billing"
        await call.session.send_text("I also want a table.")
        await call.hear("No: book is a function of reception, and billing speaks now. Use your own functions.") if (
            "refund" in call.told(1)[0]
        ) else await call.until(events.TurnComplete)
        await call.session.flush()
        assert call.said.count("This is billing.") == 1
        assert not call.of(events.Error)
        assert not call.of(events.Undelivered)
        assert not call.of(events.Interrupted)
        assert any("You are billing." in frame for frame in call.told(call.connections))
        assert call.connections == (2 if anew else 1)
        if anew:
            (lost,) = call.of(events.Reconnecting)
            assert lost.reason == "this side left it: what has changed can only be said in a new setup"
            setup, history, *rest = call.told(2)
            assert "You are billing." in setup
            assert "reception." not in setup
            assert history.count("I want my money.") == 1
            assert rest[0] == '{"clientContent": {"turnComplete": true}}', "one prompt"


@pytest.mark.parametrize(("model", "platform"), TALKERS, ids=str)
async def test_the_program_hands_over_on_every_model(model: str, platform: Platform) -> None:
    live = fitted(desk(model).transcription(), model)
    async with calling_the_desk(live, platform) as call:
        await call.session.send_text("Good morning.")
        await call.until(events.TurnComplete)
        assert await call.session.transfer_to("billing") is True
        await call.until(events.TurnComplete)
        assert len(call.said) == 2, "it was prompted once"
        assert any("You are billing." in frame for frame in call.told(call.connections))
        assert not call.of(events.Error)


@pytest.mark.parametrize(("model", "platform"), LISTENERS, ids=str)
async def test_models_that_take_no_words(model: str, platform: Platform) -> None:
    live = (
        Live.builder()
        .model(model)
        .agent("reception", Live.builder().instruction("You are the reception."))
        .agent("billing", Live.builder().instruction("You are billing."))
    )
    live = live.translation("de") if "translate" in model else live
    if "translate" in model:
        with pytest.raises(ConfigError, match="takes no instructions, so no agent can take over"):
            async with calling_the_desk(live, platform):
                pass
        return
    async with calling_the_desk(live, platform) as call:
        assert await call.session.transfer_to("billing") is True
        await call.until(events.Connected)
        await call.until(events.Connected)
        assert "You are billing." in call.told(2)[0]
        assert call.session.agent == "billing"


async def test_another_voice_needs_another_connection_and_the_new_one_has_it() -> None:
    billing = Live.builder().instruction("You are billing.").voice("Kore")
    live = (
        Live.builder()
        .model(NEWEST)
        .voice("Puck")
        .transcription()
        .agent("reception", Live.builder().instruction("You are the reception."))
        .agent("billing", billing)
    )
    async with calling_the_desk(live) as call:
        await call.session.send_text("I want my money.")
        await call.hear("This is billing.")
        assert '"Puck"' in call.told(1)[0]
        assert '"Kore"' in call.told(2)[0]
        assert call.of(events.Connected)[-1].continuation is Continuation.RESEEDED
        assert call.said.count("This is billing.") == 1


async def test_a_call_that_is_kept_goes_on_with_the_agent_with_whom_it_stood() -> None:
    kept = MemoryPersistence()
    live = desk().transcription().persistence(kept).session_id("ann")
    async with calling_the_desk(live) as call:
        await call.session.transfer_to("billing")
        await call.until(events.TurnComplete)
    async with calling_the_desk(live) as call:
        assert call.session.agent == "billing"
        assert "You are billing." in call.told(1)[0]
        assert "refund" in call.told(1)[0]
        assert '"book"' not in call.told(1)[0]
