"""Recordings with several connections: made by sessions that are cut and rotated, played again, twice the same."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.scenarios.reconnecting import Call, calling, strikes
from tests.scenarios.test_fault_schedules import PASSING, faults
from trio_live import Live, State, events
from trio_live.emulator import FaultPlan, Strike
from trio_live.errors import ConnectError, SessionClosed
from trio_live.events import LiveEvent
from trio_live.recording import MemoryWireRecorder, WireDirection, WireEntry
from trio_live.replay import Replayed, inspect_recording, replay_now

ANSWERED: dict[str, Any] = {"found": "it"}


async def look_up() -> dict[str, Any]:
    """Look something up."""
    await trio.sleep(0.5)
    return ANSWERED


def agent() -> Live:
    live = Live.builder().model("gemini-2.5-flash-native-audio-latest").transcription().instruction("Be kind.")
    return live.tools(look_up)


def recorded(
    talk: Callable[[Call], Awaitable[None]], plan: FaultPlan, *, seed: int = 1, **choices: Any
) -> tuple[list[WireEntry], list[LiveEvent]]:
    """What a session records, and what it published."""

    async def run() -> tuple[list[WireEntry], list[LiveEvent]]:
        recorder = MemoryWireRecorder()
        state = State(clock=lambda: 1_700_000_000 + trio.current_time())
        live = agent().wire_recorder(recorder).state(state)
        seen: list[LiveEvent] = []
        with trio.fail_after(100_000), suppress(ConnectError):  # the first connection: whoever enters is told
            async with calling(live, plan, seed=seed, **choices) as call:
                seen = call.seen
                with suppress(SessionClosed):
                    await talk(call)
        return recorder.entries(), seen

    return trio.run(run, clock=MockClock(autojump_threshold=0))


def replayed_twice(entries: Sequence[WireEntry]) -> Replayed:
    """What comes of a recording, which is the same each time."""
    first, second = replay_now(agent(), entries), replay_now(agent(), entries)
    assert first.fast == second.fast
    assert first.control == second.control
    assert first.state == second.state
    assert first.journal == second.journal
    assert first.sent == second.sent
    assert first == second
    return first


def test_a_call_with_cuts_and_a_rotation_is_played_again_as_it_was() -> None:
    async def talk(call: Call) -> None:
        await call.ask("two")
        await call.until(events.Connected, 2)
        await call.ask("look")
        await call.session.send_text("story")
        await trio.sleep(2)
        call.emulation.cut()  # in the middle of what it says
        await call.until(events.Connected, 3)
        await call.ask("three")
        await trio.sleep(700)
        await call.ask("two")

    plan = strikes(Strike(fault="internal", at="turn_end", connection=1, after=1))
    entries, seen = recorded(talk, plan, connection_lifetime=600.0, idle_timeout=None)
    assert len([entry for entry in entries if entry.direction is WireDirection.CLOSE]) == 4
    again = replayed_twice(entries)
    how = [event.continuation for event in again.of(events.Connected)]
    assert how == [event.continuation for event in seen if isinstance(event, events.Connected)]
    assert how == [events.Continuation.NEW, *[events.Continuation.RESUMED] * 3]
    said = [event.text for event in seen if isinstance(event, events.OutputTranscript) and event.is_final]
    assert [event.text for event in again.of(events.OutputTranscript) if event.is_final] == said
    cut = [event.cut for event in seen if isinstance(event, events.TurnComplete)]
    assert [event.cut for event in again.of(events.TurnComplete)] == cut
    assert True in cut
    assert [answer.response for answer in again.tool_responses] == [ANSWERED]
    assert setups(again.sent) == setups([entry.payload for entry in entries if entry.direction is WireDirection.OUT])
    assert inspect_recording(entries).connections == 4


def setups(frames: Sequence[bytes]) -> list[Any]:
    """Every setup, as it was sent."""
    return [found["setup"] for frame in frames if "setup" in (found := json.loads(frame))]


VERBS = st.sampled_from(["two", "story", "look", "tell", "sound", "wait"])


@settings(max_examples=25 if settings().max_examples <= 100 else 500, deadline=None)
@given(
    st.lists(st.tuples(VERBS, st.sampled_from([0.0, 0.3, 2.0, 12.0])), min_size=1, max_size=6),
    st.lists(faults(st.integers(1, 3)).filter(lambda strike: strike.fault in PASSING), max_size=3),
    st.integers(0, 99),
)
def test_any_recording_is_played_again_twice_the_same(
    script: list[tuple[str, float]], plan: list[Strike], seed: int
) -> None:
    async def talk(call: Call) -> None:
        for verb, wait in script:
            match verb:
                case "tell":
                    await call.session.update_instruction("Be brief.")
                case "sound":
                    await call.session.send_audio(bytes(640))
                case "wait":
                    pass
                case words:
                    await call.session.send_text(words)
            await trio.sleep(wait)
        await trio.sleep(20)

    entries, seen = recorded(talk, strikes(*plan), seed=seed, pace=None)
    again = replayed_twice(entries) if any(entry.direction is WireDirection.IN for entry in entries) else None
    if again is not None:
        assert len(again.of(events.Connected)) == sum(isinstance(event, events.Connected) for event in seen)
