"""A session's own rules are asked about events, changes of State and silence, and what they want is done."""

from __future__ import annotations

from typing import Any

import trio
from trio.testing import MockClock

from tests.peer import audio, builder, call, heard, reading, settled, speech, text, turn_complete
from tests.scenarios.harness import lines_of
from trio_live import Live, events
from trio_live.reactive import (
    Emit,
    Happened,
    ReactorEvent,
    Rule,
    SendContext,
    SoftTurnComplete,
    StateChanged,
    TimerTick,
    UpdateInstruction,
)
from trio_live.voice import VoiceRuntimeState
from trio_live.wire import Content


def watching(seen: list[ReactorEvent], live: Live | None = None) -> Live:
    def react(event: ReactorEvent, _: VoiceRuntimeState) -> None:
        if not isinstance(event, TimerTick):
            seen.append(event)

    return (live or builder()).reactor_rule(Rule("sees", react))


async def test_rules_see_events_and_changes_in_order(autojump_clock: MockClock) -> None:
    seen: list[ReactorEvent] = []
    async with call(watching(seen)) as (session, peer):
        await peer.send(text("Hello"), turn_complete())
        await settled()
        session.state.set("mood", "good")
        await trio.sleep(0.2)
    happened = [event.event for event in seen if isinstance(event, Happened)]
    assert [type(event) for event in happened if "T" in type(event).__name__] == [
        events.TextDelta,
        events.TextComplete,
        events.TurnComplete,
    ]
    changes = [each.key for event in seen if isinstance(event, StateChanged) for each in event.mutations]
    assert changes.count("mood") == 1


async def test_what_a_rule_wants_is_done(autojump_clock: MockClock) -> None:
    def react(event: ReactorEvent, _: VoiceRuntimeState) -> Any:
        match event:
            case Happened(events.TurnComplete()):
                return [UpdateInstruction("Be brief."), Emit(events.Error("told by a rule"))]
            case StateChanged(mutations) if any(each.key == "guests" for each in mutations):
                return SendContext((Content.of("Four guests.", "model"),))
            case Happened(events.Error()):
                return Emit(events.Error("for ever"))
        return None

    async with call(builder().reactor_rule(Rule("reacts", react))) as (session, peer), reading(session) as seen:
        await peer.send(text("Hello"), turn_complete())
        await settled()
        session.state.set("guests", 4)
        await trio.sleep(1)
        assert lines_of(peer.talk) == ["instruction: Be brief.", "context: Four guests."]
    assert [each for each in seen if isinstance(each, events.Error)] == [events.Error("told by a rule")]


async def test_a_rule_that_raises_is_reported_with_its_name(autojump_clock: MockClock) -> None:
    def react(event: ReactorEvent, _: VoiceRuntimeState) -> None:
        if isinstance(event, Happened) and isinstance(event.event, events.TurnComplete):
            raise OSError("no")

    async with call(builder().reactor_rule(Rule("bad", react))) as (session, peer), reading(session) as seen:
        await peer.send(text("Hello"), turn_complete())
        await trio.sleep(1)
    assert events.Error("rule('bad'): no") in seen


async def test_a_soft_turn_is_told_after_its_steps_and_also_after_speech_that_only_this_side_heard(
    autojump_clock: MockClock,
) -> None:
    seen: list[ReactorEvent] = []
    async with call(watching(seen, builder().soft_turn_timeout(2))) as (session, peer):
        await peer.send(speech("START"), heard("Never mind."), speech("END"))
        await trio.sleep(2.2)
        assert seen.count(SoftTurnComplete()) == 1
        for _ in range(2):  # once for each silence
            await session.user_speech_started()
            await trio.sleep(3)
            await session.user_speech_ended()
            await trio.sleep(1.8)
            assert session.telemetry.snapshot()["soft_turns"] == 1 + _
            await trio.sleep(5)
        assert session.telemetry.snapshot()["soft_turns"] == 3
        assert seen.count(SoftTurnComplete()) == 3
        await session.user_speech_started()
        await session.user_speech_ended()
        await peer.send(audio(b"0000"), turn_complete())
        await trio.sleep(5)
    assert seen.count(SoftTurnComplete()) == 3
