from __future__ import annotations

import json

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, builder, call_of, text, tool_call, turn_complete
from tests.replay.recordings import record
from trio_live import ConfigError, FunctionResponse, LiveHandle, events
from trio_live.recording import WireDirection, WireEntry
from trio_live.replay import recorded_agent, replay_now, replay_session


async def ask(session: LiveHandle, peer: Peer) -> None:
    await peer.send(tool_call(call_of("find", "1"), call_of("find", "2")))
    await trio.sleep(3)
    await session.send_tool_response([FunctionResponse(id="1", name="find", response={"slots": 2})])
    await peer.send(text("Two."), turn_complete())
    await trio.sleep(1)


async def test_its_functions_answer_as_they_did_and_take_as_long(autojump_clock: MockClock) -> None:
    live = builder().instruction("Be brief.").add_tool({"name": "find"}).manual_tools("find").temperature(0.5)
    entries = await record(live, ask)
    agent = recorded_agent(entries)
    began = trio.current_time()
    async with replay_session(agent, entries) as replay:
        replay.release()
        with trio.fail_after(100):
            while len(replay.outbound_frames()) < 2:  # noqa: ASYNC110  # it is a list, and tells nobody
                await trio.sleep(0.1)
        assert trio.current_time() - began == pytest.approx(3, abs=0.2)
        await replay.drained()
        frames = replay.outbound_frames()
    assert frames[0] == entries[0].payload
    assert json.loads(frames[1])["toolResponse"]["functionResponses"] == [
        {"id": "1", "name": "find", "response": {"slots": 2}}
    ]


def test_without_a_setup_nothing_is_known_of_it() -> None:
    entries = [WireEntry(1, WireDirection.IN, 0, b'{"setupComplete":{}}')]
    with pytest.raises(ConfigError, match="does not begin with a setup"):
        recorded_agent(entries)
    assert replay_now(builder(), entries).of(events.TurnComplete) == ()
