"""``trio-live replay``, ``inspect`` and ``redact``: recordings on the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from trio_live import ConfigError, Live
from trio_live.cli._builders import find_builder, is_called
from trio_live.events import Speaker
from trio_live.recording import WireEntry, read_recording, redact_recording
from trio_live.recording._internal import holds_acts
from trio_live.replay import Replayed, inspect_recording, recorded_agent, replay_now
from trio_live.replay._internal import TestFile, divergences

OLD: Final = (
    "this recording is of an earlier version, which did not keep what the program asked for: what was typed, spoken or"
    " shown is not played again"
)


def replay_file(file: Path, against: str | None, test: Path | None) -> None:
    """Replay a recording, print what was said, and where it differs from what was recorded.

    Raises:
        ConfigError: there is nothing to replay; or the test exists already, or would expect what was not recorded.
        SystemExit: with status 1, something differs.
    """
    if test is not None and test.exists():
        raise ConfigError(f"{test} exists already; name another file for the test, or remove it")
    entries = read_recording(file)
    replayed = replay_now(_agent(entries, against), entries)
    for who, words in replayed.transcript:
        click.echo(f"{Speaker(who).label}: {words}")
    for answer in replayed.tool_responses:
        click.echo(f"{answer.name} answered {answer.response}")
    if replayed.phase is not None:
        click.echo(f"it ended in phase {replayed.phase!r}")
    if not holds_acts(entries):
        click.echo(OLD)
    found = divergences(entries, replayed, whole=against is not None)
    for line in found:
        click.echo(f"! {line}")
    if found and test is not None:
        raise ConfigError(f"no test is written, since the replay is not the call that was recorded: {found[0]}")
    if found:
        raise SystemExit(1)
    if test is not None:
        _save(test, file, against, replayed)
    what = (
        "setup, answers and all that was said" if against is not None and holds_acts(entries) else "setup and answers"
    )
    click.echo(f"{what} are those that were recorded")


def _agent(entries: list[WireEntry], against: str | None) -> Live:
    return recorded_agent(entries) if against is None else find_builder(against)


def _save(test: Path, file: Path, against: str | None, replayed: Replayed) -> None:
    recording = Path(os.path.relpath(file, test.parent)).as_posix()
    if against is None:
        written = TestFile(recording=recording, module=None, agent="recorded_agent(entries)")
    else:
        module, _, attribute = against.partition(":")
        call = "()" if is_called(against) else ""
        written = TestFile(recording=recording, module=module, agent=f"{module}.{attribute}{call}")
    test.write_text(written.source(replayed), encoding="utf-8")
    click.echo(f"wrote {test}")


def inspect_file(file: Path) -> None:
    """Print what happened in a recorded session."""
    found = inspect_recording(read_recording(file))
    for line in found.lines:
        click.echo(line)
    counts = {
        "connections": found.connections,
        "turns": found.turns,
        "calls": found.calls,
        "without an answer": found.unanswered,
        "unreadable frames": found.unreadable,
    }
    click.echo(", ".join(f"{count} {name}" for name, count in counts.items()))


def redact_file(file: Path, output: Path | None) -> None:
    """Write a copy of a recording without voices, pictures, long numbers and handles.

    Raises:
        ConfigError: the copy would replace the recording.
    """
    output = output or file.with_suffix(f".redacted{file.suffix}")
    if output.exists() and output.samefile(file):
        raise ConfigError("a recording is not redacted in its own place: name another file")
    lines = b"".join(entry.to_line() for entry in redact_recording(read_recording(file)))
    output.touch(mode=0o600)
    output.write_bytes(lines)
    click.echo(f"wrote {output}")
