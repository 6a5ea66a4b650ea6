"""The ``trio-live`` command."""

from trio_live.cli._entry import main

__all__ = ["main"]
