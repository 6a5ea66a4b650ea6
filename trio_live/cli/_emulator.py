"""``trio-live emulator``."""

from __future__ import annotations

import sys
from pathlib import Path

import trio
from rich.console import Console

from trio_live.emulator import Direction, LogRecord, Persona, bundled_persona, load_persona, open_emulator

_ARROWS = {Direction.RECEIVED: "[cyan]→[/]", Direction.SENT: "[green]←[/]", Direction.NOTE: "[yellow]·[/]"}


def find_persona(name: str) -> Persona:
    """A bundled persona by name, or one from a file.

    Raises:
        ConfigError: there is no such persona, or its file has mistakes.
    """
    return load_persona(Path(name)) if name.endswith(".toml") or "/" in name else bundled_persona(name)


async def run_emulator(*, port: int, host: str, persona: str, key: tuple[str, ...], lenient: bool, quiet: bool) -> None:
    """Serve until interrupted; prints the address first."""
    console = Console(stderr=True, highlight=False)
    started = trio.current_time()

    def show(record: LogRecord) -> None:
        if not record.is_media:
            seconds = record.at - started
            line = f"{seconds:8.2f}  #{record.connection} {_ARROWS[record.direction]} "
            console.print(line, end="")
            console.print(record.summary, markup=False, overflow="ellipsis", no_wrap=True)

    async with open_emulator(
        find_persona(persona),
        host=host,
        port=port,
        keys=key or None,
        strict=not lenient,
        on_log=None if quiet else show,
    ) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await trio.sleep_forever()
