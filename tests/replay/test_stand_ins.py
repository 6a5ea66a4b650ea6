from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, builder, tool_call, turn_complete
from tests.replay.recordings import record
from trio_live import ConfigError, ConnectError, Live, LiveHandle, ToolError, tool
from trio_live.recording import WireDirection, WireEntry
from trio_live.replay import replay_now, replay_session
from trio_live.tools import StdioServer

SERVER = StdioServer(["no-such-program-that-could-be-started"])


@tool
async def forecast(city: str) -> Any:
    """Tell the weather."""
    await trio.sleep(0.3)
    if city == "Atlantis":
        raise ToolError("there is no such place", retry=True)
    return f"fog in {city}" if city != "Rome" else {"sky": "blue", "degrees": 30}


async def talk(_: LiveHandle, peer: Peer) -> None:
    for number, city in enumerate(("Oslo", "Rome", "Atlantis", "Oslo")):
        await peer.send(tool_call({"id": f"c{number}", "name": "forecast", "args": {"city": city}}))
        await trio.sleep(1)
        await peer.send(turn_complete())
        await trio.sleep(1)


async def made() -> list[WireEntry]:
    """What an agent recorded whose server had a tool, which here stands for it."""
    return await record(builder().tools(forecast), talk)


def agent() -> Live:
    return builder().mcp(SERVER)


async def test_no_server_is_started_and_its_tools_answer_as_they_did_and_take_as_long(
    autojump_clock: MockClock,
) -> None:
    entries = await made()
    async with replay_session(agent(), entries) as replay:
        replay.release()
        await replay.drained()
    assert replay.outbound_frames() == [each.payload for each in entries if each.direction is WireDirection.OUT]


def test_the_same_as_a_value() -> None:
    entries = trio.run(made, clock=MockClock(autojump_threshold=0))
    replayed = replay_now(agent(), entries)
    assert [each.response for each in replayed.tool_responses][:2] == [
        {"output": "fog in Oslo"},
        {"sky": "blue", "degrees": 30},
    ]
    assert replayed == replay_now(agent(), entries)


async def test_a_tool_of_the_agents_own_wins(autojump_clock: MockClock) -> None:
    @tool(name="forecast")
    async def other(city: str) -> str:
        """Tell the weather."""
        return f"sun in {city}"

    async with replay_session(agent().tools(other), await made()) as replay:
        replay.release()
        await replay.drained()
    assert b"sun in Oslo" in b"".join(replay.outbound_frames())


async def test_a_call_that_was_never_answered_fails_and_says_why(autojump_clock: MockClock) -> None:
    entries = [each for each in await made() if b"toolResponse" not in each.payload]
    async with replay_session(agent(), entries) as replay:
        replay.release()
        await replay.drained()
    assert b"the recording has no answer" in b"".join(replay.outbound_frames())


async def test_without_a_setup_nobody_knows_what_the_servers_had(autojump_clock: MockClock) -> None:
    entries = [each for each in await made() if b'"setup"' not in each.payload]
    with pytest.raises(ConfigError, match="does not begin with a setup"):
        async with replay_session(agent(), entries):
            pytest.fail("it cannot have been opened")


async def test_a_session_that_is_no_replay_starts_its_servers(tmp_path: Path) -> None:
    """So that the tests above could fail."""

    with pytest.raises(ConnectError, match="cannot be had"):
        async with agent().connect_with_transport(Peer().client):
            pytest.fail("there is no such server")
