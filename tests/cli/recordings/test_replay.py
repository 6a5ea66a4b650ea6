"""Recordings on the command line: in this process, since each command is a function over files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio
from click.testing import CliRunner, Result
from trio.testing import MockClock

from tests.peer import Peer, call_of, said, tool_call, turn_complete
from tests.replay.recordings import record
from tests.replay.test_compare import ask
from trio_live import LiveHandle
from trio_live.cli._commands import cli
from trio_live.recording import WireDirection, WireEntry, read_recording

AGENT = """
from trio_live import Live, tool

@tool
async def find() -> dict[str, str]:
    "Find."
    return {"found": "a"}

def build():
    return live

def made(words):
    return (
        Live.builder().model("gemini-2.5-flash-native-audio-latest").transcription().tools(find)
        .phase("first").instruction("Be kind.").transition("second", lambda state: state["session:turn_count"] > 0).done()
        .phase("second").instruction(words).done().initial_phase("first")
    )

live = made("Be quick.")
other = live.temperature(0.5)
phases = other.phase("a").instruction("x").tools([]).done().initial_phase("a")
changed = made("Be quicker.")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recorded_agents.py").write_text(AGENT, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import importlib

    live = importlib.import_module("recorded_agents").live

    async def make() -> list[WireEntry]:
        return await record(live, ask)

    async def make_typed() -> list[WireEntry]:
        return await record(live, chat)

    for name, made in {"call": make, "typed": make_typed}.items():
        entries = trio.run(made, clock=MockClock(autojump_threshold=0))
        (tmp_path / f"{name}.jsonl").write_bytes(b"".join(entry.to_line() for entry in entries))
    yield tmp_path
    sys.modules.pop("recorded_agents", None)


async def chat(session: LiveHandle, peer: Peer) -> None:
    await trio.sleep(1)
    await session.send_text("What have you found?")
    await peer.send(tool_call(call_of("find", "1")))
    await trio.sleep(1)
    await peer.send(said("An a."), turn_complete())
    await trio.sleep(1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.ask, "And else?")
        await trio.sleep(1)
        await peer.send(said("Nothing."), turn_complete())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_a_recording_is_replayed_with_its_own_setup(folder: Path) -> None:
    done = run("replay", "call.jsonl")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "Assistant: Two.",
        "find answered {'found': 'a'}",
        "setup and answers are those that were recorded",
    ]


def test_a_recording_is_replayed_against_a_builder(folder: Path) -> None:
    assert run("replay", "call.jsonl", "--against", "recorded_agents:build").exit_code == 0
    done = run("replay", "call.jsonl", "--against", "recorded_agents:other")
    assert done.exit_code == 1
    assert "! setup.generationConfig was " in done.output


@pytest.mark.parametrize("against", [(), ("--against", "recorded_agents:live"), ("--against", "recorded_agents:build")])
def test_a_saved_test_passes(against: tuple[str, ...], folder: Path) -> None:
    (folder / "tests").mkdir()
    done = run("replay", "call.jsonl", *against, "--save-test", "tests/test_call.py")
    assert done.exit_code == 0, done.output
    source = (folder / "tests" / "test_call.py").read_text(encoding="utf-8")
    names: dict[str, object] = {"__file__": str(folder / "tests" / "test_call.py")}
    exec(compile(source, "test_call.py", "exec"), names)  # noqa: S102
    test = names["test_the_call_goes_as_it_was_recorded"]
    assert callable(test)
    test()
    again = run("replay", "call.jsonl", *against, "--save-test", "tests/test_call.py")
    assert again.exit_code == 1
    assert "exists already" in again.output


@pytest.mark.parametrize("agent", ["other", "changed"])
def test_no_test_is_written_of_a_replay_that_differs(agent: str, folder: Path) -> None:
    done = run("replay", "typed.jsonl", "--against", f"recorded_agents:{agent}", "--save-test", "test_call.py")
    assert done.exit_code == 1
    lines = done.output.splitlines()
    first = next(line for line in lines if line.startswith("! ")).removeprefix("! ")
    assert lines[-1].endswith(f"no test is written, since the replay is not the call that was recorded: {first}")
    assert not (folder / "test_call.py").exists()


def test_a_typed_call_is_replayed_with_its_words_and_saved(folder: Path) -> None:
    done = run("replay", "typed.jsonl", "--against", "recorded_agents:live", "--save-test", "test_call.py")
    assert done.output.splitlines() == [
        "User: What have you found?",
        "Assistant: An a.",
        "User: And else?",
        "Assistant: Nothing.",
        "find answered {'found': 'a'}",
        "it ended in phase 'second'",
        "wrote test_call.py",
        "setup, answers and all that was said are those that were recorded",
    ]
    assert "('user', 'And else?')" in (folder / "test_call.py").read_text(encoding="utf-8")
    alone = run("replay", "typed.jsonl")
    assert alone.exit_code == 0, alone.output
    assert alone.output.startswith("User: What have you found?\n")


def test_another_word_of_the_framework_is_told(folder: Path) -> None:
    done = run("replay", "typed.jsonl", "--against", "recorded_agents:changed")
    assert done.exit_code == 1
    (told,) = (line for line in done.output.splitlines() if line.startswith("! "))
    assert "Be quick." in told
    assert "Be quicker." in told


def test_an_old_recording_says_what_it_cannot_do(folder: Path) -> None:
    entries = [entry for entry in read_recording("typed.jsonl") if entry.direction is not WireDirection.APP]
    (folder / "old.jsonl").write_bytes(b"".join(entry.to_line() for entry in entries))
    done = run("replay", "old.jsonl")
    assert done.exit_code == 0
    assert "what was typed, spoken or shown is not played again" in done.output
    assert "User: " not in done.output
    assert "is of an earlier version" not in run("replay", "typed.jsonl").output


def test_a_recording_is_inspected(folder: Path) -> None:
    done = run("inspect", "call.jsonl")
    assert done.exit_code == 0, done.output
    assert "   0.000 calls find({})" in done.output
    assert done.output.splitlines()[-1] == ("1 connections, 1 turns, 1 calls, 0 without an answer, 0 unreadable frames")


def test_a_redacted_copy_still_replays(folder: Path) -> None:
    done = run("redact", "call.jsonl")
    assert done.output == "wrote call.redacted.jsonl\n"
    assert len(read_recording("call.redacted.jsonl")) == len(read_recording("call.jsonl"))
    assert run("replay", "call.redacted.jsonl").exit_code == 0
    assert run("redact", "call.jsonl", "call.jsonl").exit_code == 1


def test_what_is_no_recording_is_told_in_a_line(folder: Path) -> None:
    (folder / "empty.jsonl").write_text("", encoding="utf-8")
    (folder / "half.jsonl").write_text("nonsense\n", encoding="utf-8")
    for command in ("replay", "inspect"):
        assert "holds nothing of a server" in run(command, "empty.jsonl").output
        assert "line 1: no frame of a recording" in run(command, "half.jsonl").output
    assert "line 1" in run("redact", "half.jsonl").output
