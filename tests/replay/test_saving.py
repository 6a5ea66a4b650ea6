from __future__ import annotations

import runpy
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from tests.replay.recordings import record
from tests.replay.test_compare import agent, ask
from trio_live.recording import WireEntry
from trio_live.replay import Replayed, recorded_agent, replay_now
from trio_live.replay._saving import TestFile


def replayed(folder: Path) -> Replayed:
    async def make() -> list[WireEntry]:
        return await record(agent('it\'s "a"'), ask)

    entries = trio.run(make, clock=MockClock(autojump_threshold=0))
    (folder / "call.jsonl").write_bytes(b"".join(entry.to_line() for entry in entries))
    return replay_now(recorded_agent(entries), entries)


def test_the_test_passes_and_notices_a_change(tmp_path: Path) -> None:
    file = TestFile(recording="call.jsonl", module=None, agent="recorded_agent(entries)")
    source = file.source(replayed(tmp_path))
    path = tmp_path / "test_call.py"
    path.write_text(source, encoding="utf-8")
    runpy.run_path(str(path))["test_the_call_goes_as_it_was_recorded"]()
    path.write_text(source.replace("Two.", "Three."), encoding="utf-8")
    with pytest.raises(AssertionError):
        runpy.run_path(str(path))["test_the_call_goes_as_it_was_recorded"]()


def test_an_agent_of_a_module_is_imported(tmp_path: Path) -> None:
    file = TestFile(recording="../call.jsonl", module="my.agent", agent="my.agent.build()")
    source = file.source(replayed(tmp_path))
    assert "import my.agent\n" in source
    assert "replayed = replay_now(my.agent.build(), entries)\n" in source
    assert "RECORDING = Path(__file__).parent / '../call.jsonl'\n" in source
