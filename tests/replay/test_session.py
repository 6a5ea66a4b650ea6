from __future__ import annotations

from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, builder, said, text, turn_complete
from tests.replay.recordings import record
from trio_live import LiveHandle, State, events
from trio_live.errors import ConnectRejected
from trio_live.persistence import FsPersistence
from trio_live.recording import WireDirection, WireEntry
from trio_live.replay import replay_session
from trio_live.testing import collect_events_until_idle


async def talk(_: LiveHandle, peer: Peer) -> None:
    await trio.sleep(1)
    await peer.send(text("Hi."), turn_complete())
    await trio.sleep(1)
    await peer.send(said("Still there?"), turn_complete())
    await trio.sleep(1)


async def test_whoever_subscribes_before_the_release_misses_nothing(autojump_clock: MockClock) -> None:
    entries = await record(builder(), talk)
    async with replay_session(builder(), entries) as replay, replay.handle.events() as stream:
        await trio.sleep(10)
        assert len(replay.outbound_frames()) == 1
        replay.release()
        seen = await collect_events_until_idle(stream, 5)
        await replay.drained()
        assert sum(isinstance(event, events.TurnComplete) for event in seen) == 2
        assert replay.journal()
        await replay.disconnect()


async def test_nothing_is_saved_or_recorded_by_a_replay(autojump_clock: MockClock, tmp_path: Path) -> None:
    entries = await record(builder(), talk)
    live = builder().persistence(FsPersistence(tmp_path / "kept")).record_wire(tmp_path / "call.jsonl")
    async with replay_session(live, entries) as replay:
        replay.release()
        await replay.drained()
    assert not (tmp_path / "kept").exists()
    assert not (tmp_path / "call.jsonl").exists()


async def test_a_state_of_the_builders_own_is_used(autojump_clock: MockClock) -> None:
    entries, state = await record(builder(), talk), State()
    async with replay_session(builder().state(state), entries) as replay:
        replay.release()
        await replay.drained()
        assert replay.journal() == state.recent_mutations()
    assert state.get("session:turn_count") == 2


async def test_a_refused_setup_is_refused_again(autojump_clock: MockClock) -> None:
    entries = [
        WireEntry(1, WireDirection.OUT, 0, b'{"setup":{"model":"models/m"}}'),
        WireEntry(2, WireDirection.CLOSE, 10, b"1008 no such model"),
    ]
    with pytest.raises(ConnectRejected, match="no such model"):
        async with replay_session(builder(), entries) as replay:
            replay.release()


async def test_a_cancelled_replay_leaves_nothing_behind(autojump_clock: MockClock) -> None:
    entries = await record(builder(), talk)
    with trio.move_on_after(5) as patience:
        async with replay_session(builder(), entries):
            await trio.sleep_forever()
    assert patience.cancelled_caught
