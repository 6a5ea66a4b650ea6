from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, builder, call_of, text, tool_call, turn_complete
from tests.replay.recordings import NAMES, real, record
from trio_live import Live, LiveHandle, tool
from trio_live.recording import WireEntry
from trio_live.replay import recorded_agent, replay_now
from trio_live.replay._compare import divergences


async def ask(_: LiveHandle, peer: Peer) -> None:
    await peer.send(tool_call(call_of("find", "1")))
    await trio.sleep(1)
    await peer.send(text("Two."), turn_complete())
    await trio.sleep(1)


def agent(answer: str) -> Live:
    @tool
    async def find() -> dict[str, str]:
        """Find."""
        return {"found": answer}

    return builder().tools(find)


@pytest.fixture(scope="module")
def recording() -> list[WireEntry]:
    async def make() -> list[WireEntry]:
        return await record(agent("a"), ask)

    return trio.run(make, clock=MockClock(autojump_threshold=0))


def test_the_same_agent_does_the_same(recording: list[WireEntry]) -> None:
    assert divergences(recording, replay_now(agent("a"), recording), whole=True) == ()
    assert divergences(recording, replay_now(recorded_agent(recording), recording), whole=False) == ()


def test_another_answer_is_told(recording: list[WireEntry]) -> None:
    assert divergences(recording, replay_now(agent("b"), recording), whole=True) == (
        'the call 1 was answered with {"found": "a"}, and is with {"found": "b"}',
    )


def test_another_setup_is_told(recording: list[WireEntry]) -> None:
    live = agent("a").temperature(0.5)
    (line,) = divergences(recording, replay_now(live, recording), whole=True)
    assert line.startswith("setup.generationConfig was ")
    assert line.endswith('"temperature": 0.5}')


def test_a_missing_answer_is_told(recording: list[WireEntry]) -> None:
    live = builder().add_tool({"name": "find"}).manual_tools("find")
    lines = divergences(recording, replay_now(live, recording), whole=True)
    assert 'the call 1 was answered with {"found": "a"}, and is not answered' in lines
    without = [entry for entry in recording if b"toolResponse" not in entry.payload]
    assert divergences(without, replay_now(agent("a"), without), whole=True) == (
        'the call 1 was not answered, and is answered with {"found": "a"}',
    )


@pytest.mark.parametrize("name", NAMES)
def test_real_calls_are_answered_as_they_were(name: str) -> None:
    entries = real(name)
    found = divergences(entries, replay_now(recorded_agent(entries), entries), whole=False)
    assert [line for line in found if not line.startswith("setup.")] == []
