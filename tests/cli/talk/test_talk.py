"""``trio-live talk`` as a process, and what of it needs none."""

from __future__ import annotations

import functools
import json
import signal
import webbrowser
import zlib
from pathlib import Path

import pytest
import trio

from tests.processes import PLAIN, TRIO_LIVE, finish, first_lines, serve
from tests.web.pages import browse, fetch
from trio_live.cli._talk import TalkCommand, run_talk

run = functools.partial(finish, *TRIO_LIVE, "talk")

OWN = """
from trio_live import Live


def add(a: int, b: int) -> int:
    "Add two numbers."
    return a + b


def build() -> Live:
    return Live.builder().tools(add).phase("first").done().initial_phase("first")


nothing = 7
"""


def command(**options: object) -> TalkCommand:
    usual = {"builder": None, "host": "127.0.0.1", "port": 0, "token": None, "origin": (), "open_browser": False}
    return TalkCommand(**{**usual, "force_emulator": True, **options})  # type: ignore[arg-type]


async def test_the_front_desk_is_spoken_with_through_the_page() -> None:
    with serve(*TRIO_LIVE, "talk", "--no-open", "--port", "0") as process, trio.fail_after(60):
        url, _ = await trio.to_thread.run_sync(first_lines, process)
        assert url.startswith("http://127.0.0.1:")
        assert b"<!doctype html>" in (await fetch(url))[2]
        async with browse(url) as browser:
            welcome = await browser.until("welcome")
            assert "No key is used, so this is the emulator's front_desk." in welcome["about"]
            assert welcome["model"] == "gemini-3.8-live"
            await browser.until("state", phase="welcome")
            await browser.until_line("model", "Good morning, Harbour Clinic, how can I help you?")
            await browser.say("text", text="This is Maria Lopez, I need an appointment with Doctor Chen.")
            await browser.until_line("model", "Which day would suit you")
            await browser.say("bye")
            await browser.end()
        process.send_signal(signal.SIGINT)
        assert await trio.to_thread.run_sync(process.wait) == 128 + signal.SIGINT


async def test_an_agent_of_ones_own_is_spoken_with(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    env = {**PLAIN, "PYTHONPATH": str(tmp_path)}
    with serve(*TRIO_LIVE, "talk", "own:build", "--no-open", "--port", "0", env=env) as process, trio.fail_after(60):
        url, _ = await trio.to_thread.run_sync(first_lines, process)
        async with browse(url) as browser:
            await browser.until("state", phase="first")
            await browser.say("text", text="What does it cost?")
            await browser.until_line("model", "sixty dollars")


async def test_a_persona_of_ones_own_answers(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    (tmp_path / "desk.toml").write_text('name = "desk"\n[[default]]\nsay = "My own words."', encoding="utf-8")
    env = {**PLAIN, "PYTHONPATH": str(tmp_path)}
    command = (*TRIO_LIVE, "talk", "own:build", "--no-open", "--port", "0", "--persona", str(tmp_path / "desk.toml"))
    with serve(*command, env=env) as process, trio.fail_after(60):
        url, _ = await trio.to_thread.run_sync(first_lines, process)
        async with browse(url) as browser:
            await browser.until("state", phase="first")
            await browser.say("text", text="What does it cost?")
            await browser.until_line("model", "My own words")


def test_what_cannot_be_an_agent_is_told_before_anything_is_served(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    ended = run("own:nothing", "--no-open", "--port", "0", cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr == "Error: 'own:nothing' is a int, not a Live builder\n"
    assert ended.stdout == ""


async def test_the_browser_is_opened_with_the_token_behind_the_hash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    came = trio.Event()

    def open_it(address: str) -> bool:
        opened.append(address)
        trio.from_thread.run_sync(came.set)
        return True

    monkeypatch.setattr(webbrowser, "open", open_it)
    with trio.fail_after(20):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(run_talk, command(open_browser=True, token="a-secret"))
            await came.wait()
            nursery.cancel_scope.cancel()
    assert opened == [capsys.readouterr().out.strip()]
    assert opened[0].endswith("/#token=a-secret")


async def test_the_environment_chooses_the_real_api(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "key")
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "ws://127.0.0.1:9")
    with trio.fail_after(20):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(run_talk, command(force_emulator=False, builder="trio_live:Live.builder"))
            while not (url := capsys.readouterr().out.strip()):  # noqa: ASYNC110  # nothing tells of it
                await trio.sleep(0.01)
            async with browse(url) as browser:
                _, reason = await browser.end()
            assert "127.0.0.1:9 cannot be reached" in reason
            nursery.cancel_scope.cancel()


async def test_the_calls_can_be_looked_at_beside_the_page() -> None:
    with serve(*TRIO_LIVE, "talk", "--no-open", "--port", "0", "--timeline") as process, trio.fail_after(60):
        url, _ = await trio.to_thread.run_sync(first_lines, process)
        assert process.stdout is not None
        line = (await trio.to_thread.run_sync(process.stdout.readline)).strip()
        timeline, _, token = line.removeprefix("timeline: ").partition("#")
        assert timeline == f"{url}timeline/"
        assert b"Timeline" in (await fetch(url, "timeline/"))[2]
        async with browse(url) as browser:
            await browser.until("welcome")
            await browser.until_line("model", "how can I help you?")
            async with browse(url, path="timeline/parts", token=token) as looks:
                await looks.socket.send(json.dumps({"ask": 1}))
                answer = await looks.socket.recv()
                assert isinstance(answer, bytes)
                index = json.loads(zlib.decompress(answer[4:]))
                assert (index["live"], index["calls"]) == (True, ["1"])
                assert index["contract"]["initial_phase"] == "welcome"
