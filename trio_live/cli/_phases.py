"""``trio-live phases``: a picture of a builder's phases, as text."""

from __future__ import annotations

import click

from trio_live import ConfigError
from trio_live.cli._builders import find_builder
from trio_live.live._internal import check_without_endpoint


def show_phases(name: str, *, as_format: str, say: bool) -> None:
    """Print the picture, or what is said in each phase; then, as errors, what a session would say of the builder.

    Raises:
        ConfigError: there is no such builder, or it has no phases.
        SystemExit: with status 1, it could not be connected. It is drawn all the same.
    """
    builder = find_builder(name)
    if not builder.declared_phases():
        raise ConfigError(f"{name!r} declares no phases")
    click.echo(builder.phase_words() if say else builder.phase_picture(as_format))
    mistakes, warnings = check_without_endpoint(builder.spec)
    for warning in warnings:
        click.echo(f"Warning: {warning}", err=True)
    for mistake in mistakes:
        click.echo(f"Error: {mistake}", err=True)
    if mistakes:
        raise SystemExit(1)
