"""How a command runs, and how it ends: with a status, and at worst with one line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from errno import EADDRINUSE
from typing import Any

import click
import trio

from trio_live import LiveError
from trio_live.cli._signals import run_until_told


def run(main: Callable[[], Awaitable[Any]]) -> None:
    """Run an async command; a signal ends it quietly with status 128 and its number."""
    with told_in_a_line():
        told = trio.run(run_until_told, main)
    if told is not None:
        raise SystemExit(128 + told)


@contextmanager
def told_in_a_line() -> Iterator[None]:
    """Errors of ours, and of the system's, are told without a traceback."""
    try:
        yield
    except OSError as error:
        taken = error.errno == EADDRINUSE
        raise click.ClickException("that port is taken; --port 0 takes any free one" if taken else str(error)) from None
    except LiveError as error:
        raise click.ClickException(str(error)) from None
