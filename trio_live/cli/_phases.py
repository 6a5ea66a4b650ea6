"""``trio-live phases``: a picture of a builder's phases, as text."""

from __future__ import annotations

import click

from trio_live import ConfigError
from trio_live.cli._builders import find_builder


def show_phases(name: str, *, as_format: str, say: bool) -> None:
    """Print the picture, or what is said in each phase; a builder without phases is an error."""
    builder = find_builder(name)
    if not builder.declared_phases():
        raise ConfigError(f"{name!r} declares no phases")
    click.echo(builder.phase_words() if say else builder.phase_picture(as_format))
