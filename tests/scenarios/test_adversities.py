"""What the world does to a call, each by its name: a clear error or event, and the call unaffected where it can be."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
import trustme
from trio.testing import MockClock

from tests.scenarios.reconnecting import Call, calling
from trio_live import ConnectError, GoogleAI, Live, LiveHandle, State, events
from trio_live.emulator import Emulator, FaultPlan, open_emulator
from trio_live.errors import SnapshotUnreadable
from trio_live.persistence import FsPersistence, MemoryPersistence, SqlitePersistence
from trio_live.recording import MemoryWireRecorder, WireEntry, read_recording
from trio_live.replay import replay_now
from trio_live.session import CloseKind

NOWHERE = Path("/proc/self/nowhere")
"""A folder that nobody can make, not even root."""


def agent() -> Live:
    return Live.builder().model("gemini-2.5-flash-native-audio-latest").transcription()


async def goes_on(call: Call) -> None:
    """Whether the call is unaffected."""
    before = len(call.said)
    await call.ask("two")
    assert call.said[before:] == ["The second answer."]


def errors_of(call: Call) -> list[str]:
    return [event.message for event in call.of(events.Error)]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# -- disks ------------------------------------------------------------------------------------------------------


@pytest.fixture
def threads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs in a thread runs here: a clock that jumps does not wait for threads."""

    async def run_here(function: Callable[..., Any], *arguments: object, **_: object) -> Any:
        await trio.lowlevel.checkpoint()
        return function(*arguments)

    monkeypatch.setattr(trio.to_thread, "run_sync", run_here)


@pytest.mark.usefixtures("threads_at_once")
async def test_disk_full(autojump_clock: MockClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    shelf = FsPersistence(tmp_path)
    async with calling(agent().persistence(shelf)) as call:
        await goes_on(call)
        await trio.sleep(1)
        saved = await shelf.load("default")
        assert saved is not None
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            await goes_on(call)
            await trio.sleep(1)
            await goes_on(call)
            await trio.sleep(1)
            (told,) = errors_of(call)
            assert "could not be saved" in told
            assert "No space left on device" in told
            still = await shelf.load("default")
            assert still is not None
            assert still.turn_count == saved.turn_count, "the snapshot before is whole"
        await goes_on(call)
    last = await shelf.load("default")
    assert last is not None
    assert last.turn_count == 4
    assert names_in(tmp_path) == ["default.json"]


async def test_disk_full_while_recording(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Full(MemoryWireRecorder):
        def record(self, *_: Any) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with calling(agent().wire_recorder(Full())) as call:
        await goes_on(call)
        await goes_on(call)
        assert errors_of(call) == []
    assert [record.message for record in caplog.records if "recorder failed" in record.message] == [
        "the wire recorder failed; further failures are not told"
    ]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that not even root can write to needs /proc")
@pytest.mark.usefixtures("threads_at_once")
async def test_unwritable_folder(autojump_clock: MockClock) -> None:
    for shelf in (FsPersistence(NOWHERE), SqlitePersistence(NOWHERE / "calls.db")):
        try:
            async with calling(agent().persistence(shelf)) as call:
                await goes_on(call)
                await trio.sleep(1)
                assert any("could not be saved" in each and str(NOWHERE) in each for each in errors_of(call))
                await goes_on(call)
        except Exception as error:  # noqa: BLE001  # SQLite looks for its file at once, and says so before anybody talks
            assert isinstance(shelf, SqlitePersistence)
            assert str(NOWHERE) in str(error)  # noqa: PT017
    with pytest.raises(ConnectError, match=r"nowhere.*cannot be written"):
        async with agent().record_wire(NOWHERE / "call.jsonl").connect_google_ai("k", base_url="ws://127.0.0.1:1"):
            pytest.fail("it cannot have connected")


@pytest.mark.parametrize("damage", [b"{", b"\x00" * 100, b"[]", b'{"version": 99}'])
@pytest.mark.usefixtures("threads_at_once")
async def test_corrupt_snapshot(damage: bytes, autojump_clock: MockClock, tmp_path: Path) -> None:
    (tmp_path / "default.json").write_bytes(damage)
    with pytest.raises(SnapshotUnreadable, match=r"default\.json cannot be used"):
        async with calling(agent().persistence(FsPersistence(tmp_path))):
            pytest.fail("it cannot have connected")
    assert (tmp_path / "default.json").read_bytes() == damage, "nobody but its owner throws it away"


def test_torn_recording(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def talk() -> None:
        async with calling(agent().record_wire(tmp_path / "call.jsonl")) as call:
            await goes_on(call)
            await goes_on(call)

    trio.run(talk, clock=MockClock(autojump_threshold=0))
    whole = (tmp_path / "call.jsonl").read_bytes()
    for length in range(len(whole) - 200, len(whole) - 1, 37):
        (tmp_path / "torn.jsonl").write_bytes(whole[:length])
        replayed = replay_now(agent(), read_recording(tmp_path / "torn.jsonl"))
        assert replayed.transcript[:2] == (("user", "two"), ("model", "The second answer."))
    assert "torn.jsonl" in caplog.text


# -- clocks -----------------------------------------------------------------------------------------------------


class Jumpy:
    """A wall clock that somebody sets."""

    def __init__(self) -> None:
        self.offset = 1_700_000_000.0

    def __call__(self) -> float:
        return self.offset + trio.current_time()


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
async def test_clock_jump(jump: float, autojump_clock: MockClock) -> None:
    """Of the wall clock: the talk goes by Trio's, which nobody sets."""
    clock, shelf, recorder = Jumpy(), MemoryPersistence(), MemoryWireRecorder()
    live = agent().persistence(shelf).wire_recorder(recorder).state(State(clock=clock))
    async with calling(live, connection_lifetime=600.0, idle_timeout=None) as call:
        await goes_on(call)
        clock.offset += jump
        await trio.sleep(700)
        await goes_on(call)
        assert call.session.link.generation == 2
        age = call.session.link.age
        assert age is not None
        assert 0 < age < 700
        assert errors_of(call) == []
    assert len({entry.ts_ms for entry in recorder.entries()}) > 2
    clock.offset -= 2 * jump  # and back, twice as far
    emulation = call.emulation
    async with calling(live.state(State(clock=clock)), connection_lifetime=None) as again:
        await goes_on(again)
        told = errors_of(again)
        assert all("does not remember the earlier session" in each for each in told), "it may be taken for old"
    assert emulation.connections.active == 0


def test_clock_jump_in_a_recording() -> None:
    clock, recorder = Jumpy(), MemoryWireRecorder()

    async def talk() -> None:
        async with calling(agent().wire_recorder(recorder).state(State(clock=clock))) as call:
            await goes_on(call)
            clock.offset -= 3600
            await goes_on(call)

    trio.run(talk, clock=MockClock(autojump_threshold=0))
    entries: list[WireEntry] = recorder.entries()
    assert entries[-1].ts_ms < entries[0].ts_ms
    replayed = replay_now(agent(), entries)
    assert [words for _, words in replayed.transcript] == ["two", "The second answer."] * 2


# -- networks ---------------------------------------------------------------------------------------------------


class Names(trio.abc.HostnameResolver):
    """Knows one name, except when it is told to know nothing."""

    def __init__(self) -> None:
        self.failures = 0
        self.asked = 0

    async def getaddrinfo(  # noqa: PLR0917  # as Trio has it
        self,
        host: Any,
        port: Any,
        family: int = 0,
        type: int = 0,  # noqa: A002
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        await trio.lowlevel.checkpoint()
        self.asked += 1
        if self.failures:
            self.failures -= 1
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", int(port)))]

    async def getnameinfo(self, sockaddr: Any, flags: int) -> Any:
        raise NotImplementedError


@asynccontextmanager
async def served(**choices: Any) -> AsyncGenerator[Emulator, None]:
    cut = FaultPlan.of("cut", "turn_end", after=0.5)
    async with open_emulator(pace=None, realtime_playback=False, faults=cut, **choices) as emulator:
        yield emulator


async def connected_again(session: LiveHandle) -> list[str]:
    """Ask, which ends in a cut, and wait for what becomes of it."""
    seen: list[str] = []
    with trio.fail_after(120):
        async with session.events() as stream:
            await session.send_text("What does it cost?")
            async for event in stream:
                match event:
                    case events.Connected(how):
                        seen.append(how.name)
                    case events.Reconnecting():
                        seen.append("again")
                if seen[-1:] == ["RESUMED"]:
                    break
    return seen


async def test_dns_failure(mock_clock: MockClock) -> None:
    mock_clock.rate = 4.0
    names = Names()
    trio.socket.set_custom_hostname_resolver(names)
    async with served() as emulator:
        endpoint = GoogleAI("k", f"ws://emulator.test:{emulator.port}", cleartext=True)
        names.failures = 1
        with pytest.raises(ConnectError, match=r"emulator\.test.*name resolution"):
            async with agent().connect(endpoint):
                pytest.fail("it cannot have connected")
        async with agent().connect(endpoint) as session:
            names.failures = 1
            seen = await connected_again(session)
            assert seen == ["NEW", "again", "again", "RESUMED"]
    assert names.asked == 4


async def test_tls_failure(mock_clock: MockClock) -> None:
    mock_clock.rate = 4.0
    good, bad = trustme.CA(), trustme.CA()
    context, trusting = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    good.issue_cert("127.0.0.1").configure_cert(context)
    good.configure_trust(trusting)
    async with served(ssl_context=context) as emulator:
        with pytest.raises(ConnectError, match="certificate"):
            async with agent().connect_google_ai("k", base_url=emulator.url):
                pytest.fail("it cannot have connected")
        async with agent().connect_google_ai("k", base_url=emulator.url, ssl_context=trusting) as session:
            async with session.events() as stream:
                await session.send_text("What does it cost?")
                bad.issue_cert("127.0.0.1").configure_cert(context)  # from now on nobody can trust it
                with trio.fail_after(120):
                    seen = [event async for event in stream]
            assert sum(isinstance(event, events.Reconnecting) for event in seen) == 5
            assert session.ended is not None
            assert "certificate" in (session.ended.reason or "")


async def test_expired_token(mock_clock: MockClock) -> None:
    mock_clock.rate = 4.0
    tokens = iter(["good", "expired"])
    async with served(keys=["good"]) as emulator:
        async with agent().connect_google_ai(lambda: next(tokens), base_url=emulator.url) as session:
            await session.send_text("What does it cost?")
            with trio.fail_after(120):
                await session.done()
        assert session.ended is not None
        assert session.ended.kind is CloseKind.AUTHENTICATION
        assert "expired" not in (session.ended.reason or ""), "no credential is ever told"
        asked: list[str] = []

        async def fresh() -> str:
            await trio.lowlevel.checkpoint()
            asked.append("good")
            return asked[-1]

        async with agent().connect_google_ai(fresh, base_url=emulator.url) as session:
            assert await connected_again(session) == ["NEW", "again", "RESUMED"]
        assert len(asked) == 2, "a credential is asked for at each dial"
