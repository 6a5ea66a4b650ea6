"""``trio-live inspect --html``: a recording as a page with its timeline."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import attrs
import click

from trio_live import ConfigError
from trio_live.cli._builders import find_builder
from trio_live.recording import WireEntry, read_recording, redact_recording
from trio_live.redaction import Redaction
from trio_live.replay import replay_now
from trio_live.state import read_journal
from trio_live.timeline import Note, read_notes, timeline_html, timeline_of
from trio_live.timeline._internal import notes_of_journal

LOOKS = "sample"
"""What a look at a session is noted as: a replay's own link and queues are nobody's."""


@attrs.frozen(kw_only=True)
class TimelineCommand:
    """What was asked for."""

    html: Path
    """The page that is written."""
    against: str | None = None
    notes: Path | None = None
    journal: Path | None = None
    redact: bool = False


def draw_timeline(file: Path, command: TimelineCommand) -> None:
    """Write a page with the timeline of a recording.

    Raises:
        ConfigError: the recording or what is beside it cannot be read, or the page would replace one of them.
        OSError: the page cannot be written.
    """
    entries = read_recording(file)
    beside = {"--against": command.against, "--notes": command.notes, "--journal": command.journal}
    named = [name for name, each in beside.items() if each is not None]
    if len(named) > 1:
        raise ConfigError(f"{' and '.join(named)} tell the same twice; name one of them")
    for source in (file, command.notes, command.journal):
        if source is not None and command.html.exists() and command.html.samefile(source):
            raise ConfigError(f"the page would replace {source}; name another file for it")
    redaction, notes = _known(entries, command)
    hidden = redact_recording(entries, redaction) if redaction is not None else None
    timeline = timeline_of(entries, notes, shown=None if hidden is None else [entry.payload for entry in hidden])
    written = timeline_html(timeline, file.name)
    with os.fdopen(os.open(command.html, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as page:
        page.write(written)
    click.echo(
        f"wrote {command.html}: {len(timeline.turns)} turns, {len(timeline.spans)} spans, {timeline.length:.1f} s"
    )


def _known(entries: Sequence[WireEntry], command: TimelineCommand) -> tuple[Redaction | None, list[Note]]:
    """What is to be hidden, and what is known besides the wire."""
    plain = Redaction(cards=True, digits=5) if command.redact else None
    if command.against is not None:
        live = find_builder(command.against)
        redaction = live.spec.redaction or plain
        keeper = _Notes()
        spec = attrs.evolve(live.spec, notes=keeper, timeline=None, redaction=redaction)
        replay_now(attrs.evolve(live, spec=spec), entries)
        return redaction, [note for note in keeper.notes if note.kind != LOOKS]
    notes: list[Note] = []
    if command.notes is not None:
        notes = read_notes(command.notes)
    elif command.journal is not None:
        try:
            notes = notes_of_journal(read_journal(command.journal, allow_torn=True))
        except ValueError as problem:
            raise ConfigError(str(problem)) from None
    if plain is not None:
        notes = [attrs.evolve(note, data=plain.json(note.data)) for note in notes]
    return plain, notes


class _Notes:
    """Keeps the notes of a replay."""

    def __init__(self) -> None:
        self.notes: list[Note] = []

    def note(self, note: Note) -> None:
        """See `CallKeeper.note`."""
        self.notes.append(note)
