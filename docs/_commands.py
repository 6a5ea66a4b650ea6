"""The command and its options, drawn from click."""

from __future__ import annotations

from collections.abc import Iterator

import click

from docs._drawing import page, prose, table
from trio_live.cli._commands import cli


def commands() -> str:
    """The page of the command."""
    return page(
        "The command",
        "The extra `cli` ([install](../how-to/install.md)) brings `trio-live`; `trio-live COMMAND --help` tells the same as this page.",
        *_drawn(cli, "trio-live"),
    )


def _drawn(command: click.Command, called: str) -> Iterator[str]:
    """A command and, behind it, those below it."""
    if command is cli:
        yield _options(command)
    else:
        arguments = [
            each.make_metavar(click.Context(command)) for each in command.params if isinstance(each, click.Argument)
        ]
        yield f"## {called}"
        yield f"`{' '.join([called, *arguments])}`"
        yield from (prose(paragraph) for paragraph in (command.help or "").split("\n\n"))
        yield _options(command)
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            if not below.hidden:
                yield from _drawn(below, f"{called} {name}")


def _options(command: click.Command) -> str:
    """Its options as a table; nothing where there are none."""
    rows = [
        (f"`{_written(each)}`", _told(each))
        for each in command.params
        if isinstance(each, click.Option) and not each.hidden
    ]
    return table(("option", "what it does"), rows) if rows else ""


def _written(option: click.Option) -> str:
    names = ", ".join([*option.opts, *(["/".join(option.secondary_opts)] if option.secondary_opts else [])])
    takes = "" if option.is_flag else f" {option.make_metavar(click.Context(click.Command(None)))}"
    return f"{names}{takes}"


def _told(option: click.Option) -> str:
    default = f" Default: `{option.default}`." if option.show_default and not option.is_flag else ""
    return f"{prose(option.help or '')}{default}"
