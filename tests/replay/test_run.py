"""Whole replays: of sessions that were recorded here, and of real ones."""

from __future__ import annotations

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.peer import (
    Peer,
    builder,
    call_of,
    cancels,
    heard,
    interrupted,
    resumable,
    said,
    settled,
    speech,
    text,
    tool_call,
    turn_complete,
    usage,
)
from tests.replay.recordings import NAMES, real, record
from trio_live import Live, LiveHandle, State, events, tool
from trio_live.recording import WireDirection, WireEntry
from trio_live.replay import Replayed, recorded_agent, replay_now


@tool
async def find_slots(day: str) -> dict[str, list[str]]:
    """Free times of a day."""
    await trio.sleep(1.5)
    return {"slots": [f"{day} nine"]}


def agent() -> Live:
    """With something on every lane, and timers."""
    return (
        builder()
        .transcription()
        .tools(find_slots)
        .soft_turn_timeout(2)
        .computed("both", ["app:a", "app:b"], lambda state: f"{state.get('app:a')}{state.get('app:b')}")
        .watch("app:a")
        .changed()
        .then(watched)
        .when_sustained("quiet", lambda state: state.get("app:a") == 1, 3, patterned)
        .phase("first")
        .instruction("One.")
        .transition("second", lambda state: state.get("session:turn_count", 0) >= 1)
        .done()
        .phase("second")
        .instruction("Two.")
        .done()
        .initial_phase("first")
        .on_turn_boundary(count)
    )


async def count(state: State, _: object) -> None:
    state.modify("app:a", 0, lambda number: number + 1)


async def watched(_old: object, new: object, state: State) -> None:
    state.set("app:b", new)


async def patterned(state: State, _: object) -> None:
    state.set("app:quiet", True)


async def hold_a_call(session: LiveHandle, peer: Peer) -> None:
    """Something of everything."""
    await session.send_text("Hello?")
    await trio.sleep(0.4)
    await peer.send(said("Hi "), said("there."), usage(10, 20))
    await peer.send(turn_complete())
    await trio.sleep(1)
    await peer.send(speech("START"), heard("On Friday."), speech("END"))
    await peer.send(tool_call(call_of("find_slots", "c1", day="Friday"), call_of("find_slots", "c2", day="Monday")))
    await trio.sleep(0.5)
    await peer.send(cancels("c2"), resumable("h-1"))
    await trio.sleep(2)
    await peer.send(said("Nine."), "no JSON at all", turn_complete())
    await trio.sleep(10)
    await peer.send(said("Still"), interrupted(), turn_complete())
    await trio.sleep(5)


def differences(one: Replayed, other: Replayed) -> list[str]:
    return [name for name in attrs.fields_dict(Replayed) if repr(getattr(one, name)) != repr(getattr(other, name))]


async def make() -> list[WireEntry]:
    return await record(agent(), hold_a_call)


@pytest.fixture(scope="module")
def recording() -> list[WireEntry]:
    return trio.run(make, clock=MockClock(autojump_threshold=0))


def test_a_recording_gives_the_same_session_each_time(recording: list[WireEntry]) -> None:
    first = replay_now(agent(), recording)
    for _ in range(5):
        assert differences(first, replay_now(agent(), recording)) == []


def test_it_is_the_session_that_was_recorded(recording: list[WireEntry]) -> None:
    replayed = replay_now(agent(), recording)
    assert replayed.phase == "second"
    assert replayed.state["app:a"] == 3
    assert replayed.state["app:quiet"] is True
    assert replayed.transcript == (
        ("user", "Hello?"),
        ("model", "Hi there."),
        ("user", "On Friday."),
        ("model", "Nine."),
    )
    assert replayed.of(events.TurnComplete)
    assert [answer.id for answer in replayed.tool_responses] == ["c1"]
    assert replayed.tool_responses[0].response == {"slots": ["Friday nine"]}
    ours = [entry.payload for entry in recording if entry.direction is WireDirection.OUT]
    assert list(replayed.sent) == ours, "byte by byte"


def test_stamps_are_those_of_the_recording(recording: list[WireEntry]) -> None:
    stamps: list[float | None] = []

    async def look(state: State, _: object) -> None:
        stamps.append(state.recent_mutations()[-1].timestamp)

    replay_now(builder().transcription().add_tool({"name": "find_slots"}).on_turn_boundary(look), recording)
    assert stamps[0] == pytest.approx(1_700_000_000.4, abs=0.01)


def test_the_recorded_agent_answers_as_it_was_recorded(recording: list[WireEntry]) -> None:
    replayed = replay_now(recorded_agent(recording), recording)
    assert replayed.setup == replay_now(agent(), recording).setup
    assert [answer.response for answer in replayed.tool_responses] == [{"slots": ["Friday nine"]}]
    assert replayed.transcript[:2] == (("user", "Hello?"), ("model", "Hi there."))


def test_what_a_callback_raises_comes_out(recording: list[WireEntry]) -> None:
    async def fail(_: State, __: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        replay_now(builder().on_turn_boundary(fail).callback_errors("raise"), recording)


def test_a_recording_that_was_cut_off_is_replayed_as_far_as_it_goes(recording: list[WireEntry]) -> None:
    for length in range(2, len(recording), 5):
        replay_now(agent(), recording[:length])


@pytest.mark.parametrize("name", NAMES)
def test_real_sessions_replay_the_same_each_time(name: str) -> None:
    entries = real(name)
    first = replay_now(recorded_agent(entries), entries)
    assert differences(first, replay_now(recorded_agent(entries), entries)) == []
    assert first.of(events.TurnComplete)
    asked = sum(b'"toolCall"' in entry.payload for entry in entries)
    assert len(first.tool_responses) == asked
    assert first.transcript


def test_several_connections_are_replayed_one_after_the_other() -> None:
    async def talk(_: LiveHandle, peer: Peer) -> None:
        await peer.send(text("Hi."), turn_complete())
        await settled()

    async def both() -> list[WireEntry]:
        return await record(builder(), talk)

    one = trio.run(both, clock=MockClock(autojump_threshold=0))
    assert replay_now(builder(), one).of(events.TurnComplete)
