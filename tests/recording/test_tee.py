"""A session that is recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, builder, call, reading, said, settled, text, turn_complete
from trio_live import ConnectError, Live, State
from trio_live._typing import Seconds
from trio_live.recording import MemoryWireRecorder, WireDirection, read_recording


class Broken:
    def __init__(self) -> None:
        self.calls = 0

    def record(self, direction: WireDirection, payload: bytes, now: Seconds) -> None:
        self.calls += 1
        raise RuntimeError("no")

    def flush(self) -> None:
        raise RuntimeError("no either")


async def test_every_frame_is_recorded_as_it_is_on_the_wire(autojump_clock: MockClock) -> None:
    recorder = MemoryWireRecorder()
    live = builder().wire_recorder(recorder).state(State(clock=trio.current_time))
    async with call(live) as (session, peer):
        await trio.sleep(1.5)
        await session.send_text("Hello?")
        await trio.sleep(1)
        await peer.send(text("Hi."), turn_complete())
        await peer.send("no JSON", b"\xff\xfe")
        await settled()
    entries = recorder.entries()
    assert [entry.direction for entry in entries] == [
        *(WireDirection.OUT, WireDirection.IN, WireDirection.APP, WireDirection.APP, WireDirection.OUT),
        *[WireDirection.IN] * 4,
        WireDirection.CLOSE,
    ]
    assert [entry.payload for entry in entries if entry.direction is WireDirection.OUT] == [
        frame.encode() if isinstance(frame, str) else frame for frame in peer.client.sent
    ]
    assert [entry.payload for entry in entries[7:9]] == [b"no JSON", b"\xff\xfe"]
    assert [entry.ts_ms for entry in entries] == [0, 0, 0, 1500, 1500, 2500, 2500, 2500, 2500, 2500]
    assert entries[-1].close == (1000, "closed by this side")


async def test_the_end_by_the_server_is_recorded_with_its_words(autojump_clock: MockClock) -> None:
    recorder = MemoryWireRecorder()
    async with call(builder().wire_recorder(recorder)) as (_, peer):
        peer.close(1011, "internal error")
        await settled()
    assert recorder.entries()[3].close == (1011, "internal error")


async def test_a_broken_recorder_breaks_nothing_else(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = Broken()
    async with call(builder().wire_recorder(recorder)) as (session, peer), reading(session) as seen:
        await session.send_text("Hello?")
        await peer.send(text("Hi."), turn_complete())
        await settled()
        assert len(seen) > 2
    assert recorder.calls > 4
    assert caplog.text.count("the wire recorder failed") == 1


async def test_a_file_is_complete_up_to_the_last_second(autojump_clock: MockClock, tmp_path: Path) -> None:
    path = tmp_path / "call.jsonl"
    async with call(builder().record_wire(path)) as (_, peer):
        await peer.send(said("Hi."))
        await trio.sleep(1.1)
        assert len(read_recording(path)) == 4
    assert read_recording(path)[-1].close == (1000, "closed by this side")
    assert json.loads(read_recording(path)[0].payload)["setup"]


async def test_a_file_that_cannot_be_made_is_an_error_when_connecting(tmp_path: Path) -> None:
    peer = Peer()
    with pytest.raises(ConnectError, match="cannot be written: No such file or directory"):
        async with call(builder().record_wire(tmp_path / "nowhere" / "call.jsonl"), peer):
            pass
    assert peer.client.sent == []


async def test_of_the_two_ways_to_record_the_later_one_counts(autojump_clock: MockClock, tmp_path: Path) -> None:
    recorder, path = MemoryWireRecorder(), tmp_path / "call.jsonl"
    async with call(builder().record_wire(path).wire_recorder(recorder)):
        pass
    assert not path.exists()
    async with call(builder().wire_recorder(recorder).record_wire(path)):
        pass
    assert len(recorder) == len(read_recording(path)) == 4


@pytest.mark.parametrize("recorder", [None, "call.jsonl", object()])
def test_what_is_no_recorder_is_refused(recorder: object) -> None:
    with pytest.raises(TypeError, match="record and flush"):
        Live.builder().wire_recorder(recorder)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Live.builder().record_wire(object())  # type: ignore[arg-type]
