"""The servers on the pages run as their reader runs them: a process, a port, callers over WebSockets."""

from __future__ import annotations

import json
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.docs.blocks import EXAMPLES
from tests.processes import PLAIN
from tests.web.pages import browse, fetch
from trio_live.emulator import open_emulator

pytest.importorskip("hypercorn", reason="the dependency group `tests` has it")


@asynccontextmanager
async def running(name: str, folder: Path, **options: Any) -> AsyncGenerator[tuple[trio.Process, str], None]:
    """A server, and the address that it prints."""
    async with open_emulator(pace=None, realtime_playback=False, **options) as emulator, trio.open_nursery() as nursery:
        env = {**PLAIN, "GEMINI_API_KEY": "any", "GOOGLE_GEMINI_BASE_URL": emulator.url, "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, str(EXAMPLES / name), "0"]
        process: trio.Process = await trio.lowlevel.open_process(command, stdout=-1, env=env, cwd=folder)
        try:
            yield process, await first_line(process)
        finally:
            with trio.CancelScope(shield=True):
                process.kill()
                await process.wait()
            nursery.cancel_scope.cancel()


async def first_line(process: trio.Process) -> str:
    assert process.stdout is not None
    line = b""
    while not line.endswith(b"\n"):
        piece = await process.stdout.receive_some(1)
        assert piece, "the server ended before it had said where it is"
        line += piece
    return line.decode().strip()


def hold_call(address: str) -> tuple[bytes, list[Any]]:
    """Ask one question as a page would; what was heard, and what was told."""
    sound, told = b"", list[Any]()
    with connect(address) as page:
        page.send("What does a consultation cost?")
        while {"turn": "over"} not in told:
            message = page.recv(timeout=20)
            if isinstance(message, bytes):
                sound += message
            else:
                told.append(json.loads(message))
    return sound, told


async def test_a_call_over_the_web_server(tmp_path: Path) -> None:
    with trio.fail_after(30):
        async with running("web_server.py", tmp_path) as (_, address):
            assert address.startswith("ws://")
            sound, told = await trio.to_thread.run_sync(hold_call, address)
    assert len(sound) > 24_000
    assert {"desk": "A consultation is sixty dollars, and most insurances pay for it."} in told


async def test_the_page_is_told_when_nobody_can_answer(tmp_path: Path) -> None:
    with trio.fail_after(30):
        async with running("web_server.py", tmp_path, keys=["another"]) as (_, address):
            with pytest.raises(ConnectionClosed, match="1013"):
                await trio.to_thread.run_sync(hold_call, address)


def health(address: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=10) as answer:  # noqa: S310  # our own
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def call_service(address: str) -> int:
    """Hold a call; how many the service counts meanwhile."""
    with connect(f"{address.replace('http', 'ws')}/call/ann") as caller:
        caller.send("What does a consultation cost?")
        assert "sixty dollars" in str(caller.recv(timeout=20))
        calls: int = health(address)[1]["calls"]
        return calls


async def test_the_service_says_how_it_is_and_ends_well(tmp_path: Path) -> None:
    with trio.fail_after(30):
        async with running("service.py", tmp_path) as (process, address):
            assert await trio.to_thread.run_sync(health, address) == (200, {"calls": 0, "open": True})
            assert await trio.to_thread.run_sync(call_service, address) == 1
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
    assert list((tmp_path / "calls").iterdir()), "the call is kept"


async def test_a_call_through_the_page_that_is_mounted(tmp_path: Path) -> None:
    with trio.fail_after(60):
        async with running("mount_page.py", tmp_path) as (_, address):
            assert (await fetch(address, "talk/style.css"))[0] == 200
            assert (await fetch(address))[2] == b"The page is at /talk/"
            async with browse(address) as browser:
                await browser.until("welcome")
                await browser.say("text", text="What does a consultation cost?")
                await browser.until_line("model", "sixty dollars")
