"""Draw the reference pages from the code: ``python -m docs.make_reference`` writes ``docs/reference/*.md``.

What the code keeps as a table is shown as that table, with the docstrings that stand beside it. A test compares the
committed pages with what this script makes, so neither can change without the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from docs._commands import commands
from docs._drawing import NOTE, page
from docs._faces import builder, callbacks, emulator, handle, live_events, state, wire
from docs._figures import prices, spans, voice_page
from docs._link import reconnecting
from docs._machinery import close_reasons, closing, error_tree, lanes, limits, queues, session_phases, turn
from docs._models import models
from docs._original import original_names
from docs._public import public_names

REFERENCE = Path(__file__).parent / "reference"

PAGES: dict[str, Callable[[], str]] = {
    "builder.md": builder,
    "handle.md": handle,
    "callbacks.md": callbacks,
    "live-events.md": live_events,
    "wire-events.md": wire,
    "state.md": state,
    "errors.md": error_tree,
    "close-reasons.md": close_reasons,
    "reconnecting.md": reconnecting,
    "models.md": models,
    "prices.md": prices,
    "spans.md": spans,
    "session-phases.md": session_phases,
    "lanes.md": lanes,
    "queues.md": queues,
    "limits.md": limits,
    "turn.md": turn,
    "closing.md": closing,
    "commands.md": commands,
    "emulator.md": emulator,
    "voice-page.md": voice_page,
    "public-names.md": public_names,
    "original-names.md": original_names,
}


def pages() -> dict[str, str]:
    """Every drawn page by its file name, the index included."""
    drawn = {name: draw() for name, draw in PAGES.items()}
    written = {path.name: path.read_text(encoding="utf-8") for path in sorted(REFERENCE.glob("*.md"))}
    others = {name: text for name, text in written.items() if NOTE not in text}
    return {
        "README.md": page("Reference", "Drawn from the code:", links(drawn), "Written by hand:", links(others)),
        **drawn,
    }


def links(texts: Mapping[str, str]) -> str:
    """A list of pages."""
    return "\n".join(f"- [{text.splitlines()[0].removeprefix('# ')}]({name})" for name, text in texts.items())


if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
