"""Whoever follows the tutorial from an empty folder gets what it promises: its files are saved, its commands run."""

from __future__ import annotations

import runpy
import shutil
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

import trio_live.audio
from docs.make_includes import MARKED
from tests.docs.blocks import DOCS, EXAMPLES, assert_shown
from tests.processes import PLAIN, finish
from trio_live import Live, LiveHandle
from trio_live._tasks import open_service_nursery
from trio_live.audio import AudioDevice, open_wav_device
from trio_live.emulator import load_persona, open_emulator, serve_transport
from trio_live.transport import memory_transport_pair

TUTORIAL = EXAMPLES / "tutorial"
SPEECH = EXAMPLES.parents[1] / "trio_live" / "cli" / "calls" / "hello.wav"
LONGEST_VOICE_AGENT = 30
"""Lines, as the page's title says."""


def test_the_files_of_the_tutorial_are_on_its_pages() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (DOCS / "tutorial").glob("*.md"))
    shown = {Path(found["file"]).name for found in MARKED.finditer(pages)}
    assert {path.name for path in TUTORIAL.iterdir() if path.is_file()} <= shown


async def test_the_voice_agent_is_heard_and_hears(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    @asynccontextmanager
    async def open_device() -> AsyncGenerator[AudioDevice, None]:
        async with open_wav_device(SPEECH, tmp_path / "heard.wav") as device:
            yield device

    @asynccontextmanager
    async def connect_in_memory(live: Live) -> AsyncGenerator[LiveHandle, None]:
        ours, theirs = memory_transport_pair()
        async with open_service_nursery("the example is over") as nursery:
            nursery.start_soon(serve_transport, theirs)
            async with live.connect_with_transport(ours) as session:
                yield session

    monkeypatch.setattr(trio_live.audio, "open_device", open_device)
    monkeypatch.setattr(Live, "connect_from_env", connect_in_memory)
    with trio.move_on_after(30):  # until Ctrl-C
        await runpy.run_path(str(TUTORIAL / "voice.py"))["main"]()
    printed = capsys.readouterr().out
    page = (DOCS / "tutorial" / "voice-agent.md").read_text(encoding="utf-8")
    assert len(printed.splitlines()) == 2
    for line in printed.splitlines():
        assert line in page
    assert len((TUTORIAL / "voice.py").read_text(encoding="utf-8").splitlines()) <= LONGEST_VOICE_AGENT
    assert any((tmp_path / "heard.wav").read_bytes()[44:])


async def test_the_governed_agent_prints_what_the_page_shows(tmp_path: Path) -> None:
    shutil.copy(TUTORIAL / "restaurant.py", tmp_path)
    async with open_emulator(load_persona(TUTORIAL / "luna.toml"), pace=None, realtime_playback=False) as emulator:
        env = {**PLAIN, "GEMINI_API_KEY": "any", "GOOGLE_GEMINI_BASE_URL": emulator.url}
        with trio.fail_after(60):
            done = await trio.run_process(
                [sys.executable, "-W", "error", "restaurant.py"], env=env, cwd=tmp_path, capture_stdout=True
            )
    assert_shown(TUTORIAL / "restaurant.py", done.stdout.decode())


def test_the_tests_pass_where_the_reader_keeps_them(tmp_path: Path) -> None:
    for path in TUTORIAL.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    done = finish(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_restaurant.py", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert_shown(TUTORIAL / "test_restaurant.py", done.stdout)
