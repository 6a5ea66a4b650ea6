"""``inspect --html`` on the command line."""

from __future__ import annotations

import json
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trio
from click.testing import CliRunner, Result
from trio.testing import MockClock

from tests.replay.recordings import record
from tests.replay.test_compare import ask
from trio_live.cli._commands import cli
from trio_live.recording import WireEntry
from trio_live.state import FileJournalSink, State

AGENT = """
from trio_live import Live, tool

@tool
async def find() -> dict[str, str]:
    "Find."
    return {"found": "a"}

live = (
    Live.builder().model("gemini-2.5-flash-native-audio-latest").tools(find)
    .phase("one").transition_with("two", lambda state: True, "always").done()
    .phase("two").terminal().done().initial_phase("one")
)
hiding = live.redact(digits=3)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "drawn_agents.py").write_text(AGENT, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import importlib

    live = importlib.import_module("drawn_agents").live

    async def make() -> list[WireEntry]:
        return await record(live.record_notes(tmp_path / "call.notes"), ask)

    entries = trio.run(make, clock=MockClock(autojump_threshold=0))
    (tmp_path / "call.jsonl").write_bytes(b"".join(entry.to_line() for entry in entries))
    yield tmp_path
    sys.modules.pop("drawn_agents", None)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["inspect", "call.jsonl", *arguments])


def index(page: Path) -> dict[str, Any]:
    (found,) = re.findall(
        r'<script type="application/json" id="index">(.*?)</script>', page.read_text(encoding="utf-8")
    )
    read: dict[str, Any] = json.loads(found)
    return read


def rows(page: Path) -> set[str]:
    return {row["row"] for row in index(page)["rows"] if "chunks" in row}


def test_the_wire_alone_tells_what_was_said(folder: Path) -> None:
    done = run("--html", "call.html")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("wrote call.html: 1 turns")
    assert index(folder / "call.html")["sources"] == ["wire"]
    assert rows(folder / "call.html") >= {"turn", "tool", "in", "out"}
    assert "phase" not in rows(folder / "call.html")
    assert stat.S_IMODE((folder / "call.html").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "beside", [("--against", "drawn_agents:live"), ("--notes", "call.notes")], ids=["against", "notes"]
)
def test_phases_and_steps_are_known_by_a_replay_or_by_notes(beside: tuple[str, ...], folder: Path) -> None:
    done = run("--html", "call.html", *beside)
    assert done.exit_code == 0, done.output
    assert rows(folder / "call.html") >= {"turn", "tool", "phase", "step", "state"}
    assert index(folder / "call.html")["contract"]["initial_phase"] == "one"
    assert "sample" in index(folder / "call.html")["sources"] or beside[0] == "--against"


def test_a_replay_happens_at_the_recorded_times(folder: Path) -> None:
    run("--html", "replayed.html", "--against", "drawn_agents:live")
    run("--html", "noted.html", "--notes", "call.notes")
    replayed, noted = index(folder / "replayed.html"), index(folder / "noted.html")
    assert replayed["length"] == pytest.approx(noted["length"], abs=0.05)
    assert replayed["began"] == pytest.approx(noted["began"], abs=0.05)


def test_a_journal_tells_the_state(folder: Path) -> None:
    with FileJournalSink(folder / "journal") as sink:
        State(clock=lambda: index(folder / "call.html")["began"] + 0.01, sinks=[sink])
        run("--html", "call.html")
        state = State(clock=lambda: index(folder / "call.html")["began"], sinks=[sink])
        state.set("session:phase", "one")
    done = run("--html", "call.html", "--journal", "journal")
    assert done.exit_code == 0, done.output
    assert rows(folder / "call.html") >= {"phase", "state"}


def test_a_page_hides_what_its_builder_or_the_command_says(folder: Path) -> None:
    lines = (folder / "call.jsonl").read_text().splitlines()
    assert lines
    for beside in (("--redact",), ("--against", "drawn_agents:hiding")):
        done = run("--html", "call.html", *beside)
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--redact",), "say where, with --html"),
        (("--html", "x.html", "--against", "drawn_agents:live", "--notes", "call.notes"), "name one of them"),
        (("--html", "call.jsonl"), "would replace call.jsonl"),
        (("--html", "call.notes", "--notes", "call.notes"), "would replace call.notes"),
        (("--html", "x.html", "--notes", "call.jsonl"), "no note of a call"),
        (("--html", "x.html", "--journal", "call.notes"), "not a mutation"),
        (("--html", "x.html", "--against", "drawn_agents:nobody"), "cannot be found"),
        (
            (
                "--html",
                "missing/x.html",
            ),
            "No such file",
        ),
    ],
    ids=["no page", "twice", "over itself", "over its notes", "no notes", "no journal", "nobody", "no folder"],
)
def test_what_cannot_be_drawn_is_told_in_a_line(arguments: tuple[str, ...], words: str, folder: Path) -> None:
    done = run(*arguments)
    assert done.exit_code != 0
    assert words in done.output
    assert "Traceback" not in done.output
    assert not (folder / "x.html").exists()
