"""``trio-live contract``: what an agent declares, and what has changed in it."""

from __future__ import annotations

import click

from trio_live.cli._builders import find_agent
from trio_live.contract import RuntimeContract


def show_contract(name: str) -> None:
    """Print the contract of a builder as JSON."""
    click.echo(_contract(name).to_json(), nl=False)


def show_differences(name: str, other: str) -> None:
    """Print what the other contract says otherwise, a line for each thing.

    Raises:
        SystemExit: with status 1, there are differences.
    """
    found = _contract(name).diff(_contract(other))
    for difference in found:
        click.echo(str(difference))
    if found:
        raise SystemExit(1)


def _contract(name: str) -> RuntimeContract:
    """Of a builder, or as a file holds it."""
    found = find_agent(name)
    return found if isinstance(found, RuntimeContract) else found.describe_contract()
